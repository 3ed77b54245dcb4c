/**
 * Notes about declared secrets that the inventory joins: where their values were pushed, and what their providers say that they may do.
 * One row a secret, environment and place; a value comes in as its SHA-256 alone, which is turned into a keyed digest and forgotten.
 */
import * as v from "valibot";
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const MOST_WORDS = 200;

const field = (description: string, required = false): FieldDeclaration => ({
  type: "string",
  description,
  required,
  plain: true,
});
const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

interface About {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
}
const ABOUT = {
  project: field("The project", true),
  environment: field("The environment", true),
  secret: field("The declared secret", true),
};

function aboutOf(call: Call): About {
  const [project = "", environment = "", secret = ""] = ["project", "environment", "secret"].map((name) =>
    call.fields.string(name),
  );
  if (![project, environment, secret].every((one) => NAME.test(one)))
    throw invalid("project, environment and secret are names");
  return { project, environment, secret };
}

function textOf(call: Call, name: string, most: number): string {
  const text = call.fields.string(name) ?? "";
  if (text.length > most) throw invalid(`${name} has at most ${most} characters`);
  return text;
}

const stepOf = (...parts: readonly string[]): string =>
  Buffer.from(parts.join("\0")).toString("base64url").slice(0, 600);
const keyOf = ({ project, environment, secret }: About): string => `${project}/${environment}/${secret}`;

async function put(call: Call, key: string, row: object): Promise<void> {
  await call.storage.transaction((tx) => {
    tx.put(key, Buffer.from(JSON.stringify(row)));
    return Promise.resolve();
  });
}

async function load<T>(call: Call, key: string): Promise<T | null> {
  const bytes = await call.storage.get(key);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as T);
}

/** All rows below a prefix, with their times as people read them. */
async function list<T extends { readonly time: number }>(
  call: Call,
  prefix: string,
  shown: (row: T) => object = (row) => row,
): Promise<Reply | null> {
  const project = call.fields.string("project") ?? "";
  if (project !== "" && !NAME.test(project)) throw invalid("project is a name");
  const keys = await call.storage.keys(project === "" ? prefix : `${prefix}${project}/`);
  const rows: [string, ReplyValue][] = [];
  for (const key of keys) {
    const row = await load<T>(call, key);
    if (row !== null)
      rows.push([
        key.slice(prefix.length),
        { ...shown(row), time: rfc3339(row.time) } as unknown as ReplyValue,
      ]);
  }
  if (rows.length === 0) return null;
  return { data: { keys: rows.map(([key]) => key), key_info: Object.fromEntries(rows) } };
}

interface Pushed extends About {
  readonly target: string;
  readonly place: string;
  readonly name: string;
  readonly version: number;
  /** Keyed by this store. */
  readonly digest: string;
  /** How the target marked it: compared, never read. */
  readonly mark: string;
  readonly time: number;
  readonly by: string;
}

const pushKey = (call: Call): string => {
  const about = aboutOf(call);
  const place = ["target", "place", "name"].map((name) => textOf(call, name, 300));
  if (place.some((one) => one === "")) throw invalid("target, place and name say where it was pushed");
  return `pushed/${keyOf(about)}/${stepOf(...place)}`;
};

/** Not the audit log's own hash of the value: the two cannot be put together. */
function digestOf({ services }: MountContext, call: Call): string {
  const digest = call.fields.string("sha256") ?? "";
  if (!DIGEST.test(digest)) throw invalid("sha256 takes 64 hex digits");
  return services.auditHash.hash(Buffer.from(`bulkhead.pushed.v1\0${digest}`));
}

async function pushed(context: MountContext, call: Call): Promise<Reply> {
  const key = pushKey(call);
  const row: Pushed = {
    ...aboutOf(call),
    target: textOf(call, "target", 300),
    place: textOf(call, "place", 300),
    name: textOf(call, "name", 300),
    version: call.fields.int("version") ?? 0,
    digest: digestOf(context, call),
    mark: textOf(call, "mark", 300),
    time: context.clock.now(),
    by: call.caller?.displayName ?? "",
  };
  await put(call, key, row);
  return { data: { time: rfc3339(row.time) } };
}

/** Whether a value is the one that was pushed there last. */
async function compare(context: MountContext, call: Call): Promise<Reply> {
  const row = await load<Pushed>(call, pushKey(call));
  const same = row !== null && row.digest === digestOf(context, call);
  return { data: { known: row !== null, same } };
}

async function forget(call: Call): Promise<undefined> {
  const key = pushKey(call);
  await call.storage.transaction((tx) => {
    tx.delete(key);
    return Promise.resolve();
  });
}

const words = v.pipe(v.array(v.pipe(v.string(), v.regex(/^[^\p{Cc}]{1,100}$/u))), v.maxLength(MOST_WORDS));

function wordsOf(call: Call, name: string): readonly string[] {
  const result = v.safeParse(words, call.fields.strings(name) ?? []);
  if (!result.success) throw invalid(`${name} are at most ${MOST_WORDS} short words`);
  return result.output;
}

async function rights({ clock }: MountContext, call: Call): Promise<Reply> {
  const about = aboutOf(call);
  const time = clock.now();
  const told = call.fields.bool("told") ?? true;
  await put(call, `rights/${keyOf(about)}`, {
    ...about,
    version: call.fields.int("version") ?? 0,
    rights: told ? wordsOf(call, "rights") : null,
    scopes: wordsOf(call, "scopes"),
    person: call.fields.bool("person") ?? false,
    time,
  });
  return { data: { time: rfc3339(time) } };
}

const PLACE = {
  target: field("The kind of place: github, gitlab …", true),
  place: field("Which one: a repository and environment, a project, a vault", true),
  name: field("The name that it has there", true),
};
const VALUE: FieldDeclaration = {
  type: "string",
  description: "Hex SHA-256 of the value", // not plain: the digest of a weak value can be guessed from an audit log
  required: true,
};

export const notePaths = (context: MountContext): PathDeclaration[] => [
  {
    pattern: "pushed",
    summary: "Notes that a value was pushed to another store; lists what was pushed",
    fields: {
      ...ABOUT,
      project: field("The project"),
      environment: field("The environment"),
      secret: field("The declared secret"),
      target: field("The kind of place: github, gitlab …"),
      place: field("Which one: a repository and environment, a project, a vault"),
      name: field("The name that it has there"),
      version: { type: "int", description: "The version that was pushed", plain: true },
      sha256: { ...VALUE, required: false },
      mark: field("How the target marks what it has now"),
    },
    operations: {
      list: (call) => list<Pushed>(call, "pushed/", ({ digest: _, ...row }) => row),
      create: (call) => pushed(context, call),
      update: (call) => pushed(context, call),
    },
  },
  {
    pattern: "pushed/compare",
    summary: "Whether a value is the one that was pushed last",
    fields: { ...ABOUT, ...PLACE, sha256: VALUE },
    operations: { create: (call) => compare(context, call), update: (call) => compare(context, call) },
  },
  {
    pattern: "pushed/forget",
    summary: "Forgets that a value was pushed",
    fields: { ...ABOUT, ...PLACE },
    operations: { create: forget, update: forget },
  },
  {
    pattern: "rights",
    summary: "Notes what a provider says that a key may do; lists what is known",
    fields: {
      project: field("The project"),
      environment: field("The environment"),
      secret: field("The declared secret"),
      version: { type: "int", description: "The version that was asked about", plain: true },
      told: { type: "bool", description: "False: the provider does not say", plain: true },
      rights: { type: "strings", description: "In Bulkhead's words: read, write, inference …", plain: true },
      scopes: { type: "strings", description: "As the provider names them", plain: true },
      person: { type: "bool", description: "Whether it acts for a person", plain: true },
    },
    operations: {
      list: (call) => list(call, "rights/"),
      create: (call) => rights(context, call),
      update: (call) => rights(context, call),
    },
  },
];
