/**
 * `bulkhead plan`: what stands in Bulkhead against what the declaration asks for, as a list of API writes. A plan reads
 * configuration and metadata, never a value.
 */
import type { Json, JsonObject, ManifestApi } from "../core/ports/manifest-api.ts";
import { APPROLE_MOUNT, type Desired, type DesiredItem, canonical, desired } from "./desired.ts";
import { type PlanFinding, declarationFindings, storedFindings } from "./findings.ts";
import { rolePath } from "./identities.ts";
import type { Manifest } from "./types.ts";

export interface PlannedWrite {
  readonly action: "create" | "update" | "delete" | "same";
  readonly what: DesiredItem["what"] | "project";
  readonly name: string;
  /** Below /v1/. */
  readonly path: string;
  /** What stands there; absent when nothing does. Only the members that the declaration decides. */
  readonly before?: JsonObject;
  /** What will stand there; absent for deletions. */
  readonly after?: JsonObject;
}

export interface Plan {
  readonly project: string;
  /** Of the declaration, for messages. */
  readonly file: string;
  readonly stages: number;
  readonly environments: number;
  /** In the order in which `apply` writes them. */
  readonly writes: readonly PlannedWrite[];
  readonly findings: readonly PlanFinding[];
  /** True when `apply` would change nothing. */
  readonly upToDate: boolean;
  /** Of the project's entry; 0 when there is none yet. */
  readonly revision: number;
}

/** What the last apply left behind, as `bulkhead/projects/<name>` keeps it. */
export interface AppliedState {
  readonly revision: number;
  readonly manifest: Json;
  readonly declaration: Json;
  readonly policies: readonly string[];
  readonly roles: readonly string[];
  readonly digest: string;
}

export async function plan(manifest: Manifest, api: ManifestApi): Promise<Plan> {
  return await planFor(manifest, desired(manifest), api);
}

export async function planFor(manifest: Manifest, wanted: Desired, api: ManifestApi): Promise<Plan> {
  const applied = await readApplied(manifest.project, api);
  const findings: PlanFinding[] = [...declarationFindings(manifest)];
  const writes: PlannedWrite[] = [];
  const mounts = {
    "secrets engine": await api.read("sys/mounts"),
    "auth method": await api.read("sys/auth"),
  };
  for (const item of wanted.items) {
    if (item.what === "secrets engine" || item.what === "auth method") {
      const { write, finding } = mountWrite(item, mounts[item.what]);
      writes.push(write);
      if (finding !== null) findings.push(finding);
    } else if (item.what === "auth config") {
      const { write, finding } = configWrite(item, await api.read(item.path));
      writes.push(write);
      if (finding !== null) findings.push(finding);
    } else writes.push(compare(item, pick(await api.read(item.path), item.body)));
  }
  writes.splice(wanted.items.filter(isMount).length, 0, projectWrite(manifest.project, wanted, applied));
  writes.push(...deletions(manifest.project, wanted, applied));
  if (writes.some(({ what, action }) => what === "secrets engine" && action === "same"))
    findings.push(...(await storedFindings(manifest, api)));
  const order = ["refused", "warning", "note"];
  return {
    project: manifest.project,
    file: manifest.file,
    stages: manifest.stages.length,
    environments: manifest.environments.length,
    writes,
    findings: findings.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || a.line - b.line),
    upToDate: writes.every(({ action }) => action === "same"),
    revision: applied?.revision ?? 0,
  };
}

const isMount = ({ what }: DesiredItem): boolean => what === "secrets engine" || what === "auth method";
const object = (value: Json | undefined): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
const strings = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

export async function readApplied(project: string, api: ManifestApi): Promise<AppliedState | null> {
  const entry = await api.read(`bulkhead/projects/${project}`);
  if (entry === null) return null;
  const applied = object(entry.applied);
  return {
    revision: typeof entry.revision === "number" ? entry.revision : 0,
    manifest: entry.manifest ?? null,
    declaration: entry.declaration ?? null,
    policies: strings(applied.policies),
    roles: strings(applied.roles),
    digest: typeof applied.digest === "string" ? applied.digest : "",
  };
}

/** An existing mount is left as it is when it is of the right kind; another kind there cannot be mended from here. */
function mountWrite(
  item: DesiredItem,
  table: JsonObject | null,
): { write: PlannedWrite; finding: PlanFinding | null } {
  const entry = table?.[item.name];
  const { what, name, path, body: after } = item;
  if (entry === undefined) return { write: { action: "create", what, name, path, after }, finding: null };
  const before = pick(object(entry), { type: "", options: {} }) ?? {};
  const version = object(object(entry).options).version;
  const right =
    before.type === after.type && (after.options === undefined || version === object(after.options).version);
  const finding: PlanFinding = {
    level: "refused",
    code: "mount-taken",
    message: `${name} holds something else (${String(before.type)}${version === undefined ? "" : ` version ${String(version)}`}); move it away, this declaration needs ${String(after.type)} there`,
    line: 0,
  };
  return {
    write: { action: "same", what, name, path, before, after: before },
    finding: right ? null : finding,
  };
}

/** An issuer that is trusted already stays: other roles of that mount stand on it. */
function configWrite(
  { what, name, path, body: after }: DesiredItem,
  config: JsonObject | null,
): { write: PlannedWrite; finding: PlanFinding | null } {
  if (config === null) return { write: { action: "create", what, name, path, after }, finding: null };
  const issuer = String(after.oidc_discovery_url);
  const trusted = [config.bound_issuer, config.oidc_discovery_url].find(
    (one) => one !== "" && one !== undefined,
  );
  const finding: PlanFinding = {
    level: "refused",
    code: "mount-taken",
    message: `auth/${name.replace(/\/config$/, "")} trusts another issuer (${String(trusted ?? "its keys alone")}), this declaration needs ${issuer} there`,
    line: 0,
  };
  const before = { oidc_discovery_url: config.oidc_discovery_url ?? "" };
  return {
    write: { action: "same", what, name, path, before, after: before },
    finding: trusted === issuer ? null : finding,
  };
}

/** Only the members that are ours to decide. */
function pick(entry: JsonObject | null, like: JsonObject): JsonObject | null {
  if (entry === null) return null;
  return Object.fromEntries(
    Object.keys(like).flatMap((key) => (entry[key] === undefined ? [] : [[key, entry[key]]])),
  );
}

function compare({ what, name, path, body: after }: DesiredItem, before: JsonObject | null): PlannedWrite {
  if (before === null) return { action: "create", what, name, path, after };
  return {
    action: canonical(before) === canonical(after) ? "same" : "update",
    what,
    name,
    path,
    before,
    after,
  };
}

function projectWrite(project: string, wanted: Desired, applied: AppliedState | null): PlannedWrite {
  const base = { what: "project", name: project, path: `bulkhead/projects/${project}` } as const;
  const after = { digest: wanted.digest, roles: wanted.roles };
  if (applied === null) return { action: "create", ...base, after };
  const before = { digest: applied.digest, roles: applied.roles };
  const same =
    canonical(applied.manifest) === canonical(wanted.project) &&
    canonical(applied.declaration) === canonical(wanted.declaration) &&
    canonical([applied.policies, applied.roles, applied.digest]) ===
      canonical([wanted.policies, wanted.roles, wanted.digest]);
  return { action: same ? "same" : "update", ...base, before, after };
}

/**
 * What an earlier apply made and nobody declares any more; only names of this project, whatever the entry says. They are
 * deleted again even where they are gone already: the apply that deleted them may have died before it revoked the tokens.
 */
function deletions(project: string, wanted: Desired, applied: AppliedState | null): readonly PlannedWrite[] {
  const gone = (made: readonly string[], still: readonly string[]): readonly string[] =>
    made.filter((name) => name.startsWith(`${project}.`) && !still.includes(name));
  const write = (what: "role" | "policy", name: string, path: string): PlannedWrite => ({
    action: "delete",
    what,
    name,
    path,
    before: {},
  });
  return [
    ...gone(applied?.roles ?? [], wanted.roles).map((name) =>
      write("role", name, rolePath(name, APPROLE_MOUNT)),
    ),
    ...gone(applied?.policies ?? [], wanted.policies).map((name) =>
      write("policy", name, `sys/policies/acl/${name}`),
    ),
  ];
}
