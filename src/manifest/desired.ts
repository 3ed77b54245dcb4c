/** Manifest → what must stand in Bulkhead: two mounts, one policy and one role a stage and environment, the project's entry. */
import { createHash } from "node:crypto";
import { formatDuration } from "../core/duration.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Json, JsonObject } from "../core/ports/manifest-api.ts";
import type { DeclaredProject, DeclaredSecretSummary } from "../core/ports/project.ts";
import { some } from "./cells.ts";
import { type RoleBase, identityConfigs, identityMounts, identityRoles } from "./identities.ts";
import { type Grant, policyText } from "./policy-text.ts";
import { NAME } from "./schema.ts";
import type { DeclaredSecret, Environment, Manifest, Part, Stage } from "./types.ts";

export const KV_MOUNT = "secret";
export const APPROLE_MOUNT = "approle";
/** One login a secret id, and it must follow at once. */
const SECRET_ID_USES = 1;
const SECRET_ID_TTL_SECONDS = 300;
/** How long a stage's token lives by itself; its run renews it up to the stage's `ttl`. */
const TOKEN_TTL_SECONDS = 300;

export interface DesiredItem {
  readonly what: "secrets engine" | "auth method" | "auth config" | "policy" | "role";
  readonly name: string;
  /** Where it is written, below /v1/. */
  readonly path: string;
  readonly body: JsonObject;
}

export interface Desired {
  /** In an order that is safe to write in: a role never names a policy that isn't there yet. */
  readonly items: readonly DesiredItem[];
  readonly project: DeclaredProject;
  /** Everything declared, without positions; for the next plan, the inventory and rotation. */
  readonly declaration: JsonObject;
  readonly policies: readonly string[];
  readonly roles: readonly string[];
  /** Hex SHA-256 over the declaration: changes when anything declared changes, not with comments or layout. */
  readonly digest: string;
}

/** Policy and role of a stage in an environment: no name has a `.`, so no two triples give the same. */
export function roleName(project: string, stage: string, environment: string): string {
  for (const name of [project, stage, environment])
    if (!new RegExp(NAME).test(name))
      throw new BulkheadError("manifest.unsafe-name", { name: name.slice(0, 80) });
  return `${project}.${stage}.${environment}`;
}

/** The path of a secret below the KV mount, without `data/`. */
export function secretPath(project: string, environment: string, secret: string): string {
  return `${project}/${environment}/${secret}`;
}

/** Secrets of the key-value store that the stage's own token reads: not brokered, minted or kept elsewhere. */
export function readableSecrets(manifest: Manifest, stage: Stage): readonly string[] {
  const names = new Set(partsOf(stage).map(({ secret }) => secret));
  return manifest.secrets.filter((one) => names.has(one.name) && isStored(one)).map(({ name }) => name);
}

export const isStored = (secret: DeclaredSecret): boolean =>
  secret.dynamic === undefined && secret.from === undefined;

/** Every secret and field that the job of a stage holds, by itself or within a composed value. */
export const partsOf = ({ use, composed }: Stage): readonly Part[] => [
  ...use,
  ...composed.flatMap(({ parts }) => Object.values(parts)),
];

/** `{env}` and `{project}` of a path or reference, filled in. */
export const placed = (text: string, project: string, environment: string): string =>
  text.replaceAll("{env}", environment).replaceAll("{project}", project);

/** The secrets that the stage's own token mints, and where. */
export function mintedSecrets(
  manifest: Manifest,
  stage: Stage,
  environment: string,
): readonly { readonly secret: DeclaredSecret; readonly path: string }[] {
  const names = new Set(partsOf(stage).map(({ secret }) => secret));
  return manifest.secrets.flatMap((secret) =>
    names.has(secret.name) && secret.dynamic !== undefined
      ? [{ secret, path: placed(secret.dynamic, manifest.project, environment) }]
      : [],
  );
}

/**
 * What a stage's token may do: read each secret it uses, mint those that are minted, see, renew and give up itself. The `default` policy is left out, because
 * whoever edits it would widen every stage at once.
 */
export function grantsOf(manifest: Manifest, stage: Stage, environment: Environment): readonly Grant[] {
  return [
    { path: "auth/token/lookup-self", capability: "read" },
    { path: "auth/token/renew-self", capability: "update" },
    { path: "auth/token/revoke-self", capability: "update" },
    ...recorded(manifest, stage, environment.name),
    ...minted(mintedSecrets(manifest, stage, environment.name)),
    ...watched(manifest, stage, environment.name),
    ...noted(manifest, stage),
    ...readableSecrets(manifest, stage).map(
      (secret) =>
        ({
          path: `${KV_MOUNT}/data/${secretPath(manifest.project, environment.name, secret)}`,
          capability: "read",
        }) as const,
    ),
  ];
}

/** A platform's login records its own run; any other login's run is recorded by who makes it. */
const recorded = ({ identities }: Manifest, stage: Stage, environment: string): readonly Grant[] =>
  identities.some((one) => one.stage === stage.name && one.environment === environment)
    ? [
        { path: "bulkhead/runs/self", capability: "update" },
        { path: "bulkhead/runs/self/end", capability: "update" },
        { path: "bulkhead/runs/self/receipt", capability: "update" },
      ]
    : [];

/** The job's leases are named by ids that nobody can guess: renewing needs no narrower path. */
const minted = (secrets: readonly { readonly path: string }[]): readonly Grant[] =>
  secrets.length === 0
    ? []
    : [
        { path: "sys/leases/renew", capability: "update" },
        ...[...new Set(secrets.map(({ path }) => path))].map(
          (path) => ({ path, capability: "read" }) as const,
        ),
      ];

/** Whether a value was superseded stands in its metadata. */
const watched = (manifest: Manifest, stage: Stage, environment: string): readonly Grant[] =>
  stage.onChange === undefined || stage.onChange === "none"
    ? []
    : readableSecrets(manifest, stage).map((secret) => ({
        path: `${KV_MOUNT}/metadata/${secretPath(manifest.project, environment, secret)}`,
        capability: "read",
      }));

/** What a reference gave is compared with the other environments', by its hash. */
const noted = (manifest: Manifest, stage: Stage): readonly Grant[] => {
  const names = new Set(partsOf(stage).map(({ secret }) => secret));
  return manifest.secrets.some(({ name, from }) => names.has(name) && from !== undefined)
    ? [{ path: `bulkhead/projects/${manifest.project}/resolved`, capability: "update" }]
    : [];
};

export function desired(manifest: Manifest): Desired {
  const pairs = manifest.stages.flatMap((stage) =>
    manifest.environments.map((environment) => ({
      stage,
      environment,
      name: roleName(manifest.project, stage.name, environment.name),
    })),
  );
  const policies = pairs.map(({ stage, environment, name }): DesiredItem => {
    const title = `${manifest.project} stage ${stage.name} in ${environment.name}`;
    const policy = policyText(title, grantsOf(manifest, stage, environment));
    return { what: "policy", name, path: `sys/policies/acl/${name}`, body: { policy } };
  });
  const bases = pairs.map(({ stage, environment, name }): RoleBase => {
    const ttl = Math.ceil(stage.ttl / 1_000);
    return {
      name,
      stage,
      environment: environment.name,
      people: environment.people,
      tokens: {
        token_policies: [name],
        token_no_default_policy: true,
        // however it logged in: the tokens are revoked as what they are
        token_metadata: { project: manifest.project, stage: stage.name, environment: environment.name },
        token_type: "service",
        // a run renews it: when Bulkhead itself is killed, what the job was given ends soon after
        token_ttl: Math.min(ttl, TOKEN_TTL_SECONDS),
        token_max_ttl: ttl,
        // said also where it is nobody and always, so that what is no longer declared goes
        token_approvals: environment.approve,
        token_window: environment.window ?? "",
      },
    };
  });
  const roles = bases.map(
    ({ name, people, tokens }): DesiredItem => ({
      what: "role",
      name,
      path: `auth/${APPROLE_MOUNT}/role/${name}`,
      body: {
        ...tokens,
        bind_secret_id: true,
        secret_id_num_uses: SECRET_ID_USES,
        secret_id_ttl: SECRET_ID_TTL_SECONDS,
        automated: !people,
      },
    }),
  );
  const identities = identityRoles(manifest, bases);
  const declaration = declarationOf(manifest);
  const names = pairs.map(({ name }) => name).sort();
  return {
    items: [
      ...MOUNTS,
      ...identityMounts(manifest),
      ...policies,
      ...roles,
      ...identityConfigs(manifest),
      ...identities,
    ],
    project: declaredProject(manifest),
    declaration,
    policies: names,
    roles: [...names, ...identities.map((item) => item.name)].sort(),
    digest: createHash("sha256").update(canonical(declaration)).digest("hex"),
  };
}

const MOUNTS: readonly DesiredItem[] = [
  {
    what: "secrets engine",
    name: `${KV_MOUNT}/`,
    path: `sys/mounts/${KV_MOUNT}`,
    body: { type: "kv", options: { version: "2" }, description: "the pipelines' credentials" },
  },
  {
    what: "auth method",
    name: `${APPROLE_MOUNT}/`,
    path: `sys/auth/${APPROLE_MOUNT}`,
    body: { type: "approle", description: "one role for each stage and environment" },
  },
];

export function declaredProject(manifest: Manifest): DeclaredProject {
  return {
    name: manifest.project,
    ...some("owner", manifest.owner),
    environments: Object.fromEntries(
      manifest.environments.map(({ name, production, people }) => [name, { production, people }]),
    ),
    secrets: Object.fromEntries(
      manifest.secrets.map((secret) => [
        secret.name,
        {
          ...some("provider", secret.provider),
          kind: secret.kind,
          ...some("owner", secret.owner),
          ...some("purpose", secret.purpose),
          plain: secret.plain,
          ...some("shared", secret.shared),
          ...pushedParts(manifest, secret),
        },
      ]),
    ),
    stages: Object.fromEntries(manifest.stages.map((stage) => [stage.name, { use: usedBy(stage) }])),
  };
}

/** What a push needs besides, so that whoever rotates without the file knows where else the value stands, and under which name. */
function pushedParts(
  { stages }: Manifest,
  { name, push = [], fields }: DeclaredSecret,
): Pick<DeclaredSecretSummary, "push" | "fields" | "variables"> {
  if (push.length === 0) return {};
  const variables: Record<string, string> = {};
  for (const { secret, field, variable } of stages.flatMap(({ use, broker }) => [...use, ...broker]))
    if (secret === name) variables[field] ??= variable;
  return { push: push.map(({ at: _at, ...one }) => one), fields, variables };
}

/** Names of the secrets a stage uses in any way, sorted, each once. */
export function usedBy(stage: Stage): readonly string[] {
  return [...new Set([...partsOf(stage), ...stage.broker].map(({ secret }) => secret))].sort();
}

/** Lines are for messages, `undefined` is for nobody; durations as people read them. */
function declarationOf({
  file: _file,
  environments,
  secrets,
  stages,
  identities,
  ...rest
}: Manifest): JsonObject {
  return plainJson({
    ...rest,
    environments,
    secrets: secrets.map((secret) => ({
      ...secret,
      rotate: { ...secret.rotate, every: formatDuration(secret.rotate.every) },
    })),
    stages: stages.map(({ lines: _lines, ...stage }) => ({ ...stage, ttl: formatDuration(stage.ttl) })),
    identities: identities.map(({ places: _places, ...identity }) => identity),
  });
}

const plainJson = (value: object): JsonObject =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === "at" ? undefined : inner)),
  ) as JsonObject;

/** JSON with sorted keys: equal data, equal text. */
export function canonical(value: Json | object | undefined): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
