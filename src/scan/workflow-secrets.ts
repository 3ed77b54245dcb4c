/** The secrets that workflow files name, by line. A first look without a model of the workflow: the CI audit says who can reach them. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { credentialForVariable } from "../providers/lookup.ts";

export interface WorkflowSecret {
  readonly name: string;
  /** Relative to the root. */
  readonly file: string;
  /** 1-based line of the first mention in this file. */
  readonly line: number;
}

const MAX_BYTES = 4 << 20;
const GITHUB =
  /\bsecrets\s{0,4}(?:\.\s{0,4}([A-Za-z_][A-Za-z0-9_-]{0,200})|\[\s{0,4}['"]([A-Za-z_][A-Za-z0-9_-]{0,200})['"]\s{0,4}\])/g;
const INHERIT = /^\s*secrets:\s*inherit\b/;
const GITLAB = /\$\{?([A-Za-z_][A-Za-z0-9_]{0,200})\}?|^\s{2,}([A-Za-z_][A-Za-z0-9_]{0,200}):/g;

export async function workflowSecrets(root: string): Promise<WorkflowSecret[]> {
  const folder = ".github/workflows";
  const names = (await readdir(join(root, folder)).catch(() => [] as string[]))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  const found: WorkflowSecret[] = [];
  for (const name of names) found.push(...(await mentions(root, `${folder}/${name}`, githubNames)));
  found.push(...(await mentions(root, ".gitlab-ci.yml", gitlabNames)));
  return found;
}

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

/** `*` stands for all of the caller's secrets, inherited. */
function githubNames(line: string): string[] {
  const named = [...line.matchAll(GITHUB)].map((match) => match[1] ?? match[2] ?? "");
  return INHERIT.test(line) ? [...named, "*"] : named;
}

function gitlabNames(line: string): string[] {
  return [...line.matchAll(GITLAB)]
    .map((match) => match[1] ?? match[2] ?? "")
    .filter((name) => name === name.toUpperCase() && credentialForVariable(name)?.secret === true);
}
