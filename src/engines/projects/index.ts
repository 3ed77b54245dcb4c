/**
 * `bulkhead/projects/`: the declared projects, as `bulkhead apply` writes them: what is declared (for the value index and the
 * inventory), which policies and roles the last apply made (so that the next can remove what vanished), a revision for
 * check-and-set, and a lock so that two applies at once do not mix.
 */
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { RawJson, type ReplyValue, kindOf, parseJson } from "../../core/json-bytes.ts";
import type { StorageTransaction } from "../../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, MountContext, PluginType, Reply } from "../../kernel/plugin.ts";
import type { DeclaredProject } from "../../kernel/services.ts";
import { type Applied, checkProjectName, readApplied, readManifest } from "./declared.ts";
import { acquireLock, checkLock, releaseLock } from "./lock.ts";

const PREFIX = "project/";
const MOST_FIELDS = 64;
const MAX_DECLARATION = 1024 * 1024;

/** Times in milliseconds since the epoch. */
interface StoredProject {
  readonly manifest: DeclaredProject;
  readonly applied: (Applied & { readonly time: number; readonly revision: number }) | null;
  /** The declaration's text as JSON, kept for `plan` to compare; never read here. */
  readonly declaration: string | null;
  readonly revision: number;
  readonly created: number;
  readonly updated: number;
}

interface Revision {
  readonly revision: number;
}

/** Revisions go on over deletion, so that an old plan never fits a project made anew. */
async function loadRevision(tx: StorageTransaction, name: string): Promise<number> {
  const bytes = await tx.get(`revision/${name}`);
  return bytes === null ? 0 : (JSON.parse(bytes.toString("utf8")) as Revision).revision;
}

const projectName = (call: Call): string => checkProjectName(call.params.name ?? "");

async function load(storage: Pick<StorageTransaction, "get">, name: string): Promise<StoredProject | null> {
  const bytes = await storage.get(PREFIX + name);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as StoredProject);
}

function checkRevision(name: string, stored: StoredProject | null, cas: number | undefined): void {
  const revision = stored?.revision ?? 0;
  if (cas !== undefined && cas !== revision)
    throw new BulkheadError("project.stale", { name, revision, expected: cas });
}

async function read(call: Call): Promise<Reply | null> {
  const stored = await load(call.storage, projectName(call));
  if (stored === null) return null;
  const { applied } = stored;
  return {
    data: {
      manifest: stored.manifest as unknown as ReplyValue,
      applied: applied === null ? null : { ...applied, time: rfc3339(applied.time) },
      declaration: stored.declaration === null ? null : (JSON.parse(stored.declaration) as ReplyValue),
      revision: stored.revision,
      created_time: rfc3339(stored.created),
      updated_time: rfc3339(stored.updated),
    },
  };
}

function declarationText(raw: RawJson | undefined): string | undefined {
  if (raw === undefined) return undefined;
  if (kindOf(raw) !== "object" || raw.bytes.length > MAX_DECLARATION)
    throw new BulkheadError("project.invalid", { problem: "declaration must be an object of at most 1 MiB" });
  return JSON.stringify(parseJson(raw));
}

async function write({ clock, services }: MountContext, call: Call): Promise<Reply> {
  const name = projectName(call);
  const given = {
    manifest: call.fields.json("manifest"),
    applied: call.fields.json("applied"),
    declaration: declarationText(call.fields.json("declaration")),
  };
  const manifest = given.manifest === undefined ? undefined : readManifest(name, given.manifest);
  const applied = given.applied === undefined ? undefined : readApplied(given.applied);
  if (Object.values(given).every((value) => value === undefined))
    throw new BulkheadError("project.invalid", {
      problem: "nothing to write: manifest, applied or declaration",
    });
  const [cas, lock] = [call.fields.int("cas"), call.fields.string("lock")];
  return await call.storage.transaction(async (tx) => {
    const now = clock.now();
    await checkLock(tx, name, lock, now);
    const before = await load(tx, name);
    checkRevision(name, before, cas);
    const declared = manifest ?? before?.manifest;
    if (declared === undefined)
      throw new BulkheadError("project.invalid", { problem: "a new project needs its manifest" });
    const revision = (await loadRevision(tx, name)) + 1;
    const stored: StoredProject = {
      manifest: declared,
      applied: applied === undefined ? (before?.applied ?? null) : { ...applied, time: now, revision },
      declaration: given.declaration ?? before?.declaration ?? null,
      revision,
      created: before?.created ?? now,
      updated: now,
    };
    if (manifest !== undefined) await services.values.declare(tx, manifest);
    tx.put(PREFIX + name, Buffer.from(JSON.stringify(stored)));
    tx.put(`revision/${name}`, Buffer.from(JSON.stringify({ revision } satisfies Revision)));
    return { data: { revision, updated_time: rfc3339(now) } };
  });
}

async function remove({ clock, services }: MountContext, call: Call): Promise<undefined> {
  const name = projectName(call);
  const [cas, lock] = [call.fields.int("cas"), call.fields.string("lock")];
  await call.storage.transaction(async (tx) => {
    await checkLock(tx, name, lock, clock.now());
    const before = await load(tx, name);
    checkRevision(name, before, cas);
    if (before === null) return;
    await services.values.undeclare(tx, name);
    tx.delete(PREFIX + name);
  });
}

/** What a run resolved elsewhere, by its hashes alone: one value may stand in one environment, wherever it is kept. */
async function resolved({ services }: MountContext, call: Call): Promise<undefined> {
  const name = projectName(call);
  const [environment = "", secret = ""] = ["environment", "secret"].map((one) => call.fields.string(one));
  const hashes = new Map(Object.entries(call.fields.map("sha256") ?? {}));
  const sound =
    [environment, secret].every((one) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(one)) &&
    hashes.size <= MOST_FIELDS &&
    [...hashes].every(([field, hash]) => field.length <= 128 && /^[0-9a-f]{64}$/.test(hash));
  if (!sound)
    throw new BulkheadError("request.invalid", {
      problem: "give environment, secret and sha256: hex digits by field",
    });
  await call.storage.transaction((tx) =>
    services.values.note(tx, `${name}/${environment}/${secret}`, hashes),
  );
}

async function list(call: Call): Promise<Reply | null> {
  const keys = await call.storage.list(PREFIX);
  if (keys.length === 0) return null;
  if (call.fields.bool("declarations") !== true) return { data: { keys } };
  const info: [string, ReplyValue][] = [];
  for (const name of keys) {
    const stored = await load(call.storage, name);
    if (stored === null) continue;
    const { declaration, revision } = stored;
    info.push([name, { declaration: raw(declaration), revision }]);
  }
  return { data: { keys, key_info: Object.fromEntries(info) } };
}

const raw = (json: string | null): ReplyValue => (json === null ? null : new RawJson(Buffer.from(json)));

const casField: FieldDeclaration = {
  type: "int",
  description: "Only if the project is at this revision; 0: only if there is none",
  plain: true,
};
const lockField: FieldDeclaration = {
  type: "string",
  description: "The lock's token; needed while the project is locked",
};

export const projects: PluginType = {
  type: "bulkhead-projects",
  title: "Projects",
  description: "Declared projects and what apply made of them",
  builtinAt: "bulkhead/projects/",
  create: (context) => ({
    paths: [
      {
        pattern: "",
        summary: "Lists the projects",
        fields: {
          declarations: { type: "bool", description: "With what each declares", plain: true },
        },
        operations: { list },
      },
      {
        pattern: "{name}/lock",
        summary: "Takes the project's lock, or prolongs it with its token",
        fields: {
          ttl: {
            type: "duration",
            description: "How long the lock lasts; default 2m, at most 15m",
            plain: true,
          },
          token: { type: "string", description: "The lock's token, to prolong it" },
        },
        operations: {
          create: (call) => acquireLock(context.clock, call, projectName(call)),
          update: (call) => acquireLock(context.clock, call, projectName(call)),
        },
      },
      {
        pattern: "{name}/unlock",
        summary: "Gives the project's lock back",
        fields: { token: { type: "string", description: "The lock's token", required: true } },
        operations: {
          create: (call) => releaseLock(context.clock, call, projectName(call)),
          update: (call) => releaseLock(context.clock, call, projectName(call)),
        },
      },
      {
        pattern: "{name}/resolved",
        summary: "Notes what a reference gave in an environment; refused where another has the same value",
        fields: {
          environment: { type: "string", description: "The environment", plain: true },
          secret: { type: "string", description: "The declared secret", plain: true },
          sha256: { type: "map", description: "Hex SHA-256 of each field's value" },
        },
        operations: {
          create: (call) => resolved(context, call),
          update: (call) => resolved(context, call),
        },
      },
      {
        pattern: "{name}",
        summary: "A declared project",
        fields: {
          manifest: {
            type: "json",
            description: "The declared project: environments, secrets (no values), stages",
          },
          applied: { type: "json", description: "What apply made: policies, roles, digest" },
          declaration: { type: "json", description: "The whole declaration, kept for the next plan" },
          cas: casField,
          lock: lockField,
        },
        exists: async (call) => (await load(call.storage, projectName(call))) !== null,
        operations: {
          read,
          create: (call) => write(context, call),
          update: (call) => write(context, call),
          delete: (call) => remove(context, call),
        },
      },
    ],
  }),
};
