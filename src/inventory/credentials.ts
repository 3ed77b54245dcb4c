/** Facts → credentials: one for each declared secret and environment, and one for each stored secret that nobody declares. */
import { kinds } from "../core/kinds.ts";
import { flagsOf } from "./flags.ts";
import { type Lookup, lookupOf } from "./lookup.ts";
import type {
  Consumer,
  Copy,
  Credential,
  InventoryFacts,
  LastUse,
  ProjectFacts,
  SecretFacts,
  StoredFacts,
} from "./types.ts";

export interface InventoryOptions {
  /** Milliseconds without use after which a credential counts as unused. */
  readonly idle: number;
  /** Of the key-value store in which declared secrets stand: `secret`. */
  readonly mount: string;
}

export function credentialsOf(facts: InventoryFacts, options: InventoryOptions): Credential[] {
  const lookup = lookupOf(facts);
  const claimed = new Set<string>();
  const declared = facts.projects.flatMap((project) =>
    project.secrets.flatMap((secret) =>
      project.environments.map(({ name: environment }) => {
        claimed.add(`${options.mount}/${project.name}/${environment}/${secret.name}`);
        return declaredCredential({ facts, lookup, options, project, secret, environment });
      }),
    ),
  );
  const others = [...facts.stored]
    .filter(([path]) => !claimed.has(path))
    .map(([path, stored]) => undeclared(path, stored, facts));
  return [...declared, ...others]
    .map((one) => ({ ...one, flags: flagsOf(one, { facts, options }) }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

interface Joining {
  readonly facts: InventoryFacts;
  readonly lookup: Lookup;
  readonly options: InventoryOptions;
  readonly project: ProjectFacts;
  readonly secret: SecretFacts;
  readonly environment: string;
}

/** `{env}` and `{project}` filled in. */
const placed = (text: string, project: string, environment: string): string =>
  text.replaceAll("{env}", environment).replaceAll("{project}", project);

/** `secret/fraud/prod/openai` as the API reads its value. */
export function dataPathOf(path: string): string {
  const [mount = "", ...rest] = path.split("/");
  return `${mount}/data/${rest.join("/")}`;
}

function declaredCredential({ facts, lookup, options, project, secret, environment }: Joining): Credential {
  const about = { project: project.name, environment, secret: secret.name };
  const storage = secret.dynamic !== null ? "dynamic" : secret.from !== null ? "elsewhere" : "stored";
  const stored = `${options.mount}/${project.name}/${environment}/${secret.name}`;
  const path =
    storage === "stored"
      ? dataPathOf(stored)
      : placed(secret.dynamic ?? secret.from ?? "", project.name, environment);
  const kept = storage === "stored" ? (facts.stored.get(stored) ?? null) : null;
  const stages = project.stages
    .filter(({ uses, brokered }) => uses.includes(secret.name) || brokered.includes(secret.name))
    .map(({ name }) => name);
  const consumers = consumersOf(path, about, { facts, lookup });
  const created = kept?.created ?? null;
  return {
    id: `${project.name}/${environment}/${secret.name}`,
    project: project.name,
    environment,
    name: secret.name,
    path,
    kind: secret.kind,
    provider: secret.provider,
    owner: secret.owner,
    purpose: secret.purpose,
    stages,
    consumers,
    storage,
    created,
    version: kept === null || kept.version === 0 ? null : kept.version,
    lastUse: lastUseOf(path, consumers, { facts, audited: storage !== "elsewhere" }),
    due: created === null ? null : created + secret.every,
    every: storage === "dynamic" ? null : secret.every,
    opens: kinds[secret.kind].enables,
    elsewhere: copiesOf({ facts, lookup, options, project, secret, environment }),
    leases: storage === "dynamic" ? (facts.leases.get(path) ?? null) : null,
    allow: secret.allow,
    rights: lookup.rights(about),
    flags: [],
    retired: kept?.retired ?? null,
  };
}

function undeclared(path: string, stored: StoredFacts, facts: InventoryFacts): Credential {
  const data = dataPathOf(path);
  const consumers = auditConsumers(data, facts);
  return {
    id: path,
    project: null,
    environment: null,
    name: path.split("/").at(-1) ?? path,
    path: data,
    kind: "generic",
    provider: null,
    owner: null,
    purpose: null,
    stages: [],
    consumers,
    storage: "stored",
    created: stored.created,
    version: stored.version === 0 ? null : stored.version,
    lastUse: lastUseOf(data, consumers, { facts, audited: true }),
    due: null,
    every: null,
    opens: kinds.generic.enables,
    elsewhere: [],
    leases: null,
    allow: [],
    rights: null,
    flags: [],
    retired: stored.retired,
  };
}

function auditConsumers(path: string, { usage }: InventoryFacts): Consumer[] {
  const found = [...(usage?.paths.get(path)?.readers ?? [])].map(
    ([who, { last }]): Consumer => ({ who, last, from: "audit" }),
  );
  return found.sort((a, b) => b.last - a.last);
}

/** Who was given it, latest first: by the audit log, and by receipts where a job is seen to have used it. */
function consumersOf(
  path: string,
  about: { readonly project: string; readonly environment: string; readonly secret: string },
  { facts, lookup }: { readonly facts: InventoryFacts; readonly lookup: Lookup },
): Consumer[] {
  const found = new Map(auditConsumers(path, facts).map((one) => [one.who, one]));
  for (const { stage, ended, used } of lookup.receipts(about)) {
    const who = `${about.project}/${stage} in ${about.environment}`;
    if (used === "yes" && (found.get(who)?.last ?? 0) < ended)
      found.set(who, { who, last: ended, from: "receipt" });
  }
  return [...found.values()].sort((a, b) => b.last - a.last);
}

function lastUseOf(
  path: string,
  [latest]: readonly Consumer[],
  { facts: { usage }, audited }: { readonly facts: InventoryFacts; readonly audited: boolean },
): LastUse {
  if (latest !== undefined) return { state: "used", time: latest.last, by: latest.who, from: latest.from };
  const last = usage?.paths.get(path)?.last;
  if (last !== undefined) return { state: "used", time: last, by: "unnamed", from: "audit" };
  // What another manager keeps is read there: our log's silence says nothing.
  if (!audited || usage === null || usage.covers === null) return { state: "unknown" };
  return { state: "none", since: usage.covers.from };
}

function copiesOf({ lookup, project, secret, environment }: Joining): Copy[] {
  const about = { project: project.name, environment, secret: secret.name };
  const pushes = lookup.pushes(about);
  const names = new Set([
    ...project.stages.flatMap(({ variables }) =>
      variables.filter((one) => one.secret === secret.name).map(({ variable }) => variable),
    ),
    ...pushes.map(({ name }) => name),
  ]);
  return [
    ...lookup
      .findings(about)
      .filter(({ open }) => open)
      .map(
        ({ place, current }): Copy => ({
          what: "finding",
          place: `${place}${current ? "" : " (an earlier value)"}`,
        }),
      ),
    ...pushes.map(
      ({ target, place, name }): Copy => ({ what: "push", place: `${target} ${place}: ${name}` }),
    ),
    ...lookup.pipelines([...names], environment).map(
      ({ repository, workflow, job, credential }): Copy => ({
        what: "pipeline",
        place: `${repository} ${workflow} ${job}: ${credential}`,
      }),
    ),
    ...(secret.from === null
      ? []
      : [{ what: "reference", place: placed(secret.from, project.name, environment) } as const]),
  ];
}
