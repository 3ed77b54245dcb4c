/**
 * Issues: what is wrong at a place of a file, by a rule, with no credential in it (secrets have reports of their own, one folder up). Whoever
 * finds some brings them in this shape; a report is its own file and one line in `index.ts`.
 */
import type { Allowed, Place, Severity } from "../../core/finding.ts";

export interface IssueRule {
  /** Lower case with `-`. */
  readonly id: string;
  /** One line, lower case, no full stop. */
  readonly title: string;
  readonly severity: Severity;
  /** What somebody does with it, and how to mend it: sentences. */
  readonly attack: string;
  readonly mend: string;
  readonly tags: readonly string[];
}

export interface Issue {
  readonly rule: IssueRule;
  readonly severity: Severity;
  readonly confidence: "high" | "medium" | "low";
  readonly place: Place;
  /** One sentence, lower case, no full stop. */
  readonly message: string;
  /** What it is about: a secret's name, an action. */
  readonly subject: string | null;
  /** The first line of the place as written, and the 0-based characters in it that are meant. */
  readonly line: { readonly text: string; readonly start: number; readonly end: number } | null;
  readonly related: readonly { readonly place: Place; readonly message: string }[];
  /** Edits that would mend it, in words. */
  readonly fixes: readonly string[];
  /** The same for the same issue after lines moved: hexadecimal, of rule, file, subject and count. */
  readonly fingerprint: string;
  readonly allowed?: Allowed;
}

export interface IssueContext {
  /** `bulkhead ci audit` */
  readonly name: string;
  /** Of JSON: `bulkhead.ci-audit.v1`; changes when a name changes its meaning. */
  readonly schema: string;
  readonly version: string;
  readonly color?: boolean;
  readonly files: number;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Not reported because a comment or a list allows them. */
  readonly allowed: readonly Issue[];
  /** Shown with another flag: their number, and the words for it. */
  readonly hidden: readonly string[];
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
}

export interface IssueReport {
  readonly id: string;
  readonly title: string;
  /** Issues in the order of files and lines; the text ends in a line end. */
  render(issues: readonly Issue[], context: IssueContext): string;
}
