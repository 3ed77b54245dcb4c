/** Tokens alone, on a real barrier: what each question to others decides, and every bound at its moment. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { ManualClock } from "../../core/clock.ts";
import { Secret } from "../../core/secret.ts";
import { openSqliteStore } from "../../store/sqlite/index.ts";
import { type Barrier, createBarrier } from "../barrier/index.ts";
import { Identities } from "../identity/index.ts";
import type { AuthGrant, Caller, MintedAuth, MountInfo } from "../plugin.ts";
import type { BatchRecord } from "./batch.ts";
import { EndedBatches } from "./ended.ts";
import { type TokenOptions, Tokens } from "./index.ts";

const MINUTE = 60_000;
const NOW = 1_000_000_000;
// all of a mount that a token looks at
const MOUNT = {
  path: "auth/x/",
  uuid: "u-1",
  accessor: "auth_x_1",
  maxLeaseTtl: 0,
  defaultLeaseTtl: 0,
} as MountInfo;

interface Setup {
  readonly tokens: Tokens;
  readonly barrier: Barrier;
  readonly clock: ManualClock;
  /** Hashes whose leases and cubbyholes were ended. */
  readonly cleaned: string[];
  readonly gone: { mount: boolean; login: boolean; asked: string[] };
  make(
    more?: Partial<AuthGrant>,
    at?: { path?: string; parent?: Caller; mount?: MountInfo; id?: Secret },
  ): Promise<MintedAuth>;
  lives(minted: MintedAuth): Promise<boolean>;
}

const secretOf = (minted: MintedAuth): Secret => minted.token ?? assert.fail("no token");

async function open(context: TestContext): Promise<Setup> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-tokens-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const barrier = createBarrier(store);
  const key = randomBytes(32);
  await barrier.initialize(key);
  await barrier.unseal(key);
  const clock = new ManualClock(NOW);
  const cleaned: string[] = [];
  const gone = { mount: false, login: false, asked: [] as string[] };
  const options: TokenOptions = {
    barrier,
    clock,
    defaultTtl: MINUTE,
    maxTtl: 10 * MINUTE,
    identities: new Identities(barrier, clock),
    cleanUp: (hash) => Promise.resolve(void cleaned.push(hash)),
    mountStands: (uuid) => {
      gone.asked.push(uuid);
      return Promise.resolve(!gone.mount);
    },
    loginStands: () => (gone.login ? Promise.reject(new Error("its user is gone")) : Promise.resolve()),
  };
  const tokens = new Tokens(options);
  return {
    tokens,
    barrier,
    clock,
    cleaned,
    gone,
    make: async (
      more = {},
      {
        path = "auth/x/login",
        parent = null,
        ...at
      }: { path?: string; parent?: Caller | null; mount?: MountInfo; id?: Secret } = {},
    ) =>
      await tokens.issue(
        { policies: ["p"], metadata: {}, displayName: "d", ...more },
        { path, parent, ...at },
      ),
    lives: async (minted) => {
      const found = await tokens.present(secretOf(minted));
      if (found !== null) await tokens.finish(found);
      return found !== null;
    },
  };
}

test("uses are counted down to none; while its last is served it can be looked up, not presented", async (context) => {
  const { tokens, make, cleaned } = await open(context);
  const token = secretOf(await make({ numUses: 2 }));
  const first = await tokens.present(token);
  assert.deepEqual([first?.info.numUses, first?.spent], [1, false]);
  const last = await tokens.present(token);
  assert.deepEqual([last?.info.numUses, last?.spent], [0, true]);
  assert.equal(await tokens.present(token), null);
  assert.ok(first !== null && last !== null);
  assert.equal((await tokens.lookup(token))?.numUses, 0);
  await tokens.finish(first);
  assert.ok((await tokens.lookup(token)) !== null, "one of its requests is still served");
  assert.deepEqual(cleaned, []);
  await tokens.finish(last);
  assert.equal(await tokens.lookup(token), null);
  assert.deepEqual(cleaned, [tokens.hash(token)]);
  const free = await tokens.present(secretOf(await make()));
  assert.deepEqual(
    [free?.info.numUses, free?.spent, free?.leases.until],
    [0, false, Number.POSITIVE_INFINITY],
  );
});

test("a token ends at its moment, and with any of its parents", async (context) => {
  const { tokens, make, lives, clock } = await open(context);
  const parent = await make({ ttl: MINUTE });
  const info = await tokens.lookup(secretOf(parent));
  assert.ok(info !== null);
  const child = await make({ ttl: 5 * MINUTE }, { parent: info });
  const orphan = await make({ ttl: 5 * MINUTE });
  const batch = await make({ ttl: 5 * MINUTE, type: "batch" }, { parent: info });
  clock.advance(MINUTE - 1);
  for (const one of [parent, child, orphan, batch]) assert.equal(await lives(one), true);
  clock.advance(1);
  assert.deepEqual(
    [await lives(parent), await lives(child), await lives(batch), await lives(orphan)],
    [false, false, false, true],
  );
  const run = tokens.dueKind().run;
  assert.equal(await run(tokens.hash(secretOf(orphan))), false, "not due");
  assert.equal(await run(tokens.hash(secretOf(parent))), true);
  assert.equal(await run("none"), false);
  assert.equal(await tokens.lookupAccessor(child.accessor), null);
});

test("a batch token lives by its own end, its mount, and no note that ends it", async (context) => {
  const { tokens, make, lives, clock, gone } = await open(context);
  const batch = await make(
    { type: "batch", ttl: MINUTE, metadata: { run: "7", stage: "train" } },
    { mount: MOUNT },
  );
  const free = await make({ type: "batch", ttl: MINUTE }, { path: "auth/token/create" });
  const presented = await tokens.present(secretOf(batch));
  assert.deepEqual(presented?.leases, { tokenHash: "", until: NOW + MINUTE });
  assert.deepEqual([presented?.info.type, presented?.info.renewable], ["batch", false]);
  assert.ok(gone.asked.every((uuid) => uuid === "u-1") && gone.asked.length > 0);
  gone.mount = true;
  assert.deepEqual([await lives(batch), await lives(free)], [false, true]);
  gone.mount = false;
  clock.advance(MINUTE - 1);
  assert.equal(await lives(batch), true);
  clock.advance(1);
  assert.equal(await lives(batch), false);

  const later = await make({ type: "batch", metadata: { run: "8", stage: "train" } }, { mount: MOUNT });
  assert.equal(await tokens.revokeWhere({ run: "8" }), 0);
  assert.equal(await lives(later), true, "batch tokens only where it is said");
  await tokens.revokeWhere({ stage: "test" }, { batches: true });
  await tokens.revokeWhere({ run: "8", stage: "test" }, { batches: true });
  assert.equal(await lives(later), true);
  await tokens.revokeWhere({ run: "8", stage: "train" }, { batches: true });
  assert.equal(await lives(later), false);
  const below = await make({ type: "batch" }, { mount: MOUNT });
  await tokens.revokeIssuedBelow("auth/xy/");
  assert.equal(await lives(below), true);
  await tokens.revokeIssuedBelow("auth/x/");
  assert.equal(await lives(below), false);
  clock.advance(1);
  assert.equal(await lives(await make({ type: "batch" }, { mount: MOUNT })), true, "made after the note");
});

test("a note replaces only what it covers whole", async (context) => {
  const { barrier } = await open(context);
  const ended = new EndedBatches(barrier);
  const notes = async (): Promise<number> => {
    const bytes = await barrier.view("core/batch-ended/").get("notes");
    return (JSON.parse(bytes?.toString("utf8") ?? "[]") as unknown[]).length;
  };
  const counts: number[] = [];
  for (const note of [
    { metadata: { run: "1" }, below: "", before: 10 },
    { metadata: { run: "1" }, below: "", before: 10 },
    { metadata: { run: "1" }, below: "", before: 20 },
    { metadata: { run: "2" }, below: "", before: 20 },
    { metadata: { run: "1" }, below: "auth/x/", before: 20 },
    { metadata: { run: "1", stage: "a" }, below: "", before: 20 },
    { metadata: { run: "1", stage: "b" }, below: "", before: 20 },
    { metadata: { run: "1" }, below: "", before: 15 },
    { metadata: {}, below: "", before: 5 },
  ]) {
    await ended.end(note);
    counts.push(await notes());
  }
  assert.deepEqual(counts, [1, 1, 1, 2, 3, 4, 5, 6, 7]);
  const token = (more: Partial<BatchRecord>): Promise<boolean> =>
    ended.isEnded({ metadata: {}, path: "auth/x/login", created: 20, ...more } as BatchRecord);
  assert.deepEqual(
    [
      await token({ metadata: { run: "1" } }),
      await token({ metadata: { run: "1" }, created: 21 }),
      await token({ metadata: { run: "3" } }),
      await token({ created: 5 }),
      await token({ created: 6 }),
      await token({ metadata: { run: "2", stage: "z" } }),
    ],
    [true, false, false, true, false, true],
  );
});

test("a renewal: within the longest life, of what lives and may, and whose login still stands", async (context) => {
  const { tokens, make, clock, gone } = await open(context);
  const minted = await make({ ttl: MINUTE, maxTtl: 3 * MINUTE });
  const hash = tokens.hash(secretOf(minted));
  clock.advance(MINUTE / 2);
  assert.equal((await tokens.renew(hash)).ttl, MINUTE);
  assert.equal((await tokens.renew(hash, 10 * MINUTE)).ttl, 2.5 * MINUTE);
  gone.login = true;
  await assert.rejects(tokens.renew(hash), /its user is gone/);
  gone.login = false;
  clock.advance(2.5 * MINUTE - 1);
  assert.equal((await tokens.renew(hash, MINUTE)).ttl, 1);
  clock.advance(1);
  await assert.rejects(tokens.renew(hash), { code: "token.unknown" });
  const parent = await tokens.lookup(secretOf(await make()));
  assert.ok(parent !== null);
  const child = tokens.hash(secretOf(await make({}, { parent })));
  gone.login = true;
  assert.equal((await tokens.renew(child)).ttl, MINUTE, "no login is behind a child");
  gone.login = false;
  const firm = secretOf(await make({ renewable: false }));
  for (const one of [firm, await tokens.mintRoot()])
    await assert.rejects(tokens.renew(tokens.hash(one)), { code: "token.not-renewable" });
  await assert.rejects(tokens.renew("none"), { code: "token.unknown" });
});

test("what is revoked by what it says of itself: all pairs, whole path segments", async (context) => {
  const { tokens, make, lives, cleaned } = await open(context);
  const a = await make({ metadata: { run: "1", stage: "train" } });
  const b = await make({ metadata: { run: "1", stage: "test" } });
  const c = await make({ metadata: { stage: "train" } }, { path: "auth/xy/login" });
  assert.equal(await tokens.revokeWhere({}), 0);
  assert.equal(await tokens.revokeWhere({ run: "1", stage: "deploy" }), 0);
  assert.equal(await tokens.revokeWhere({ run: "1", stage: "train" }), 1);
  assert.deepEqual([await lives(a), await lives(b), await lives(c)], [false, true, true]);
  assert.equal(await tokens.revokeWhere({ stage: "train" }), 1);
  assert.deepEqual([await lives(b), await lives(c)], [true, false]);
  assert.equal(await tokens.revokeIssuedBelow("auth/xy/"), 0);
  assert.equal(await tokens.revokeIssuedBelow("auth/x/login/"), 1);
  assert.equal(await lives(b), false);
  assert.equal(cleaned.length, 3);
  assert.equal(await tokens.revoke(tokens.hash(secretOf(a))), false, "it is gone");
});

test("an id that is asked for is given once; accessors of any text are looked up or are none", async (context) => {
  const { tokens, make } = await open(context);
  const minted = await make({}, { id: Secret.copy("my-own") });
  assert.equal(minted.token?.revealText(), "my-own");
  await assert.rejects(make({}, { id: Secret.copy("my-own") }), { code: "token.exists" });
  assert.equal((await tokens.lookupAccessor(minted.accessor))?.path, "auth/x/login");
  for (const bad of ["", "\0", "a/b", "x".repeat(101), "none"])
    assert.equal(await tokens.lookupAccessor(bad), null, bad);
});

test("an operator is root here alone; nothing of it is stored, and what it makes outlives it", async (context) => {
  const { tokens, make, lives, barrier } = await open(context);
  const token = tokens.operator("ada");
  const presented = await tokens.present(token);
  assert.ok(presented !== null);
  assert.deepEqual(
    [presented.info.root, presented.info.principal, presented.spent],
    [true, "operator/ada", false],
  );
  assert.equal(tokens.isOperator(presented.info.tokenHash), true);
  assert.deepEqual(await barrier.view("core/token/").keys("id/"), []);
  assert.equal((await tokens.lookupAccessor(presented.info.accessor))?.root, true);
  const made = await make({}, { parent: presented.info });
  const info = await tokens.lookup(secretOf(made));
  assert.deepEqual([info?.orphan, info?.actor, info?.principal], [true, "person", "operator/ada"]);
  assert.equal(await tokens.revoke(presented.info.tokenHash), true);
  assert.equal(await tokens.present(token), null);
  assert.equal(await lives(made), true);
});

test("a login for one request leaves nothing and lives no longer than it would", async (context) => {
  const { tokens, barrier } = await open(context);
  const before = await barrier.view("").keys("");
  const grant: AuthGrant = {
    policies: ["p"],
    metadata: {},
    displayName: "d",
    ttl: MINUTE,
    type: "batch",
    numUses: 3,
    alias: { name: "ada", metadata: {} },
  };
  const presented = await tokens.inMemory(grant, { path: "auth/x/login", mount: MOUNT });
  assert.deepEqual(
    [
      presented.inline,
      presented.info.numUses,
      presented.info.renewable,
      presented.info.type,
      presented.leases,
    ],
    [true, 0, false, "batch", { tokenHash: "", until: NOW + MINUTE }],
  );
  assert.equal(presented.info.entityId, "");
  assert.deepEqual(await barrier.view("").keys(""), before);
});
