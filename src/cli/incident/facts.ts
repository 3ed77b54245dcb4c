/**
 * What an incident's plan stands on, from whoever knows it: the pipeline's reach (`ci/`), the declaration, the store. What none of them
 * tells is left out, never guessed.
 */
import {
  type InventoryRow,
  type Job,
  type Reach,
  type Repository,
  compromiseOf,
  inventory,
  jobsNamed,
  ownersOf,
  reachGraph,
  reachOf,
} from "../../ci/index.ts";
import { BulkheadError } from "../../core/errors.ts";
import type {
  HostSecret,
  IncidentFacts,
  Place,
  ReachedRole,
  ReachedSecret,
  Target,
} from "../../incident/index.ts";
import type { DeclaredSecret, Environment, Manifest, Stage } from "../../manifest/index.ts";
import { providerById } from "../../providers/lookup.ts";
import { openRepository } from "../ci-repository.ts";
import type { Context } from "../context.ts";
import { findProject } from "../project.ts";

interface Cell {
  readonly stage: Stage;
  readonly environment: Environment;
}

interface Known {
  readonly target: Target;
  readonly repository: Repository;
  readonly manifest: Manifest | null;
  readonly cells: readonly Cell[];
  readonly jobs: readonly Job[];
  readonly secrets: readonly (readonly [DeclaredSecret, Environment])[];
}

/** `environment`: of a stage or secret that is named without it; all when left out. Throws `ci.no-workflow`, `manifest.*`, `incident.nothing`. */
export async function factsOf(
  target: Target,
  { environment, context }: { readonly environment?: string | undefined; readonly context: Context },
): Promise<IncidentFacts> {
  const repository = openRepository(".", context);
  const manifest = (await findProject(context))?.manifest ?? null;
  const environments = (manifest?.environments ?? []).filter(
    ({ name }) => environment === undefined || name === environment,
  );
  const common = { target, repository, manifest };
  if (target.kind === "workflow") return gathered(ofWorkflow(common));
  if (target.kind === "everything") return gathered(ofEverything(common));
  if (manifest === null)
    throw new BulkheadError("incident.nothing", { target: `the ${target.kind} ${target.name}` });
  if (target.kind === "run") return gathered(await ofRun(common, manifest, context));
  if (target.kind === "stage") {
    const stage = manifest.stages.find(
      ({ name }) => name === target.name.replace(`${manifest.project}/`, ""),
    );
    if (stage === undefined)
      throw new BulkheadError("incident.nothing", { target: `the stage ${target.name}` });
    return gathered(
      ofCells(
        common,
        environments.map((one) => ({ stage, environment: one })),
      ),
    );
  }
  const secret = manifest.secrets.find(({ name }) => name === target.name);
  if (secret === undefined)
    throw new BulkheadError("incident.nothing", { target: `the secret ${target.name}` });
  return gathered({
    ...common,
    cells: [],
    jobs: [],
    secrets: environments.map((one) => [secret, one] as const),
  });
}

type Common = Pick<Known, "target" | "repository" | "manifest">;

/** Everything that its jobs control, and the stages whose identities name the files of these jobs. */
function ofWorkflow(common: Common): Known {
  const { repository, target, manifest } = common;
  const named = jobsNamed(repository, target.name);
  if (named === null) throw new BulkheadError("ci.no-workflow", { name: target.name });
  const { jobs } = reached(repository, named);
  const files = new Set(jobs.map(({ workflow }) => workflow.file.path));
  const cells = cellsOf(manifest).filter(({ stage, environment }) =>
    (manifest?.identities ?? []).some(
      (identity) =>
        identity.stage === stage.name &&
        identity.environment === environment.name &&
        (identity.claims.workflow ?? []).some((file) => files.has(file)),
    ),
  );
  return { ...common, ...ofBoth(common, cells, jobs) };
}

function ofEverything(common: Common): Known {
  const jobs = common.repository.workflows.flatMap((workflow) => workflow.jobs);
  const known = ofBoth(common, cellsOf(common.manifest), jobs);
  const all = (common.manifest?.secrets ?? []).flatMap((secret) =>
    (common.manifest?.environments ?? []).map((environment) => [secret, environment] as const),
  );
  return { ...common, ...known, secrets: all };
}

function ofCells(common: Common, cells: readonly Cell[]): Known {
  const files = new Set(
    (common.manifest?.identities ?? [])
      .filter(({ stage, environment }) =>
        cells.some((cell) => cell.stage.name === stage && cell.environment.name === environment),
      )
      .flatMap(({ claims }) => claims.workflow ?? []),
  );
  const jobs = common.repository.workflows
    .filter(({ file }) => files.has(file.path))
    .flatMap((workflow) => workflow.jobs);
  return { ...common, cells, jobs, secrets: secretsOf(common.manifest, cells) };
}

async function ofRun(common: Common, manifest: Manifest, context: Context): Promise<Known> {
  const { client } = await context.api();
  const run = await client.read(`bulkhead/runs/${encodeURIComponent(common.target.name)}`);
  const stage = manifest.stages.find(({ name }) => name === run?.stage);
  const environment = manifest.environments.find(({ name }) => name === run?.environment);
  if (run === null || run.project !== manifest.project || stage === undefined || environment === undefined)
    throw new BulkheadError("run.unknown", { id: common.target.name.slice(0, 64) });
  return ofCells(common, [{ stage, environment }]);
}

const cellsOf = (manifest: Manifest | null): Cell[] =>
  (manifest?.stages ?? []).flatMap((stage) =>
    (manifest?.environments ?? []).map((environment) => ({ stage, environment })),
  );

/** Secrets of stages, and those that jobs take from their host under a stage's variable. */
function ofBoth(
  { repository, manifest }: Common,
  cells: readonly Cell[],
  jobs: readonly Job[],
): Pick<Known, "cells" | "jobs" | "secrets"> {
  const taken = rowsOf(repository, jobs).flatMap((row) => declaredOf(row, manifest));
  return { cells, jobs, secrets: once([...secretsOf(manifest, cells), ...taken]) };
}

const variablesOf = ({
  use,
  broker,
}: Stage): readonly { readonly variable: string; readonly secret: string }[] => [...use, ...broker];

const secretsOf = (manifest: Manifest | null, cells: readonly Cell[]): Known["secrets"] =>
  once(
    cells.flatMap(({ stage, environment }) =>
      [
        ...variablesOf(stage).map(({ secret }) => secret),
        ...stage.composed.flatMap(({ parts }) => Object.values(parts).map(({ secret }) => secret)),
      ].flatMap((name) => {
        const secret = manifest?.secrets.find((one) => one.name === name);
        return secret === undefined ? [] : [[secret, environment] as const];
      }),
    ),
  );

const once = (list: Known["secrets"]): Known["secrets"] => [
  ...new Map(list.map((one) => [`${one[0].name} ${one[1].name}`, one])).values(),
];

/** The secrets of the store that a job's secret is, by its variable: in the job's environment where one has that name, else in production. */
function declaredOf(
  { kind, credential, environments }: InventoryRow,
  manifest: Manifest | null,
): Known["secrets"] {
  if (kind !== "secret" || manifest === null) return [];
  const names = new Set(
    manifest.stages
      .flatMap(variablesOf)
      .flatMap(({ variable, secret }) => (variable === credential ? [secret] : [])),
  );
  const named = manifest.environments.filter(({ name }) => environments.includes(name));
  const production = manifest.environments.filter((one) => one.production);
  const where = named.length > 0 ? named : production.length > 0 ? production : manifest.environments;
  return manifest.secrets
    .filter(({ name }) => names.has(name))
    .flatMap((secret) => where.map((one) => [secret, one] as const));
}

const reached = (repository: Repository, jobs: readonly Job[]): Reach => {
  const compromise = compromiseOf("job");
  if (compromise === null) throw new TypeError("a job can be compromised");
  return reachOf(reachGraph(repository, jobs, compromise));
};

const rowsOf = (repository: Repository, jobs: readonly Job[]): InventoryRow[] => {
  const wanted = new Set(jobs.map(({ workflow, id }) => `${workflow.file.path} ${id}`));
  return inventory(repository, { owners: ownersOf(repository.root) }).rows.filter(({ workflow, job }) =>
    wanted.has(`${workflow} ${job}`),
  );
};

/** Throws `incident.nothing`. */
function gathered({ target, repository, manifest, cells, jobs, secrets }: Known): IncidentFacts {
  const rows = rowsOf(repository, jobs);
  const { recovery, exposures } =
    jobs.length === 0 ? { recovery: [], exposures: [] } : reached(repository, jobs);
  const files = [...new Set(jobs.map(({ workflow }) => workflow.file.path))].sort();
  const owners = new Map(rows.map(({ workflow, owner }) => [workflow, owner?.name ?? null]));
  const { slug } = repository;
  return {
    target,
    repository: slug === null ? null : { host: slug.host, owner: slug.owner, name: slug.name },
    workflows: files.map((path) => ({ path, owner: owners.get(path) ?? null })),
    roles: rolesOf(rows),
    hostSecrets: hostSecretsOf(rows, manifest),
    secrets: secrets.map(([secret, environment]) => reachedSecret(secret, environment, manifest)),
    stages: cells.map(({ stage, environment }) => ({
      project: manifest?.project ?? "",
      stage: stage.name,
      environment: environment.name,
    })),
    run: target.kind === "run" ? target.name : null,
    places: placesOf(recovery, exposures),
    review: [
      ...new Set(
        recovery.filter(({ remedy }) => remedy === "review").map(({ text }) => text.replace(/^look at /, "")),
      ),
    ],
    destinations: [...new Set(cells.flatMap(({ stage }) => stage.network ?? []))].sort(),
    owner: manifest?.owner ?? null,
  };
}

function rolesOf(rows: readonly InventoryRow[]): ReachedRole[] {
  const found = new Map<string, ReachedRole>();
  for (const { kind, credential, systems, scope, owner } of rows) {
    const [system] = systems;
    if (kind !== "oidc" || system === undefined) continue;
    const name = /^\S+:\S+$/.test(scope) ? scope : credential.replace(/^OIDC: /, "");
    found.set(name, { name, system: system.id, title: system.title, owner: owner?.name ?? null });
  }
  return [...found.values()];
}

/** What no stage declares: it is replaced where it came from. */
function hostSecretsOf(rows: readonly InventoryRow[], manifest: Manifest | null): HostSecret[] {
  const found = new Map<string, HostSecret>();
  for (const row of rows) {
    const { kind, credential, systems, environments, owner, workflow, job } = row;
    if (kind !== "secret" || declaredOf(row, manifest).length > 0) continue;
    const environment = environments[0] ?? null;
    found.set(`${credential} ${environment}`, {
      ...{ name: credential, system: systems[0]?.title ?? null, environment, owner: owner?.name ?? null },
      job: `${workflow.replace(/^.*\//, "")}:${job}`,
    });
  }
  return [...found.values()];
}

function reachedSecret(
  secret: DeclaredSecret,
  environment: Environment,
  manifest: Manifest | null,
): ReachedSecret {
  const { name, provider, kind, owner, dynamic, from } = secret;
  const project = manifest?.project ?? "";
  const at = (text: string): string =>
    text.replaceAll("{env}", environment.name).replaceAll("{project}", project);
  const registry = provider !== undefined && providerById(provider)?.kind === "package-registry";
  return {
    ...{ project, environment: environment.name, name, provider: provider ?? null },
    ...{
      kind: registry ? "package-registry" : kind,
      owner: owner ?? null,
      production: environment.production,
    },
    stages: (manifest?.stages ?? [])
      .filter((stage) => variablesOf(stage).some((use) => use.secret === name))
      .map((stage) => stage.name),
    dynamic: dynamic === undefined ? null : at(dynamic),
    from: from === undefined ? null : at(from),
  };
}

function placesOf(recovery: Reach["recovery"], exposures: Reach["exposures"]): Place[] {
  const places: Place[] = [];
  for (const { remedy, text } of recovery) {
    if (remedy !== "delete") continue;
    const [, runner] = /^build the runner of (.*) anew/.exec(text) ?? [];
    const [, artifact] = /^delete the artifact (.*)$/.exec(text) ?? [];
    const [, cache] = /^delete the cache: (.*)$/.exec(text) ?? [];
    if (runner !== undefined) places.push({ kind: "runner", text: `of ${runner}` });
    if (artifact !== undefined) places.push({ kind: "artifact", text: artifact });
    if (cache !== undefined) places.push({ kind: "cache", text: cache });
  }
  const logs = new Set(exposures.filter(({ where }) => where === "log").map(({ secret }) => secret));
  for (const secret of logs) places.push({ kind: "log", text: `the runs that print ${secret}` });
  return places;
}
