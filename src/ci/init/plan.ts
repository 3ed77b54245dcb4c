/**
 * A declaration's stages as jobs of a CI system: one for each stage and environment, one after the other, in the environments that
 * `identities:` names for the system, else in those that are asked for.
 */
import {
  type DeclaredSecret,
  type Identity,
  type Manifest,
  type Stage,
  partsOf,
  placed,
} from "../../manifest/index.ts";

export interface PlannedJob {
  /** Unique, letters, digits and `-`. */
  readonly id: string;
  readonly stage: string;
  /** Bulkhead's. */
  readonly environment: string;
  /** The host's, which `identities:` may name otherwise. */
  readonly gate: string;
  readonly audience: string;
  /** Minutes that the stage's token can live. */
  readonly minutes: number;
  /** The id of the job before it; null for the first. */
  readonly after: string | null;
  /** It logs in to a server; false where every secret is a reference. */
  readonly logsIn: boolean;
  /** Variables that the stage's `env://` references read. */
  readonly variables: readonly string[];
  /** References of other managers, which the job must be able to read. */
  readonly references: readonly string[];
}

export interface CiPlan {
  readonly project: string;
  readonly jobs: readonly PlannedJob[];
  readonly branch: string;
  /** The workflow file that `identities:` names; null when they name none, or several. */
  readonly file: string | null;
  /** Stages and environments without an identity: their logins would be refused. */
  readonly unnamed: readonly PlannedJob[];
  /** Stages that have no command. */
  readonly idle: readonly string[];
}

export interface PlanOptions {
  /** As `identities:` names it: `github`, `gitlab`. */
  readonly method: string;
  /** For stages without an identity; the production environments when empty, else the last one. */
  readonly environments?: readonly string[];
  /** Where `identities:` names none: `main`. */
  readonly branch?: string;
}

const MOST_MINUTES = 360;
const DEFAULT_AUDIENCE = "bulkhead";

export function planOf(manifest: Manifest, options: PlanOptions): CiPlan {
  const identities = manifest.identities.filter(({ method }) => method === options.method);
  const working = manifest.stages.filter(({ run }) => run !== undefined);
  const ids = new Set<string>();
  const jobs: PlannedJob[] = [];
  const unnamed: PlannedJob[] = [];
  const several = manifest.environments.filter(({ name }) =>
    working.some((stage) => runsIn(manifest, stage, name, options)),
  );
  for (const { name: environment } of several)
    for (const stage of working) {
      if (!runsIn(manifest, stage, environment, options)) continue;
      const identity = identities.find((one) => one.stage === stage.name && one.environment === environment);
      const job: PlannedJob = {
        ...needs(manifest, stage, environment),
        id: unique(several.length === 1 ? stage.name : `${stage.name}-${environment}`, ids),
        stage: stage.name,
        environment,
        gate: constant(identity, "environment") ?? environment,
        audience: constant(identity, "audience") ?? DEFAULT_AUDIENCE,
        minutes: Math.min(MOST_MINUTES, Math.max(1, Math.ceil(stage.ttl / 60_000))),
        after: jobs.at(-1)?.id ?? null,
      };
      jobs.push(job);
      if (identity === undefined && job.logsIn) unnamed.push(job);
    }
  const branches = identities.flatMap(({ claims }) => claims.ref ?? []).map(branchOf);
  const files = new Set(identities.flatMap(({ claims }) => fileOf(claims.workflow?.[0]) ?? []));
  return {
    project: manifest.project,
    jobs,
    branch: options.branch ?? branches.find((one) => one !== null) ?? "main",
    file: files.size === 1 ? ([...files][0] ?? null) : null,
    unnamed,
    idle: manifest.stages.filter(({ run }) => run === undefined).map(({ name }) => name),
  };
}

function runsIn(
  { environments, identities }: Manifest,
  { name }: Stage,
  environment: string,
  { method, environments: asked = [] }: PlanOptions,
): boolean {
  if (asked.length > 0) return asked.includes(environment);
  const own = identities.filter((one) => one.stage === name && one.method === method);
  if (own.length > 0) return own.some((one) => one.environment === environment);
  const production = environments.filter((one) => one.production);
  return (production.length > 0 ? production : environments.slice(-1)).some(
    (one) => one.name === environment,
  );
}

function needs(
  manifest: Manifest,
  stage: Stage,
  environment: string,
): Pick<PlannedJob, "logsIn" | "variables" | "references"> {
  const names = new Set([...partsOf(stage), ...stage.broker].map(({ secret }) => secret));
  const used = manifest.secrets.filter(({ name }) => names.has(name));
  const references = used.flatMap(({ from }) =>
    from === undefined ? [] : [placed(from, manifest.project, environment)],
  );
  const variable = (reference: string): string | null =>
    /^env:\/\/([A-Za-z_]\w*)$/.exec(reference)?.[1] ?? null;
  return {
    logsIn: used.length === 0 || used.some((one: DeclaredSecret) => one.from === undefined),
    variables: references.flatMap((one) => variable(one) ?? []),
    references: references.filter((one) => variable(one) === null),
  };
}

/** What an identity says of a claim, where it is one text and no pattern. */
function constant(identity: Identity | undefined, claim: string): string | null {
  const values = identity?.claims[claim] ?? [];
  return values.length === 1 && values[0]?.includes("*") === false ? values[0] : null;
}

const branchOf = (ref: string): string | null =>
  ref.includes("*") || ref.startsWith("refs/tags/") ? null : ref.replace(/^refs\/heads\//, "");

const fileOf = (workflow: string | undefined): string | null =>
  /(?:^|\/)(\.github\/workflows\/[\w.-]+\.ya?ml)(?:@|$)/.exec(workflow ?? "")?.[1] ?? null;

function unique(wanted: string, taken: Set<string>): string {
  const id = /^[a-z]/.test(wanted) ? wanted : `stage-${wanted}`;
  let free = id;
  for (let at = 2; taken.has(free); at++) free = `${id}-${at}`;
  taken.add(free);
  return free;
}
