/** How far a project has come: marks of four levels, each with the evidence it stands on. */
import type { Credential, InventoryFacts, ProjectFacts } from "../types.ts";

/** What the files of the repository show; null where nobody looked. */
export interface FileEvidence {
  /** `.env` files that git has now. */
  readonly envFiles: readonly string[];
  readonly leaks: readonly { readonly title: string; readonly place: string }[];
}

/** What its pipelines show; null where nobody looked. */
export interface PipelineEvidence {
  readonly workflows: number;
  /** Findings of weight, as `file:line: message`. */
  readonly findings: readonly string[];
}

export interface MaturityFacts {
  readonly inventory: InventoryFacts;
  readonly project: ProjectFacts | null;
  /** Of the project alone. */
  readonly credentials: readonly Credential[];
  readonly files: FileEvidence | null;
  readonly pipelines: PipelineEvidence | null;
}

export type Level = 1 | 2 | 3 | 4;

/** `holds` null: nothing tells, and what is not known does not count. */
export interface Verdict {
  readonly holds: boolean | null;
  /** What it stands on, lower case, no full stop. */
  readonly evidence: string;
}

export interface Mark extends Verdict {
  readonly id: string;
  readonly level: Level;
  readonly title: string;
  /** What to do where it does not hold. */
  readonly next: string;
}

export interface Assessment {
  readonly level: Level;
  readonly title: string;
  readonly marks: readonly Mark[];
  /** The first mark that keeps it from the next level; null at the top. */
  readonly next: Mark | null;
}
