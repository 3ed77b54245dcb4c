/** What of a request and its answer stands in an entry, and how: rule by rule, on the audit alone. */
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { openAuditDevices, openAuditLog } from "../audit-log/index.ts";
import { BulkheadError } from "../core/errors.ts";
import { type Json, RawJson, parseObject } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import { openSqliteStore } from "../store/sqlite/index.ts";
import { Audit, type AuditContext, type Trail } from "./audit.ts";
import { EntryHasher, hashWith } from "./audit-hash.ts";
import { vaultJson } from "./audit-vault.ts";
import { createBarrier } from "./barrier/index.ts";
import { type Outcome, type Settled, failureOf } from "./envelope.ts";
import type { Caller, FieldDeclaration, MintedAuth, MountInfo } from "./plugin.ts";
import type { WrapInfo } from "./services.ts";

type Entry = Readonly<Record<string, Json>>;
const HASH = /^hmac-sha256:[0-9a-f]{64}$/;
/** Every hash as `#`, so that what stands in clear is all that differs. */
const shown = (value: unknown): Json =>
  JSON.parse(
    JSON.stringify(value ?? null, (_, one: unknown) =>
      typeof one === "string" && HASH.test(one) ? "#" : one,
    ),
  ) as Json;

interface Setup {
  readonly audit: Audit;
  readonly entries: Entry[];
  fails: Error | null;
  readonly hash: (text: string) => string;
}

async function open(context: TestContext): Promise<Setup> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-audit-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  const real = await openAuditLog({ folder: join(folder, "audit") });
  context.after(async () => {
    await real.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const barrier = createBarrier(store);
  const key = randomBytes(32);
  await barrier.initialize(key);
  await barrier.unseal(key);
  const entries: Entry[] = [];
  const state: { fails: Error | null } = { fails: null };
  const log = {
    ...real,
    append: async (entry: object) => {
      if (state.fails !== null) throw state.fails;
      await real.append(entry);
      entries.push(entry as Entry);
    },
    anchor: () => real.anchor(),
    claimed: () => real.claimed(),
    checkpoint: () => real.checkpoint(),
    close: () => real.close(),
  };
  const audit = new Audit(openAuditDevices({ log }), barrier, () => 0);
  return Object.assign(state, { audit, entries, hash: (text: string) => audit.hash(Buffer.from(text)) });
}

const CALLER: Caller = {
  accessor: "acc",
  displayName: "token-ada",
  policies: ["default"],
  metadata: { run: "7" },
  entityId: "",
  type: "service",
  root: false,
  path: "auth/token/create",
  expireTime: null,
  tokenHash: "h",
  actor: "",
  principal: "",
};
const field = (type: FieldDeclaration["type"], plain = false): FieldDeclaration => ({
  type,
  description: type,
  plain,
});
const FIELDS: Readonly<Record<string, FieldDeclaration>> = {
  note: field("string", true),
  value: field("string"),
  count: field("int", true),
  size: field("int"),
  flag: field("bool", true),
  ttl: field("duration", true),
  names: field("strings", true),
  data: field("json"),
};
const MOUNT: MountInfo = {
  path: "toy/",
  type: "toy",
  class: "secret",
  accessor: "toy_1",
  uuid: "u",
  description: "",
  options: {},
  defaultLeaseTtl: 0,
  maxLeaseTtl: 0,
};

const asked = (more: Partial<AuditContext> = {}): AuditContext => ({
  requestId: "id-1",
  remote: "10.0.0.1",
  operation: "update",
  path: "toy/item/a",
  mount: MOUNT,
  caller: CALLER,
  fields: FIELDS,
  members: new Map(),
  query: new URLSearchParams(),
  token: null,
  ...more,
});
const NOTHING: Settled = { reply: undefined, auth: null, lease: null, wrap: null };
const done = (more: Partial<Settled> = {}): Outcome => ({ settled: { ...NOTHING, ...more } });

/** The data of the entry before, for a body and a query. */
async function before(at: Setup, body: object | string, more: Partial<AuditContext> = {}): Promise<Json> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  await at.audit.trail(asked({ members: parseObject(Buffer.from(text)), ...more })).request();
  return shown(at.entries.at(-1)?.data);
}
async function after(at: Setup, settled: Partial<Settled>, more: Partial<AuditContext> = {}): Promise<Entry> {
  await at.audit.trail(asked(more)).response(done(settled));
  const { data, granted, wrapped } = at.entries.at(-1) as Record<string, Json>;
  return shown({ data, granted, wrapped }) as Entry;
}

test("in clear stand plain fields, numbers and flags; text in the place of a number does not", async (context) => {
  const at = await open(context);
  assert.deepEqual(
    await before(at, {
      note: "seen",
      value: "hidden",
      count: 7,
      size: 8,
      flag: true,
      ttl: "1h30m",
      names: ["a", "b"],
      data: { deep: ["x", 1, true, null] },
      other: "hidden",
      number: 5,
    }),
    {
      note: "seen",
      value: "#",
      count: 7,
      size: 8,
      flag: true,
      ttl: "1h30m",
      names: ["a", "b"],
      data: { deep: ["#", "#", true, null] },
      other: "#",
      number: "#",
    },
  );
  assert.deepEqual(await before(at, { count: "7", size: "8", flag: "true", ttl: "-1.5", note: 9 }), {
    count: "7",
    size: "#",
    flag: "true",
    ttl: "-1.5",
    note: 9,
  });
  assert.deepEqual(await before(at, { count: "my password", flag: "1h!", ttl: { a: "p" }, size: "p" }), {
    count: "#",
    flag: "#",
    ttl: { a: "#" },
    size: "#",
  });
  assert.deepEqual(
    await before(at, '{"constructor":"x","__proto__":"y"}'),
    JSON.parse('{"constructor":"#","__proto__":"#"}'),
  );
  assert.deepEqual(await before(at, { count: ["7"], flag: { a: "true" } }), {
    count: ["#"],
    flag: { a: "#" },
  });
  assert.deepEqual(await before(at, { note: "n".repeat(70_000) }), { note: "#" });
  assert.deepEqual(await before(at, { note: "-----BEGIN PRIVATE KEY-----" }), { note: "#" });
});

test("a query is read like the body; very much of it stands as one hash", async (context) => {
  const at = await open(context);
  const query = async (text: string, more: Partial<AuditContext> = {}): Promise<Json> =>
    await before(at, {}, { query: new URLSearchParams(text), ...more });
  assert.deepEqual(await query("note=a&note=b&value=x&value=y&count=7&other=z"), {
    note: "a,b",
    value: ["#", "#"],
    count: "7",
    other: ["#"],
  });
  assert.deepEqual(await query("count=7&count=pw"), { count: ["#", "#"] });
  assert.deepEqual(await query("count=pw"), { count: ["#"] });
  assert.deepEqual(await query("size=7"), { size: ["#"] });
  const settings = { auditNonHmacRequestKeys: ["other"] };
  assert.deepEqual(await query("other=z&value=x", { mount: { ...MOUNT, settings } }), {
    other: "z",
    value: ["#"],
  });
  assert.deepEqual(await query("a=1&".repeat(501)), { query: "#" });
  const most = (await query("a=1&".repeat(500))) as { a: Json[] };
  assert.equal(most.a.length, 500);
});

test("a mount that was tuned shows the members that it names, unless they are keys or long", async (context) => {
  const at = await open(context);
  const settings = {
    auditNonHmacRequestKeys: ["value", "data"],
    auditNonHmacResponseKeys: ["value", "data"],
  };
  const mount = { ...MOUNT, settings };
  const key = "-----BEGIN PRIVATE KEY-----";
  assert.deepEqual(await before(at, { value: "v", data: { a: 1 }, other: "o" }, { mount }), {
    value: "v",
    data: { a: 1 },
    other: "#",
  });
  assert.deepEqual(await before(at, { value: key }, { mount }), { value: "#" });
  const answer = await after(
    at,
    { reply: { data: { value: "v", data: { a: [1] }, other: "o" } } },
    { mount },
  );
  assert.deepEqual(answer.data, { value: "v", data: { a: [1] }, other: "#" });
  const long = await after(at, { reply: { data: { value: "v".repeat(70_000) } } }, { mount });
  assert.deepEqual(long.data, { value: "too long to stand here" });
});

test("of an answer: values hashed, lists counted, tokens and accessors hashed", async (context) => {
  const at = await open(context);
  const data = { note: "seen", value: "v", keys: ["a", "b"], info: { a: {}, b: {} }, none: null, count: 3 };
  assert.deepEqual((await after(at, { reply: { data } })).data, {
    note: "seen",
    value: "#",
    keys: ["#", "#"],
    info: { a: {}, b: {} },
    none: null,
    count: 3,
  });
  for (const operation of ["list", "scan"])
    assert.deepEqual((await after(at, { reply: { data } }, { operation })).data, {
      note: "seen",
      value: "#",
      keys: 2,
      info: 2,
      none: null,
      count: 3,
    });
  assert.deepEqual(await after(at, { reply: { data: null } }), {});
  assert.deepEqual(await after(at, {}), {});
  const secret = Buffer.from("v");
  const bytes = await after(at, {
    reply: {
      data: { a: Secret.copy("v"), raw: new RawJson(Buffer.from('{"b":"v"}')), list: [{ c: "v" }, 1] },
    },
  });
  assert.deepEqual(bytes.data, { a: "#", raw: { b: "#" }, list: [{ c: "#" }, 1] });
  assert.equal((at.entries.at(-1)?.data as Entry).a, at.hash(secret.toString()));
});

const AUTH: MintedAuth = {
  token: Secret.copy("tok"),
  accessor: "acc2",
  policies: ["p"],
  tokenPolicies: ["p"],
  metadata: {},
  ttl: 60_000,
  renewable: true,
  entityId: "",
  type: "batch",
  orphan: true,
  numUses: 0,
};
const WRAP: WrapInfo = {
  token: Secret.copy("w"),
  accessor: "wa",
  ttl: 61_500,
  creationTime: 0,
  creationPath: "sys/wrapping/wrap",
  wrappedAccessor: "",
};

test("what was granted or wrapped is found again by its hashes", async (context) => {
  const at = await open(context);
  const granted = { accessor: "#", display_name: "", policies: ["p"], metadata: {}, token_type: "batch" };
  assert.deepEqual((await after(at, { auth: AUTH })).granted, { ...granted, client_token: "#" });
  assert.equal((at.entries.at(-1)?.granted as Entry).client_token, at.hash("tok"));
  assert.deepEqual((await after(at, { auth: { ...AUTH, token: null, entityId: "e" } })).granted, {
    ...granted,
    client_token: "",
    entity_id: "e",
  });
  const wrapped = { token: "#", accessor: "#", ttl: 61, creation_path: "sys/wrapping/wrap" };
  assert.deepEqual((await after(at, { wrap: WRAP })).wrapped, { ...wrapped, wrapped_accessor: "" });
  assert.deepEqual((await after(at, { wrap: { ...WRAP, wrappedAccessor: "in" } })).wrapped, {
    ...wrapped,
    wrapped_accessor: "#",
  });
  const keep = (text: string) => ({ reply: { kept: { status: 200, body: new RawJson(Buffer.from(text)) } } });
  assert.deepEqual(await after(at, keep('{"data":{"a":"x"},"auth":null}')), {
    data: { a: "#" },
    granted: {},
  });
  assert.deepEqual(await after(at, keep('{"data":"text"}')), { data: {}, granted: {} });
});

test("who asked and for what; a refusal with its error, an answer with its lease", async (context) => {
  const at = await open(context);
  const entry = async (
    more: Partial<AuditContext>,
    work: (trail: Trail) => Promise<void>,
  ): Promise<Entry> => {
    await work(at.audit.trail(asked(more)));
    const { data: _, ...rest } = at.entries.at(-1) as Record<string, Json>;
    return shown(rest) as Entry;
  };
  const auth = {
    accessor: "#",
    display_name: "token-ada",
    policies: ["default"],
    metadata: { run: "7" },
    token_type: "service",
  };
  const common = {
    id: "id-1",
    operation: "update",
    path: "toy/item/a",
    mount_type: "toy",
    remote: "10.0.0.1",
  };
  assert.deepEqual(await entry({}, (trail) => trail.request()), { type: "request", ...common, auth });
  assert.deepEqual(await entry({ inline: true, mount: null, caller: null }, (trail) => trail.request("no")), {
    type: "request",
    ...common,
    mount_type: "",
    inline_auth: true,
    auth: null,
    error: "no",
  });
  assert.deepEqual(
    await entry({ caller: { ...CALLER, entityId: "e" }, inline: false }, (trail) => trail.request()),
    {
      type: "request",
      ...common,
      auth: { ...auth, entity_id: "e" },
    },
  );
  const lease = { id: "toy/1", issueTime: 0, expireTime: 1, lastRenewal: null, renewable: true };
  assert.deepEqual(await entry({}, (trail) => trail.response(done({ lease }))), {
    type: "response",
    ...common,
    auth,
    status: 200,
    lease: "toy/1",
  });
  const failure = failureOf(new BulkheadError("auth.missing-token"), "id-1");
  const refused = await entry({}, (trail) => trail.response({ failure }));
  assert.deepEqual([refused.status, refused.code], [failure.status, "auth.missing-token"]);
  assert.deepEqual(
    at.entries.slice(-2).map(({ type, error }) => [type, error]),
    [
      ["request", failure.errors[0]],
      ["response", failure.errors[0]],
    ],
  );
  const count = at.entries.length;
  const trail = at.audit.trail(asked());
  await trail.request();
  await trail.request("again");
  await trail.response(done());
  assert.equal(at.entries.length - count, 2, "each once");
});

test("an answer that could not be written is told apart: done, or not done", async (context) => {
  const at = await open(context);
  const unwritable = new BulkheadError("audit.unwritable", { problem: "full" });
  const told = async (
    fails: Error,
    { operation = "update", outcome = done(), requested = true } = {},
  ): Promise<unknown> => {
    at.fails = null;
    const trail = at.audit.trail(asked({ operation }));
    if (requested) await trail.request();
    at.fails = fails;
    const error: unknown = await trail.response(outcome).then(
      () => null,
      (reason: unknown) => reason,
    );
    at.fails = null;
    return (error as { code?: string }).code;
  };
  const failure: Outcome = { failure: failureOf(new BulkheadError("auth.denied"), "id-1") };
  for (const operation of ["create", "update", "patch", "delete"])
    assert.equal(await told(unwritable, { operation }), "audit.unanswered", operation);
  assert.equal(await told(unwritable, { operation: "read" }), "audit.unwritable");
  assert.equal(await told(new BulkheadError("store.contended")), "store.contended", "something else");
  assert.equal(await told(unwritable, { operation: "list" }), "audit.unwritable");
  assert.equal(await told(unwritable, { outcome: failure }), "audit.unwritable");
  assert.equal(
    await told(unwritable, { requested: false }),
    "audit.unwritable",
    "nothing was done before its entry",
  );
});

test("hashing: what one entry may hash is counted; beyond it stands one hash", () => {
  const key = createSecretKey(Buffer.alloc(32, 1));
  const raw = (text: string): RawJson => new RawJson(Buffer.from(text));
  const list = (count: number): RawJson => raw(`[${Array.from({ length: count }, () => '"x"').join(",")}]`);
  const one = (text: string): string => hashWith(key, Buffer.from(text));
  const hasher = new EntryHasher(key);
  assert.deepEqual(hasher.raw(raw('{"a":["x",1.50,true,null,{}]}')), {
    a: [one("x"), one("1.50"), true, null, {}],
  });
  assert.equal(hasher.raw(raw('"x"')), one("x"));
  assert.equal((new EntryHasher(key).raw(list(900)) as Json[]).length, 900);
  const counted = new EntryHasher(key);
  assert.equal(Array.isArray(counted.raw(list(600))), true);
  assert.equal(counted.raw(list(600)), hashWith(key, list(600).bytes), "together they are too many");
  assert.equal(Array.isArray(counted.raw(list(100))), true, "what was too much was not counted");
  const names = `{"${"n".repeat(200 * 1024)}":1}`;
  const named = new EntryHasher(key);
  assert.equal(typeof named.raw(raw(names)), "object");
  assert.equal(named.raw(raw(names)), one(names));
  const deep = `${"[".repeat(200)}"${"x".repeat(100_000)}"${"]".repeat(200)}`;
  assert.equal(new EntryHasher(key).raw(raw(deep)), one(deep));
  assert.notEqual(
    new EntryHasher(key).raw(raw(`["${"x".repeat(100_000)}"]`)),
    one(`["${"x".repeat(100_000)}"]`),
  );
  const texts = new EntryHasher(key);
  assert.deepEqual(texts.texts(["a", "b"]), [one("a"), one("b")]);
  const many = Array.from({ length: 1_000 }, () => "a");
  assert.equal(texts.texts(many), one(many.join(",")));
  assert.equal((new EntryHasher(key).texts(many) as Json[]).length, 1_000);
  const value = new EntryHasher(key);
  assert.deepEqual(
    [
      value.value("a", true),
      value.value("a", false),
      value.value(Secret.copy("a"), true),
      value.value(undefined, true),
    ],
    ["a", one("a"), one("a"), null],
  );
  assert.deepEqual(value.value({ a: ["b", { c: 1 }], d: true }, true), { a: ["b", { c: 1 }], d: true });
  assert.deepEqual(value.value({ a: ["b"] }, false), { a: [one("b")] });
});

test("the JSON form of other servers' devices: every member, there and not there", () => {
  const hash = (bytes: Uint8Array): string => `#${Buffer.from(bytes).toString()}`;
  type VaultEntry = Parameters<typeof vaultJson>[0];
  const form = { hmacAccessor: true };
  const entry = (
    more: Partial<VaultEntry> = {},
    context: Partial<AuditContext> = {},
    hmacAccessor = true,
  ): Json =>
    JSON.parse(
      vaultJson(
        { type: "request", time: "t", context: asked(context), hash, requestData: {}, ...more },
        { ...form, hmacAccessor },
      ),
    ) as Json;
  const mounted = { mount_point: "toy/", mount_type: "toy", mount_accessor: "toy_1", mount_class: "secret" };
  const auth = {
    accessor: "#acc",
    display_name: "token-ada",
    policies: ["default"],
    token_policies: ["default"],
    metadata: { run: "7" },
    token_type: "service",
  };
  const request = {
    id: "id-1",
    operation: "update",
    ...mounted,
    client_token_accessor: "#acc",
    namespace: { id: "root" },
    path: "toy/item/a",
    remote_address: "10.0.0.1",
  };
  assert.deepEqual(entry(), { time: "t", type: "request", auth, request });
  assert.deepEqual(entry({}, {}, false), {
    time: "t",
    type: "request",
    auth: { ...auth, accessor: "acc" },
    request: { ...request, client_token_accessor: "acc" },
  });
  assert.deepEqual(
    entry(
      { requestData: { a: 1 }, error: "no" },
      {
        token: Secret.copy("tok"),
        caller: { ...CALLER, entityId: "e", metadata: {} },
        mount: { ...MOUNT, class: "auth" },
        wrapTtl: 60,
      },
    ),
    {
      time: "t",
      type: "request",
      auth: {
        client_token: "#tok",
        accessor: "#acc",
        display_name: "token-ada",
        policies: ["default"],
        token_policies: ["default"],
        entity_id: "e",
        token_type: "service",
        policy_results: { allowed: false },
      },
      request: { ...request, mount_class: "auth", client_token: "#tok", data: { a: 1 }, wrap_ttl: 60 },
      error: "no",
    },
  );
  const { client_token_accessor: _, ...anonymous } = request;
  assert.deepEqual(entry({}, { caller: null, mount: { ...MOUNT, class: "system" } }), {
    time: "t",
    type: "request",
    auth: { token_type: "default" },
    request: anonymous,
  });
  const answered = (auth_: MintedAuth | null, leaseId?: string, error?: string): Json =>
    entry({ type: "response", error, response: { data: { a: 1 }, auth: auth_, leaseId } });
  assert.deepEqual(answered(null, undefined, "no"), {
    time: "t",
    type: "response",
    auth,
    request,
    response: { ...mounted, data: { a: 1 } },
    error: "no",
  });
  const granted = {
    accessor: "#acc2",
    policies: ["p"],
    token_policies: ["p"],
    token_type: "batch",
    token_ttl: 60,
  };
  const responseOf = (given: Json): Json => (given as Entry).response as Json;
  assert.deepEqual(responseOf(answered(AUTH, "toy/1")), {
    ...mounted,
    auth: { ...granted, client_token: "#tok" },
    secret: { lease_id: "toy/1" },
    data: { a: 1 },
  });
  assert.deepEqual(
    responseOf(answered({ ...AUTH, token: null, entityId: "e", numUses: 3, metadata: { k: "v" } })),
    {
      ...mounted,
      auth: { ...granted, metadata: { k: "v" }, entity_id: "e", num_uses: 3 },
      data: { a: 1 },
    },
  );
});
