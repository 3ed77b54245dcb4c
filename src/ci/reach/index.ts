/**
 * The six-minute question: what falls if a job, an action, a branch or a fork is compromised. `graph` reads the model into edges, `reachOf`
 * draws conclusions from edges alone, each with the way there.
 */
import type { Job, Repository } from "../model.ts";
import { Draft } from "./draft.ts";
import { type Compromise, entries } from "./entries.ts";
import { flows } from "./flows.ts";
import { holdings } from "./holdings.ts";
import { recoveryOf } from "./recovery.ts";
import { pathTo, solve } from "./solve.ts";
import type { Claim, Exposure, Reach, ReachGraph } from "./types.ts";

export type * from "./types.ts";
export { type Compromise, compromiseOf, jobsNamed } from "./entries.ts";
export { plainReach, reachSvg } from "./render.ts";

/** `jobs`: where the compromise is looked for; it spreads to all. */
export function reachGraph(repository: Repository, jobs: readonly Job[], compromise: Compromise): ReachGraph {
  const draft = new Draft();
  entries(draft, jobs, compromise);
  flows(draft, repository);
  for (const { jobs: all } of repository.workflows) for (const job of all) holdings(draft, job);
  return draft.graph();
}

const STRONGER = new Set(["deploy", "publish", "write", "change", "rotate", "exfiltrate"]);

export function reachOf({ edges, meanings }: ReachGraph): Reach {
  const { proofs } = solve(edges);
  const claims: (Claim & { readonly system: string | null })[] = [];
  const exposures: Exposure[] = [];
  const jobs: Job[] = [];
  for (const [fact, { span }] of proofs) {
    const meaning = meanings.get(fact);
    if (meaning === undefined) continue;
    if (meaning.is === "control") jobs.push(meaning.job);
    if (meaning.is !== "claim" && meaning.is !== "exposure") continue;
    const path = pathTo(fact, proofs);
    if (meaning.is === "exposure")
      exposures.push({ secret: meaning.name, where: meaning.where, text: meaning.text, path, span });
    else {
      const { kind, what, system } = meaning;
      claims.push({ kind, what, system, certain: path.every((edge) => edge.certain), path, span });
    }
  }
  // Who may change a system may read it.
  const strong = new Set(claims.filter(({ kind }) => STRONGER.has(kind)).map(({ system }) => system));
  const told = claims.filter(
    ({ kind, what, system }) =>
      kind !== "read" || system === null || system === "github" || / as /.test(what) || !strong.has(system),
  );
  return {
    claims: told.map(({ system: _, ...claim }) => claim).sort(byText),
    exposures,
    recovery: recoveryOf({ proofs, meanings }),
    jobs,
  };
}

const byText = (a: Claim, b: Claim): number => {
  const [x, y] = [`${a.kind} ${a.what}`, `${b.kind} ${b.what}`];
  return x < y ? -1 : x > y ? 1 : 0;
};
