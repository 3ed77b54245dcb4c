/** What a word on the command line means: a secret, a stage, a run or a workflow. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  type Claim,
  type Repository,
  inventory,
  jobsNamed,
  ownersOf,
  reachGraph,
  reachOf,
  repositoryName,
} from "../../ci/index.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { BlastTarget, Credential, InventoryFacts, PipelineFacts } from "../../inventory/index.ts";
import { openRepository } from "../ci-repository.ts";
import type { Context } from "../context.ts";
import { readOr } from "../../client/lists.ts";

const KINDS = ["secret", "stage", "run", "workflow"] as const;
type KindOf = (typeof KINDS)[number];

export interface FoundTarget {
  readonly target: BlastTarget;
  /** What a workflow's jobs may do by themselves, by the repository at hand. */
  readonly claims: readonly Claim[];
}

interface Known {
  readonly facts: InventoryFacts;
  readonly credentials: readonly Credential[];
  readonly context: Context;
}

/** Throws `blast.unknown`, `blast.ambiguous`. */
export async function targetOf(given: string, known: Known): Promise<FoundTarget> {
  const [, prefix, rest = given] = /^(secret|stage|run|workflow):(.+)$/.exec(given) ?? [];
  const asked = prefix === undefined ? KINDS : [prefix as KindOf];
  const found: FoundTarget[] = [];
  for (const kind of asked) {
    const one = await FINDERS[kind](rest, known);
    if (one !== null) found.push(one);
  }
  const [first, second] = found;
  if (first === undefined) throw new BulkheadError("blast.unknown", { name: given.slice(0, 200) });
  if (second === undefined) return first;
  const kinds = found.map(({ target }) => target.is).join(" and a ");
  throw new BulkheadError("blast.ambiguous", { name: given.slice(0, 200), kinds });
}

const alone = (target: BlastTarget): FoundTarget => ({ target, claims: [] });

const FINDERS: Readonly<Record<KindOf, (name: string, known: Known) => Promise<FoundTarget | null>>> = {
  secret: (name, { credentials }) =>
    Promise.resolve(
      credentials.some((one) => [one.id, one.name, one.path].includes(name))
        ? alone({ is: "secret", name })
        : null,
    ),
  stage: (name, { facts }) => {
    const [project, stage] = name.includes("/") ? name.split("/") : [null, name];
    const owner = facts.projects.find(
      (one) => (project === null || one.name === project) && one.stages.some((each) => each.name === stage),
    );
    const found = owner === undefined || stage === undefined ? null : { project: owner.name, stage };
    return Promise.resolve(found === null ? null : alone({ is: "stage", ...found }));
  },
  run: async (run, { context }) => {
    if (!/^[0-9a-f]{32}$/.test(run)) return null;
    interface Facts {
      readonly project: string;
      readonly stage: string;
      readonly environment: string;
    }
    const { client } = await context.api();
    const facts = await readOr<Facts>(client, `bulkhead/runs/${run}`);
    if (facts === null) return null;
    const { project, stage, environment } = facts;
    return alone({ is: "run", run, project, stage, environment });
  },
  workflow: (name, known) => Promise.resolve(workflowHere(name, known) ?? workflowRecorded(name, known)),
};

/** The jobs that fall with it, and what each holds, by the files at hand. */
function workflowHere(name: string, { context }: Known): FoundTarget | null {
  if (![".github", ".gitlab-ci.yml"].some((path) => existsSync(join(context.cwd, path)))) return null;
  const repository: Repository = openRepository(".", context);
  const jobs = jobsNamed(repository, name);
  if (jobs === null) return null;
  const reach = reachOf(reachGraph(repository, jobs, { kind: "job" }));
  const fallen = new Set([...jobs, ...reach.jobs].map(({ workflow, id }) => `${workflow.file.path}\0${id}`));
  const { rows } = inventory(repository, { owners: ownersOf(repository.root) });
  const held = rows
    .filter(({ workflow, job }) => fallen.has(`${workflow}\0${job}`))
    .map(
      (row): PipelineFacts => ({
        repository: repositoryName(repository),
        workflow: row.workflow,
        job: row.job,
        phase: row.phase,
        kind: row.kind,
        credential: row.credential,
        systems: row.systems.map(({ title }) => title),
        environments: row.environments,
        owner: row.owner?.name ?? "",
        place: row.workflow,
      }),
    );
  return { target: { is: "workflow", name, rows: held }, claims: reach.claims };
}

function workflowRecorded(name: string, { facts }: Known): FoundTarget | null {
  const rows = facts.pipelines.filter(({ workflow }) =>
    [workflow, workflow.replace(/^.*\//, ""), workflow.replace(/^.*\/|\.ya?ml$/g, "")].includes(name),
  );
  return rows.length === 0 ? null : alone({ is: "workflow", name, rows });
}
