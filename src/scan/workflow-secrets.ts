/** What `bulkhead check` says of pipelines: a port that the CI audit fills, and a first look at GitLab's file by its lines. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Severity } from "../core/finding.ts";
import { credentialForVariable } from "../providers/lookup.ts";

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

const MAX_BYTES = 4 << 20;
const GITLAB = /\$\{?([A-Za-z_][A-Za-z0-9_]{0,200})\}?|^\s{2,}([A-Za-z_][A-Za-z0-9_]{0,200}):/g;

export const gitlabSecrets = (root: string): Promise<WorkflowSecret[]> =>
  mentions(root, ".gitlab-ci.yml", gitlabNames);

async function mentions(
  root: string,
  file: string,
  namesOf: (line: string) => string[],
): Promise<WorkflowSecret[]> {
  const text = await readFile(join(root, file)).catch(() => null);
  if (text === null || text.length > MAX_BYTES) return [];
  const first = new Map<string, WorkflowSecret>();
  for (const [index, line] of text.toString("utf8").split("\n").entries()) {
    if (/^\s*#/.test(line)) continue;
    for (const name of namesOf(line.slice(0, 10_000)))
      if (!first.has(name)) first.set(name, { name, file, line: index + 1 });
  }
  return [...first.values()];
}

function gitlabNames(line: string): string[] {
  return [...line.matchAll(GITLAB)]
    .map((match) => match[1] ?? match[2] ?? "")
    .filter((name) => name === name.toUpperCase() && credentialForVariable(name)?.secret === true);
}
