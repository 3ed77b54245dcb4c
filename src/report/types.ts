/** A report turns secrets into text. One file each; `index.ts` is the registry. No report ever holds a whole value: findings don't carry one. */
import type { Finding, FoundSecret } from "../core/finding.ts";

export interface ReportContext {
  /** Version of the tool that ran. */
  readonly version: string;
  /** Colours for a terminal. */
  readonly color?: boolean;
  readonly files: number;
  readonly bytes: number;
  /** What could not be read: the run is incomplete, whatever it found. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Not reported because a comment or a list allows them: named with counts. */
  readonly allowed: readonly FoundSecret[];
  /** How many secrets a baseline knows; absent without a baseline. */
  readonly known?: { readonly count: number; readonly path: string };
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
  /** The value as text, for a person at a terminal who asked for it; null where it is gone. Only the text report asks. */
  readonly reveal?: (secret: FoundSecret) => string | null;
}

export interface Report {
  readonly id: string;
  readonly title: string;
  /** Secrets in the order in which they are to appear; the text ends in a line end. */
  render(secrets: readonly FoundSecret[], context: ReportContext): string;
  /** A report that is written while the scan goes on: a line for each place, then an end. */
  readonly stream?: { line(finding: Finding): string; end(context: ReportContext): string };
}
