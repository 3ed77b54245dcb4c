/** What `bulkhead check` says of pipelines: a port that the CI audit fills. */
import type { Severity } from "../core/finding.ts";

/** Handed in by whoever has a model of pipelines. */
export interface PipelineLook {
  /** The secrets that workflows name, in the order of files and lines; `*` for all of them at once. */
  readonly secrets: readonly WorkflowSecret[];
  /** The worst first. */
  readonly findings: readonly PipelineFinding[];
}

export interface PipelineFinding {
  readonly severity: Severity;
  readonly check: string;
  readonly message: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export interface WorkflowSecret {
  readonly name: string;
  /** Relative to the root. */
  readonly file: string;
  /** 1-based line of the first mention in this file. */
  readonly line: number;
}
