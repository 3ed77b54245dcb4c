/**
 * What a check is: data that says what it is about, and up to four functions over the model. One file a check; `index.ts` is the registry.
 * A check sees the model only, keeps no state between calls, and reports what a maintainer would act on; the rest is `pedantic`.
 */
import type { Allowed, Severity } from "../../core/finding.ts";
import type { ActionFile, Job, Repository, Span, Step, System, Workflow } from "../model.ts";

/** A secret scope, B identity, C trust boundary, D injection, E poisoning, F supply chain, G governance. */
export type CheckClass = "A" | "B" | "C" | "D" | "E" | "F" | "G";

/** How often it is right: `low` only where the text leaves it open. */
export type Confidence = "high" | "medium" | "low";

export interface Check {
  /** Lower case with `-`, unique: what allow comments and reports name. */
  readonly id: string;
  readonly class: CheckClass;
  /** One line, lower case, no full stop. */
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** What an attacker does with it: one or two sentences. */
  readonly attack: string;
  /** How to mend it: one or two sentences. */
  readonly mend: string;
  /** Shown with `--pedantic` only. */
  readonly pedantic?: boolean;
  /** Where it can hit; all systems when left out. */
  readonly systems?: readonly System[];
  /** Names under which zizmor's ignore comments mean this check. */
  readonly zizmor?: readonly string[];

  readonly repository?: (repository: Repository, report: Report) => void;
  readonly workflow?: (workflow: Workflow, report: Report) => void;
  readonly job?: (job: Job, report: Report) => void;
  /** Also called for the steps of local composite actions: `step.owner` says which it is. */
  readonly step?: (step: Step, report: Report) => void;
}

/** To be called before the check returns. */
export type Report = (hit: Hit) => void;

/** One finding as a check gives it. */
export interface Hit {
  readonly span: Span;
  /** What is wrong here, with names: one sentence, lower case, no full stop; never a secret value. */
  readonly message: string;
  /** Other places that make it so. */
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  /** Where they differ from the check's. */
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly pedantic?: boolean;
  /** What it is about, for allow files and for fingerprints that survive moved lines: a secret's name, an action's slug. */
  readonly subject?: string;
}

export interface Related {
  readonly span: Span;
  readonly message: string;
}

/** Edits that belong together. Spans do not overlap; an empty span inserts. */
export interface Fix {
  /** What it does: `add persist-credentials: false`. */
  readonly title: string;
  /** `safe`: keeps what the workflow does. `review`: somebody must look. */
  readonly safety: "safe" | "review";
  /** What must be there first, outside of the repository: a trust policy. */
  readonly note?: string;
  readonly edits: readonly TextEdit[];
}

export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** A finding as it is reported. */
export interface CiFinding extends Hit {
  readonly check: Check;
  readonly workflow: Workflow | null;
  readonly job: Job | null;
  readonly step: Step | null;
  readonly owner: ActionFile | null;
  /** Why it is not reported. */
  readonly allowed?: Allowed;
  /** Why an exception that names it does not count: it is over, or the organisation takes none. */
  readonly note?: string;
}
