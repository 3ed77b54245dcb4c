/** What a change adds to the inventory and to the reach of a repository, for whoever reviews it; and what it takes away. */
import { type InventoryRow, inventory, ownersOf } from "../inventory/index.ts";
import type { Repository, Span } from "../model.ts";
import { type Claim, type Compromise, reachGraph, reachOf } from "../reach/index.ts";

export interface Change {
  readonly what: "inventory" | "reach" | "phase";
  /** What it is about: `deploy.yml:ship`, `deploy.yml`. */
  readonly where: string;
  /** One line, lower case, no full stop. */
  readonly text: string;
  /** Of what is added, in the new files; of what is gone, in the old ones. */
  readonly span: Span;
}

export interface CiDiff {
  readonly added: readonly Change[];
  readonly removed: readonly Change[];
}

export function ciDiff(before: Repository, after: Repository): CiDiff {
  const changed = changedWorkflows(before, after);
  const [old, now] = [before, after].map((one) => changesOf(one, changed));
  const missing = (
    from: ReadonlyMap<string, Change> | undefined,
    other: ReadonlyMap<string, Change> | undefined,
  ): Change[] => [...(from ?? [])].filter(([key]) => other?.has(key) !== true).map(([, change]) => change);
  return { added: missing(now, old), removed: missing(old, now) };
}

/** Paths of workflows whose text differs; null: all, since a file differs that others take in. */
function changedWorkflows(before: Repository, after: Repository): ReadonlySet<string> | null {
  const texts = ({ files }: Repository) => new Map(files.map(({ path, text }) => [path, text]));
  const [old, now] = [texts(before), texts(after)];
  const own = new Set([...before.workflows, ...after.workflows].map(({ file }) => file.path));
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter(
    (path) => old.get(path) !== now.get(path),
  );
  return changed.some((path) => !own.has(path)) ? null : new Set(changed);
}

function changesOf(repository: Repository, changed: ReadonlySet<string> | null): Map<string, Change> {
  const found = new Map<string, Change>();
  const add = (change: Change): void => {
    const key = `${change.what} ${change.where} ${change.text}`;
    if (!found.has(key)) found.set(key, change);
  };
  for (const row of inventory(repository, { owners: ownersOf(repository.root) }).rows)
    if (row.kind !== "none") add(held(row));
  for (const { file, jobs } of repository.workflows) {
    for (const { id, placement, idSpan } of jobs)
      for (const phase of placement.phases)
        if (phase !== "build-untrusted")
          add({ what: "phase", where: `${file.path}:${id}`, text: `it stands in ${phase}`, span: idSpan });
    if (changed !== null && !changed.has(file.path)) continue;
    for (const claim of claims(repository, jobs, { kind: "job" })) add(reached(file.path, claim, ""));
  }
  const all = repository.workflows.flatMap(({ jobs }) => jobs);
  for (const claim of claims(repository, all, { kind: "fork" }))
    add(reached("a fork", claim, " from a fork's pull request or words"));
  return found;
}

const claims = (
  repository: Repository,
  jobs: Parameters<typeof reachGraph>[1],
  compromise: Compromise,
): readonly Claim[] => reachOf(reachGraph(repository, jobs, compromise)).claims;

const reached = (where: string, { kind, what, certain, span }: Claim, how: string): Change => ({
  what: "reach",
  where,
  text: `it may ${kind} ${what}${how}${certain ? "" : ", depending on what files do not show"}`,
  span,
});

function held({ workflow, job, credential, kind, systems, environments, scope, span }: InventoryRow): Change {
  const opens = systems.length === 0 ? "" : ` for ${systems.map(({ title }) => title).join(", ")}`;
  const where = environments.length === 0 ? " without an environment" : ` in ${environments.join(", ")}`;
  const rights = kind === "run-token" ? ` (${scope})` : "";
  return {
    what: "inventory",
    where: `${workflow}:${job}`,
    text: `it holds ${credential}${rights}${opens}${where}`,
    span,
  };
}
