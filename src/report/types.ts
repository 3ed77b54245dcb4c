/** A report turns findings into text. One file each; `index.ts` is the registry. No report ever holds a whole value: findings don't carry one. */
import type { Finding } from "../core/finding.ts";

export interface ReportContext {
  /** Version of the tool that ran. */
  readonly version: string;
  /** Colours for a terminal. */
  readonly color?: boolean;
  readonly files: number;
  readonly bytes: number;
  /** What could not be read: the run is incomplete, whatever it found. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

export interface Report {
  readonly id: string;
  readonly title: string;
  /** Findings in the order in which they are to appear; the text ends in a line end. */
  render(findings: readonly Finding[], context: ReportContext): string;
}
