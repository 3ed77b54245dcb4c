/** The inventory's facts, gathered through `/v1` as any client would, and out of the audit log where it is at hand. */
import { join } from "node:path";
import { readUsage } from "../../audit-log/index.ts";
import type { ApiClient } from "../../client/index.ts";
import { isBulkheadError } from "../../core/errors.ts";
import {
  type FindingFacts,
  type InventoryFacts,
  type PipelineFacts,
  type ProjectFacts,
  type PushFacts,
  type RightsFacts,
  type StoredFacts,
  type UsageFacts,
  projectFacts,
} from "../../inventory/index.ts";
import { desired } from "../../manifest/index.ts";
import type { Context } from "../context.ts";
import type { RecordedFinding } from "../findings.ts";
import { listFindings } from "../findings.ts";
import { findProject } from "../project.ts";
import { inReach } from "../receipts.ts";
import { listed, readOr } from "../../client/lists.ts";
import { receiptFacts } from "./receipts.ts";

export interface Gathered {
  readonly facts: InventoryFacts;
  /** What could not be read, for people. */
  readonly gaps: readonly string[];
}

export interface GatherOptions {
  /** Folders of audit logs in place of the local store's. */
  readonly folders?: readonly string[];
}

const EMPTY: Omit<InventoryFacts, "now"> = {
  projects: [],
  stored: new Map(),
  usage: null,
  receipts: [],
  findings: [],
  pipelines: [],
  pushes: [],
  rights: [],
  leases: new Map(),
};

export async function gatherFacts(context: Context, options: GatherOptions = {}): Promise<Gathered> {
  const gaps: string[] = [];
  const now = Date.now();
  const local = await localProject(context);
  if (!inReach(context)) {
    gaps.push("there is no store here yet: ages, uses and copies are unknown");
    return { facts: { ...EMPTY, now, projects: local === null ? [] : [local] }, gaps };
  }
  const { client } = await context.api();
  const applied = await appliedProjects(client, gaps);
  const missing = local !== null && !applied.some(({ name }) => name === local.name) ? [local] : [];
  if (missing.length > 0)
    gaps.push("bulkhead.yaml was not applied yet: it is shown as it stands in the file");
  const projects = [...applied, ...missing];
  // Read before this command's own calls could count: it reads no value, but a bare number is easier to trust.
  const usage = await usageFacts(context, options.folders ?? [], gaps);
  const notes = async <T>(path: string): Promise<readonly T[]> => {
    const found = await listed<T>(client, `bulkhead/inventory/${path}`);
    if (found === null) gaps.push(`bulkhead/inventory/${path} may not be read`);
    return [...(found?.info.values() ?? [])];
  };
  const withTime = <T extends { readonly time: number }>(
    all: readonly (Omit<T, "time"> & { time: string })[],
  ) => all.map((one) => ({ ...one, time: Date.parse(one.time) }) as unknown as T);
  return {
    facts: {
      now,
      projects,
      stored: await storedFacts(client, projects, gaps),
      usage,
      receipts: await receiptFacts(context, gaps),
      findings: await findingFacts(context, gaps),
      pipelines: await pipelineFacts(client, gaps),
      pushes: withTime<PushFacts>(await notes("pushed")),
      rights: withTime<RightsFacts>(await notes("rights")),
      leases: await leaseCounts(client, projects),
    },
    gaps,
  };
}

async function localProject(context: Context): Promise<ProjectFacts | null> {
  const project = await findProject(context);
  return project === null ? null : projectFacts(desired(project.manifest).declaration);
}

async function appliedProjects(client: ApiClient, gaps: string[]): Promise<ProjectFacts[]> {
  const query = { declarations: "true" };
  const found = await listed<{ declaration: unknown }>(client, "bulkhead/projects", { query });
  if (found === null) gaps.push("bulkhead/projects may not be listed");
  return [...(found?.info ?? [])].flatMap(([name, { declaration }]) => {
    const facts = projectFacts(declaration);
    if (facts === null) gaps.push(`project ${name}: its declaration is not there`);
    return facts ?? [];
  });
}

interface SecretDetails {
  readonly current_version: number;
  readonly versions?: Readonly<
    Record<string, { created_time?: string; deletion_time?: string; destroyed?: boolean }>
  >;
  readonly retired?: { since: string; until: string | null; by: string; reason: string };
}

/** All key-value mounts whole where the caller may, else project by project. */
async function storedFacts(
  client: ApiClient,
  projects: readonly ProjectFacts[],
  gaps: string[],
): Promise<Map<string, StoredFacts>> {
  const stored = new Map<string, StoredFacts>();
  const take = async (mount: string, folder: string): Promise<boolean> => {
    const path = `${mount}/detailed-metadata/${folder}`;
    const found = await listed<SecretDetails>(client, path, { method: "SCAN" });
    for (const [name, details] of found?.info ?? [])
      stored.set(`${mount}/${folder === "" ? "" : `${folder}/`}${name}`, storedOf(details));
    return found !== null;
  };
  for (const mount of await kvMounts(client)) {
    if (await take(mount, "")) continue;
    for (const { name } of projects)
      if (!(await take(mount, name))) gaps.push(`${mount}/${name}: its metadata may not be listed`);
  }
  return stored;
}

async function kvMounts(client: ApiClient): Promise<readonly string[]> {
  type Mounts = Readonly<Record<string, { type?: string; options?: { version?: string } | null } | null>>;
  const mounts = await readOr<Mounts>(client, "sys/mounts");
  if (mounts === null) return ["secret"];
  return Object.entries(mounts).flatMap(([path, mount]) =>
    mount?.type === "kv" && mount.options?.version === "2" ? [path.replace(/\/$/, "")] : [],
  );
}

export function storedOf({ current_version: version, versions = {}, retired }: SecretDetails): StoredFacts {
  const current = versions[String(version)];
  const living = current !== undefined && current.destroyed !== true && (current.deletion_time ?? "") === "";
  const created = living ? Date.parse(current.created_time ?? "") : Number.NaN;
  return {
    created: Number.isNaN(created) ? null : created,
    version,
    versions: Object.keys(versions).length,
    retired:
      retired === undefined
        ? null
        : {
            since: Date.parse(retired.since),
            until: retired.until === null ? null : Date.parse(retired.until),
            by: retired.by,
            reason: retired.reason,
          },
  };
}

/** A server keeps its own log: whoever runs it names its folders. */
async function usageFacts(
  context: Context,
  given: readonly string[],
  gaps: string[],
): Promise<UsageFacts | null> {
  if (given.length === 0 && context.address !== null) {
    gaps.push("the server's audit log is not at hand: last use comes from receipts alone (or give --audit)");
    return null;
  }
  const folders = given.length > 0 ? given : [context.home.audit];
  const file = given.length > 0 ? null : join(context.home.folder, "usage.json");
  const { paths, covers, broken } = await readUsage({ folders, file });
  for (const { folder, segment, seq } of broken)
    gaps.push(
      `the audit log was changed (${folder}, segment ${segment}, entry ${seq}): what stands behind is left out; see \`bulkhead audit verify\``,
    );
  return { paths, covers };
}

async function findingFacts(context: Context, gaps: string[]): Promise<FindingFacts[]> {
  let found: readonly RecordedFinding[];
  try {
    found = await listFindings(context, {});
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    gaps.push("recorded findings may not be listed");
    return [];
  }
  return found.flatMap(({ id, stored, status, places }) =>
    stored === null
      ? []
      : places.slice(0, 20).map(({ source, path, line }) => ({
          id,
          project: stored.project,
          environment: stored.environment,
          secret: stored.secret,
          place: `${source} ${path}:${line}`,
          open: status === "open",
          current: stored.current,
        })),
  );
}

async function pipelineFacts(client: ApiClient, gaps: string[]): Promise<PipelineFacts[]> {
  interface Recorded {
    readonly repository: string;
    readonly rows: readonly Omit<PipelineFacts, "repository">[];
  }
  const found = await listed<Recorded>(client, "bulkhead/inventory/entries");
  if (found === null) gaps.push("the recorded CI inventory may not be read");
  return [...(found?.info.values() ?? [])].flatMap(({ repository, rows }) =>
    rows.map((row) => ({ ...row, repository })),
  );
}

async function leaseCounts(
  client: ApiClient,
  projects: readonly ProjectFacts[],
): Promise<Map<string, number>> {
  const paths = new Set(
    projects.flatMap(({ name, environments, secrets }) =>
      secrets.flatMap(({ dynamic }) =>
        dynamic === null
          ? []
          : environments.map((one) => dynamic.replaceAll("{env}", one.name).replaceAll("{project}", name)),
      ),
    ),
  );
  const counts = new Map<string, number>();
  for (const path of paths) {
    const found = await listed<never>(client, `sys/leases/lookup/${path}`);
    if (found !== null) counts.set(path, found.keys.length);
  }
  return counts;
}
