/**
 * The inventory: workflow, job, credential or identity, external systems, environment, scope, owner, last rotation. It joins what the
 * model knows and concludes nothing from silence.
 */
import { basename } from "node:path";
import { PHASES } from "../authority/placement.ts";
import { matchesWildcard } from "../host/wildcard.ts";
import type { HostSecret, Job, Repository } from "../model.ts";
import { type Held, heldBy } from "./held.ts";
import type { Owners } from "./owners.ts";
import type { Inventory, InventoryRow, RotationSource, WorkflowLine } from "./types.ts";

export type * from "./types.ts";
export { type Owners, ownersOf } from "./owners.ts";
export { type InventoryFormat, inventoryFormats, cellsOf, plainInventory } from "./render.ts";

export interface InventoryOptions {
  readonly owners: Owners;
  /** Null: nobody was asked. */
  readonly rotated?: RotationSource | null;
}

export function inventory(repository: Repository, { owners, rotated = null }: InventoryOptions): Inventory {
  const name = repositoryName(repository);
  const rows = repository.workflows
    .filter(({ remote, calledBy }) => !remote || calledBy.length > 0)
    .flatMap(({ jobs }) => jobs.flatMap((job) => rowsOf(name, job, { owners, rotated })));
  return { rows, workflows: workflowLines(rows) };
}

/** Several repositories as one. */
export const rolledUp = (all: readonly Inventory[]): Inventory => ({
  rows: all.flatMap(({ rows }) => rows),
  workflows: all.flatMap(({ workflows }) => workflows),
});

export const repositoryName = ({ slug, root }: Repository): string =>
  slug === null ? basename(root) : `${slug.host}/${slug.owner}/${slug.name}`;

const DOWNLOADS = { id: "packages", title: "package download only", detail: null };

function rowsOf(
  repository: string,
  job: Job,
  { owners, rotated }: Required<InventoryOptions>,
): InventoryRow[] {
  const held: readonly Held[] = heldBy(job);
  const all: readonly Held[] = held.length > 0 ? held : [nothing(job)];
  const environments = environmentsOf(job);
  return all.map((one) => ({
    repository,
    workflow: job.workflow.file.path,
    job: job.id,
    phase: job.placement.phase,
    kind: one.kind,
    credential: one.credential,
    systems: one.systems,
    environments: environments.names,
    environmentKnown: environments.known,
    scope: [one.scope, ...setting(job, one, environments.names)].filter((part) => part !== "").join(", "),
    owner: owners.of(job, one.names, one.systems[0]?.id ?? null),
    rotated:
      one.kind === "secret"
        ? rotation(job, one, { environments: environments.names, source: rotated })
        : null,
    certain: one.certain,
    span: one.span,
  }));
}

function nothing(job: Job): Held {
  const downloads = job.steps.some(({ effects }) => effects.runsProject);
  return {
    kind: "none",
    credential: "none",
    systems: downloads ? [DOWNLOADS] : [],
    scope: job.call === null ? "" : `calls ${job.call.ref.slug}`,
    certain: true,
    span: job.idSpan,
    names: [],
  };
}

export function environmentsOf({ environment }: Job): {
  readonly names: readonly string[];
  readonly known: boolean;
} {
  if (environment === null) return { names: [], known: true };
  if (environment.constant !== null) return { names: [environment.constant], known: true };
  if (environment.candidates.length > 0) return { names: environment.candidates, known: true };
  return {
    names: environment.name === null ? [] : [environment.name.value],
    known: environment.name === null,
  };
}

/** A store knows when it was written there, the host when it was set there; the older of the two is when it was last new everywhere. */
function rotation(
  job: Job,
  { names }: Held,
  {
    environments,
    source,
  }: { readonly environments: readonly string[]; readonly source: RotationSource | null },
): string | null {
  const [name = "", variable = null] = names;
  const known = source?.({ name, variable, environments }) ?? null;
  if (known !== null) return known;
  return hostSecret(job, name, environments)?.updated ?? null;
}

/** An environment's secret hides the repository's, and that the organisation's. */
function hostSecret(job: Job, name: string, environments: readonly string[]): HostSecret | null {
  const secrets = (job.workflow.repository.host?.secrets ?? []).filter((one) => one.name === name);
  return (
    secrets.find(
      ({ environment }) =>
        environment !== null && environments.some((one) => matchesWildcard(environment, one)),
    ) ??
    secrets.find(({ scope }) => scope === "repository") ??
    secrets.find(({ scope }) => scope === "organization") ??
    null
  );
}

/** Where the host keeps it, and to whom it gives it. */
function setting(job: Job, { kind, names: [name = ""] }: Held, environments: readonly string[]): string[] {
  const found = kind === "secret" ? hostSecret(job, name, environments) : null;
  if (found === null) return [];
  const whose =
    found.environment === null ? `of the ${found.scope}` : `of the environment ${found.environment}`;
  return [
    whose,
    ...(found.protected === null ? [] : [found.protected ? "protected refs only" : "every ref"]),
    ...(found.masked === false ? ["not masked"] : []),
  ];
}

function workflowLines(rows: readonly InventoryRow[]): WorkflowLine[] {
  const groups = new Map<string, InventoryRow[]>();
  for (const row of rows) {
    const key = `${row.repository}\0${row.workflow}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const holding = group.filter(({ kind }) => kind !== "none");
    const told = holding.length > 0 ? holding : group;
    const systems = unique(told.flatMap((row) => row.systems.map(({ title }) => title)));
    return {
      repository: group[0]?.repository ?? "",
      workflow: group[0]?.workflow ?? "",
      identities: unique(told.map(({ credential }) => credential)),
      systems,
      owners: unique(group.flatMap(({ owner }) => owner?.name ?? [])),
      phases: PHASES.filter((phase) => group.some((row) => row.phase === phase)),
    };
  });
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
