/**
 * `bulkhead/inventory/`: what pipelines hold, as `bulkhead ci inventory --record` saw it: one document a repository, replaced whole by the
 * next record, so that what is gone from the files is gone here; where values were pushed, what providers say of keys (`notes.ts`), and
 * assessments (`assessments.ts`). Names and places only; no value comes in.
 */
import * as v from "valibot";
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { type RawJson, type ReplyValue, parseJson } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, MountContext, PluginType, Reply } from "../../kernel/plugin.ts";
import { assessmentPaths } from "./assessments.ts";
import { notePaths } from "./notes.ts";

export const MOST_ROWS = 5_000;
const PREFIX = "repository/";
const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

const rowSchema = v.strictObject({
  workflow: text(1_000),
  job: text(300),
  phase: text(50),
  kind: text(50),
  credential: text(500),
  systems: v.pipe(v.array(text(200)), v.maxLength(50)),
  environments: v.pipe(v.array(text(300)), v.maxLength(50)),
  scope: text(2_000),
  owner: text(500),
  rotated: text(64),
  place: text(1_200),
});
type Row = v.InferOutput<typeof rowSchema>;

interface Stored {
  readonly repository: string;
  readonly commit: string;
  /** Milliseconds since the epoch. */
  readonly recorded: number;
  readonly by: string;
  readonly rows: readonly Row[];
}

function readRows(raw: RawJson | undefined): readonly Row[] {
  const parsed = raw === undefined ? [] : parseJson(raw);
  const result = v.safeParse(v.pipe(v.array(rowSchema), v.maxLength(MOST_ROWS)), parsed, {
    abortEarly: true,
  });
  if (result.success) return result.output;
  const path = result.issues[0].path?.map(({ key }) => String(key)).join(".") ?? "";
  throw new BulkheadError("request.invalid", {
    problem: `rows.${path} is not as it should be`.slice(0, 200),
  });
}

/** Names of repositories hold slashes; storage keys are one step. */
const keyOf = (repository: string): string => PREFIX + Buffer.from(repository).toString("base64url");

async function record({ clock }: MountContext, call: Call): Promise<Reply> {
  const repository = call.fields.string("repository") ?? "";
  if (repository.length === 0 || repository.length > 400)
    throw new BulkheadError("request.invalid", { problem: "repository is a name of at most 400 characters" });
  const rows = readRows(call.fields.json("rows"));
  const stored: Stored = {
    repository,
    commit: (call.fields.string("commit") ?? "").slice(0, 64),
    recorded: clock.now(),
    by: call.caller?.displayName ?? "",
    rows,
  };
  await call.storage.transaction((tx) => {
    tx.put(keyOf(repository), Buffer.from(JSON.stringify(stored)));
    return Promise.resolve();
  });
  return { data: { repository, rows: rows.length } };
}

async function load(call: Call, key: string): Promise<Stored | null> {
  const bytes = await call.storage.get(key);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Stored);
}

const FILTERS = ["phase", "credential", "owner"] as const;

/** Every repository's rows together, with what they answer to; a repository without a row that passes is left out. */
async function list(call: Call): Promise<Reply | null> {
  const wanted = FILTERS.map((name) => [name, call.fields.string(name) ?? ""] as const).filter(
    ([, value]) => value !== "",
  );
  const system = call.fields.string("system") ?? "";
  const passes = (row: Row): boolean =>
    wanted.every(([name, value]) => row[name] === value) && (system === "" || row.systems.includes(system));
  const found: Stored[] = [];
  for (const key of await call.storage.list(PREFIX)) {
    const stored = await load(call, PREFIX + key);
    const rows = stored?.rows.filter(passes) ?? [];
    if (stored !== null && (rows.length > 0 || (wanted.length === 0 && system === "")))
      found.push({ ...stored, rows });
  }
  if (found.length === 0) return null;
  found.sort((a, b) => (a.repository < b.repository ? -1 : 1));
  return {
    data: {
      keys: found.map(({ repository }) => repository),
      key_info: Object.fromEntries(found.map((one) => [one.repository, described(one)])),
    },
  };
}

const described = ({ recorded, ...rest }: Stored): ReplyValue =>
  ({ ...rest, recorded_time: rfc3339(recorded) }) as unknown as ReplyValue;

async function read(call: Call): Promise<Reply | null> {
  const stored = await load(call, keyOf(call.fields.string("repository") ?? ""));
  return stored === null ? null : { data: described(stored) as Record<string, ReplyValue> };
}

async function forget(call: Call): Promise<null> {
  await call.storage.transaction((tx) => {
    tx.delete(keyOf(call.fields.string("repository") ?? ""));
    return Promise.resolve();
  });
  return null;
}

const field = (description: string, required = false): FieldDeclaration => ({
  type: "string",
  description,
  required,
  plain: true,
});

export const inventory: PluginType = {
  type: "bulkhead-inventory",
  title: "Inventory",
  description: "Keeps what pipelines hold, where values were pushed, what keys may do",
  builtinAt: "bulkhead/inventory/",
  create: (context) => ({
    paths: [
      {
        pattern: "record",
        summary: "Keeps a repository's inventory in place of the one before",
        fields: {
          repository: field("Its name: host/owner/name", true),
          commit: field("The commit that was read"),
          rows: {
            type: "json",
            description: `At most ${MOST_ROWS}: workflow, job, phase, kind, credential, systems, environments, scope, owner, rotated, place`,
            required: true,
          },
        },
        operations: { create: (call) => record(context, call), update: (call) => record(context, call) },
      },
      {
        pattern: "entries",
        summary: "Lists what all repositories hold",
        fields: {
          system: field("Rows that reach this system only"),
          credential: field("Of this credential only"),
          owner: field("Of this owner only"),
          phase: field("Of this phase only"),
        },
        operations: { list },
      },
      {
        pattern: "repository",
        summary: "What one repository holds",
        fields: { repository: field("Its name", true) },
        operations: { read, delete: forget },
      },
      ...notePaths(context),
      ...assessmentPaths(context),
    ],
  }),
};
