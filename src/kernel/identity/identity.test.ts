/** What identities cost, counted at the store's port: returning logins one commit, batch logins none, requests no reads. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { openAuditLog } from "../../audit-log/index.ts";
import { ManualClock } from "../../core/clock.ts";
import type { Store, StoreTransaction } from "../../core/ports/store.ts";
import { forwardingStore } from "../../../test/support/forwarding-store.ts";
import { openSqliteStore } from "../../store/sqlite/index.ts";
import { openKernel } from "../index.ts";
import type { AuthGrant, MountInfo, PluginType } from "../plugin.ts";

interface Counts {
  /** Puts, deletes and transactions that wrote. */
  commits: number;
  gets: number;
}

/** The store, with its calls counted. */
function counted(store: Store, counts: Counts): Store {
  return forwardingStore(store, {
    get: (key) => {
      counts.gets++;
      return store.get(key);
    },
    put: (key, ...rest) => {
      counts.commits++;
      return store.put(key, ...rest);
    },
    delete: (key, ...rest) => {
      counts.commits++;
      return store.delete(key, ...rest);
    },
    transaction: async (work, ...rest) => {
      let wrote = false;
      const result = await store.transaction(
        (tx) => {
          wrote = false;
          const watched: StoreTransaction = {
            get: (key) => tx.get(key),
            list: (prefix, options) => tx.list(prefix, options),
            children: (prefix, options) => tx.children(prefix, options),
            put: (key, value) => {
              wrote = true;
              tx.put(key, value);
            },
            delete: (key) => {
              wrote = true;
              tx.delete(key);
            },
          };
          return work(watched);
        },
        ...rest,
      );
      if (wrote) counts.commits++;
      return result;
    },
  });
}

const door =
  (type: "service" | "batch"): PluginType["create"] =>
  () => ({
    paths: [
      {
        pattern: "login",
        summary: "Lets in whoever says a name",
        unauthenticated: true,
        fields: {
          name: { type: "string", description: "The name", plain: true },
          groups: { type: "strings", description: "Groups", plain: true },
        },
        operations: {
          update: ({ fields }) => {
            const name = fields.string("name") ?? "";
            const groups = fields.strings("groups");
            const auth: AuthGrant = {
              policies: [],
              metadata: {},
              displayName: name,
              type,
              renewable: type === "service",
              alias: { name, metadata: {}, ...(groups && { groups }) },
            };
            return Promise.resolve({ auth });
          },
        },
      },
      {
        pattern: "here",
        summary: "Something to read",
        operations: { read: () => Promise.resolve({ data: {} }) },
      },
    ],
  });

const doors: readonly PluginType[] = [
  { type: "door", title: "d", description: "d", builtinAt: "auth/door/", create: door("service") },
  { type: "flap", title: "f", description: "f", builtinAt: "auth/flap/", create: door("batch") },
];

async function open(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-identity-"));
  const counts: Counts = { commits: 0, gets: 0 };
  const plain = await openSqliteStore({ path: join(folder, "store.db") });
  const clock = new ManualClock();
  const kernel = await openKernel({
    store: counted(plain, counts),
    audit: await openAuditLog({ folder: join(folder, "audit"), clock }),
    engines: [],
    authMethods: doors,
    clock,
    version: "0",
  });
  context.after(async () => {
    await kernel.close();
    await plain.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await kernel.initialize(randomBytes(32));
  await kernel.services.policies.put(
    "default",
    'path "auth/door/{{identity.entity.name}}" { capabilities = ["read"] } path "auth/door/here" { capabilities = ["read"] }',
  );
  const call = async (method: "GET" | "POST", path: string, body: object | null, token = "") => {
    const before = { ...counts };
    const answer = await kernel.handle({
      method,
      path,
      query: new URLSearchParams(),
      headers: token === "" ? {} : { "x-vault-token": token },
      body: body === null ? null : Buffer.from(JSON.stringify(body)),
      remote: "127.0.0.1",
    });
    const text = Buffer.concat([...answer.body]).toString("utf8");
    const auth =
      text === ""
        ? undefined
        : (JSON.parse(text) as { auth?: { entity_id: string; client_token: string } }).auth;
    return {
      status: answer.status,
      entity: auth?.entity_id ?? "",
      token: auth?.client_token ?? "",
      commits: counts.commits - before.commits,
      gets: counts.gets - before.gets,
    };
  };
  const mount = await kernel.services.mounts.find("auth/door/");
  assert.ok(mount);
  return { kernel, call, mount: mount satisfies MountInfo };
}

test("a login is one commit, the first one with its new entity too", async (context) => {
  const { call } = await open(context);
  await call("POST", "auth/door/login", { name: "warm" }); // the first audit anchor is a write of its own
  const first = await call("POST", "auth/door/login", { name: "ada" });
  const again = await call("POST", "auth/door/login", { name: "ada" });
  assert.deepEqual([first.status, first.commits, again.commits], [200, 1, 1]);
  assert.equal(first.entity, again.entity);
  assert.match(first.entity, /^[0-9a-f-]{36}$/);
});

test("a batch login commits nothing: it finds an entity and never makes one", async (context) => {
  const { call, kernel } = await open(context);
  await call("POST", "auth/door/login", { name: "warm" });
  const unknown = await call("POST", "auth/flap/login", { name: "ada" });
  assert.deepEqual([unknown.status, unknown.commits, unknown.entity], [200, 0, ""]);
  const grant: AuthGrant = {
    policies: [],
    metadata: {},
    displayName: "ada",
    alias: { name: "ada", metadata: {} },
  };
  const mount = await kernel.services.mounts.find("auth/flap/");
  assert.ok(mount);
  const made = await kernel.services.tokens.issue(grant, { path: "auth/flap/login", parent: null, mount });
  for (let turn = 0; turn < 2; turn++) {
    const known = await call("POST", "auth/flap/login", { name: "ada" });
    assert.deepEqual([known.commits, known.entity], [0, made.entityId]);
  }
});

test("while nobody writes, a request with an entity reads nothing from the store", async (context) => {
  const { call } = await open(context);
  const { token } = await call("POST", "auth/door/login", { name: "ada" });
  await call("GET", "auth/door/here", null, token);
  const warm = await call("GET", "auth/door/here", null, token);
  assert.deepEqual([warm.status, warm.gets, warm.commits], [200, 0, 0]);
  const before = await call("GET", "auth/door/here", null, token);
  await call("POST", "auth/door/login", { name: "bob" });
  const after = await call("GET", "auth/door/here", null, token);
  assert.equal(before.gets, 0);
  assert.ok(after.gets <= 8, `rows looked at again after a write: ${after.gets}`);
});
