import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { type TestKernel, openTestKernel } from "../../test/support/kernel.ts";
import { type Toy, toyEngine } from "../../test/support/toy-engine.ts";
import type { Store } from "../core/ports/store.ts";
import { ManualClock } from "../core/clock.ts";
import { openSqliteStore } from "../store/sqlite/index.ts";
import { type Storage, createBarrier } from "./barrier/index.ts";
import { Leases, type LeaseOptions } from "./leases.ts";
import type { LeaseGrant, MountInfo, PluginType } from "./plugin.ts";

async function withToy(work: (at: TestKernel, toy: Toy) => Promise<void>): Promise<void> {
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin] });
  try {
    await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
    await work(at, toy);
  } finally {
    await at.close();
  }
}

async function lease(at: TestKernel, token?: string): Promise<string> {
  const answer = await at.call("GET", "toy/creds", token === undefined ? {} : { token });
  assert.equal(answer.status, 200, answer.text);
  return String(answer.json.lease_id);
}
const lookup = async (at: TestKernel, id: string) =>
  await at.call("PUT", "sys/leases/lookup", { body: { lease_id: id } });

test("a leased secret comes with its lease, which is looked up, renewed and revoked", () =>
  withToy(async (at, toy) => {
    const answer = await at.call("GET", "toy/creds");
    assert.equal(answer.json.lease_duration, 60 as unknown);
    assert.equal(answer.json.renewable, true as unknown);
    const id = String(answer.json.lease_id);
    assert.match(id, /^toy\/creds\/[0-9A-Za-z]{24}$/);
    at.clock.advance(30_000);
    assert.equal((await lookup(at, id)).json.data?.ttl, 30 as unknown);
    const renewed = await at.call("PUT", "sys/leases/renew", { body: { lease_id: id, increment: 3_600 } });
    assert.equal(renewed.json.lease_id, id as unknown);
    assert.equal(renewed.json.lease_duration, 90 as unknown, "up to its longest life");
    const list = await at.call("LIST", "sys/leases/lookup/toy/creds");
    assert.deepEqual(list.json.data, { keys: [id.slice("toy/creds/".length)] });
    assert.equal((await at.call("PUT", "sys/leases/revoke", { body: { lease_id: id } })).status, 204);
    assert.deepEqual(toy.revoked, [id]);
    assert.equal((await lookup(at, id)).status, 400);
    assert.equal((await at.call("PUT", "sys/leases/revoke", { body: { lease_id: id } })).status, 204);
    assert.equal((await at.call("PUT", "sys/leases/renew", { body: { lease_id: id } })).status, 400);
  }));

test("a lease ends at its time and with its token", () =>
  withToy(async (at, toy) => {
    const first = await lease(at);
    at.clock.advance(59_999);
    await at.kernel.tidy();
    assert.deepEqual(toy.revoked, []);
    at.clock.advance(1);
    await at.kernel.tidy();
    assert.deepEqual(toy.revoked, [first]);
    await at.call("POST", "sys/policies/acl/creds", {
      body: { policy: 'path "toy/creds" { capabilities = ["read"] }' },
    });
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["creds"] } });
    const token = String(made.json.auth?.client_token);
    const second = await lease(at, token);
    await at.call("POST", "auth/token/revoke-self", { token });
    assert.deepEqual(toy.revoked, [first, second]);
  }));

test("a leased secret of a token's last use is revoked and not shown", () =>
  withToy(async (at, toy) => {
    const policy = 'path "toy/creds" { capabilities = ["read"] }';
    await at.call("POST", "sys/policies/acl/creds", { body: { policy } });
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["creds"], num_uses: 2 } });
    const token = String(made.json.auth?.client_token);
    assert.equal((await at.call("GET", "toy/creds", { token })).status, 200);
    const last = await at.call("GET", "toy/creds", { token });
    assert.equal(last.status, 400);
    assert.doesNotMatch(last.text, /leased-password/);
    assert.equal(toy.revoked.length, 2, "and the first one died with the token");
  }));

test("a failed revocation is tried six times, then kept and shown", () =>
  withToy(async (at, toy) => {
    const id = await lease(at);
    toy.failRevocations = 5;
    assert.equal((await at.call("PUT", "sys/leases/revoke", { body: { lease_id: id } })).status, 502);
    assert.equal(
      (await at.call("PUT", "sys/leases/renew", { body: { lease_id: id } })).status,
      400,
      "over for its holder",
    );
    for (const wait of [10_000, 20_000, 40_000, 80_000]) {
      at.clock.advance(wait - 1);
      const before = toy.failRevocations;
      await at.kernel.tidy();
      assert.equal(toy.failRevocations, before, "not before its time");
      at.clock.advance(1 + wait / 4);
      await at.kernel.tidy();
      assert.equal(toy.failRevocations, before - 1);
    }
    at.clock.advance(200_000);
    await at.kernel.tidy();
    assert.deepEqual(toy.revoked, [id]);

    const lost = await lease(at);
    toy.failRevocations = 6;
    for (let i = 0; i < 8; i++) {
      at.clock.advance(1_000_000);
      await at.kernel.tidy();
    }
    assert.equal(toy.failRevocations, 0);
    assert.deepEqual(toy.revoked, [id]);
    const shown = (await lookup(at, lost)).json.data;
    assert.equal(shown?.irrevocable, true as unknown);
    assert.equal(
      (await at.call("PUT", "sys/leases/revoke", { body: { lease_id: lost } })).status,
      204,
      "by hand it can be tried again",
    );
  }));

test("all below a prefix are revoked, logins too", () =>
  withToy(async (at, toy) => {
    const ids = [await lease(at), await lease(at)];
    assert.equal((await at.call("PUT", "sys/leases/revoke-prefix/toy/cre")).status, 204);
    assert.deepEqual(toy.revoked, [], "a prefix is whole segments");
    assert.equal((await at.call("PUT", "sys/leases/revoke-prefix/toy")).status, 204);
    assert.deepEqual([...toy.revoked].sort(), [...ids].sort());
    const made = await at.call("POST", "auth/token/create", { body: {} });
    const token = String(made.json.auth?.client_token);
    assert.equal((await at.call("PUT", "sys/leases/revoke-prefix/auth/token/create")).status, 204);
    assert.equal((await at.call("GET", "auth/token/lookup-self", { token })).status, 403);
    assert.equal((await at.call("GET", "auth/token/lookup-self")).status, 200);
  }));

test("unmounting revokes the mount's leases", () =>
  withToy(async (at, toy) => {
    const id = await lease(at);
    assert.equal((await at.call("DELETE", "sys/mounts/toy")).status, 204);
    assert.deepEqual(toy.revoked, [id]);
  }));

test("the operator sees how many leases there are, what is due, and what went wrong", () =>
  withToy(async (at, toy) => {
    const { leases } = at.kernel.services;
    await at.call("POST", "sys/mounts/toys/more", { body: { type: "toy" } });
    const none = await leases.counts();
    assert.deepEqual({ ...none, byMount: [...none.byMount] }, NO_LEASES);
    const first = await lease(at);
    at.clock.advance(1_000);
    for (let n = 0; n < 3; n++) assert.equal((await at.call("GET", "toys/more/creds")).status, 200);
    const some = await leases.counts();
    assert.deepEqual(
      [...some.byMount],
      [
        ["toy/", { total: 1, retrying: 0, irrevocable: 0 }],
        ["toys/more/", { total: 3, retrying: 0, irrevocable: 0 }],
      ],
    );
    assert.equal(some.total, 4);
    assert.deepEqual(some.oldestDue, { id: first, at: at.clock.now() + 59_000 });

    toy.failRevocations = 6;
    await at.call("PUT", "sys/leases/revoke", { body: { lease_id: first } });
    const trying = await leases.counts();
    assert.deepEqual([trying.total, trying.retrying, trying.irrevocable], [4, 1, 0]);
    const [failure] = await leases.failures();
    assert.deepEqual([failure?.id, failure?.mount, failure?.attempts], [first, "toy/", 1]);
    assert.equal(failure?.failure, "internal.unexpected");
    const wait = Number(failure?.nextTry) - at.clock.now();
    assert.ok(wait >= 10_000 && wait <= 12_500, String(wait));
    for (let n = 0; n < 5; n++) await at.call("PUT", "sys/leases/revoke", { body: { lease_id: first } });
    const given = await leases.counts();
    assert.deepEqual([given.total, given.retrying, given.irrevocable], [4, 0, 1]);
    assert.deepEqual(given.byMount.get("toy/"), { total: 1, retrying: 0, irrevocable: 1 });
    assert.equal((await leases.failures())[0]?.nextTry, null);
    assert.deepEqual(await leases.failures(0), []);
    await at.call("PUT", "sys/leases/revoke", { body: { lease_id: first } });
    await at.call("PUT", "sys/leases/revoke-prefix/toys/more");
    const after = await leases.counts();
    assert.deepEqual({ ...after, byMount: [...after.byMount] }, NO_LEASES);
  }));

const NO_LEASES = { total: 0, byMount: [], oldestDue: null, retrying: 0, irrevocable: 0 };

test("leases and tokens end in order of their time, wherever they stand", () =>
  withToy(async (at, toy) => {
    const ids: string[] = [];
    for (let n = 0; n < 40; n++) {
      ids.push(await lease(at));
      at.clock.advance(10);
    }
    at.clock.advance(60_000);
    await at.kernel.tidy();
    assert.deepEqual(toy.revoked, ids);
  }));

test("of two processes one does the background work; when it ends the other goes on at once", () =>
  withToy(async (at, toy) => {
    const other = await at.second();
    assert.equal(await at.kernel.tidy(), true);
    const id = await lease(at);
    at.clock.advance(60_001);
    assert.equal(await other.kernel.tidy(), false, "that one holds the lock");
    assert.deepEqual(toy.revoked, []);
    assert.equal(await at.kernel.tidy(), true);
    assert.deepEqual(toy.revoked, [id]);
    await at.kernel.seal();
    assert.equal(await other.kernel.tidy(), true);
    await other.close();
  }));

test("what may not be renewed, is over, or has reached its longest life is not renewed", async (context) => {
  const grant = { ttl: 60_000, maxTtl: 120_000, renewable: true, internal: {} };
  let next: object = grant;
  const plugin: PluginType = {
    type: "plain",
    title: "Plain",
    description: "leases as the test wishes them",
    create: () => ({
      paths: [
        {
          pattern: "creds",
          summary: "A leased secret",
          operations: { read: () => Promise.resolve({ data: {}, lease: next as typeof grant }) },
        },
      ],
      revoke: () => Promise.resolve(),
    }),
  };
  const at = await openTestKernel({ engines: [plugin] });
  context.after(() => at.close());
  const { leases } = at.kernel.services;
  await at.call("POST", "sys/mounts/plain", { body: { type: "plain", config: { max_lease_ttl: "90s" } } });
  const made = async (change: object = {}): Promise<string> => {
    next = { ...grant, ...change };
    return String((await at.call("GET", "plain/creds")).json.lease_id);
  };
  const left = async (id: string): Promise<number> =>
    ((await leases.lookup(id))?.expireTime ?? 0) - at.clock.now();
  assert.equal(await left(await made({ ttl: 100_000 })), 90_000, "the mount's longest life");
  await assert.rejects(leases.renew(await made({ renewable: false })), { code: "lease.not-renewable" });
  const id = await made();
  at.clock.advance(59_999);
  await leases.renew(id, 120_000);
  assert.equal(await left(id), 30_001, "to its longest life, not beyond");
  at.clock.advance(30_001);
  await assert.rejects(leases.renew(id), { code: "lease.unknown" }, "over, though nobody swept it");
  const full = await made({ maxTtl: 60_000 });
  at.clock.advance(60_000);
  await assert.rejects(leases.renew(full), { code: "lease.unknown" });
  for (const none of ["", "none", "a\0b"]) {
    assert.equal(await leases.lookup(none), null);
    await assert.rejects(leases.renew(none), { code: "lease.unknown" });
    await assert.rejects(leases.revoke(none), { code: "lease.unknown" });
  }
});

test("nothing stays of a lease that ended, failed before or not", async (context) => {
  let store: Store | undefined;
  const toy = toyEngine();
  const at = await openTestKernel({ engines: [toy.plugin], through: (opened) => (store = opened) });
  context.after(() => at.close());
  const rows = async (): Promise<readonly string[]> => (await store?.list("core/lease/")) ?? [];
  await at.call("POST", "sys/mounts/toy", { body: { type: "toy" } });
  const id = await lease(at);
  assert.equal((await rows()).length, 3, "record, token and end");
  toy.failRevocations = 1;
  await assert.rejects(at.kernel.services.leases.revoke(id), { code: "lease.revoke-failed" });
  assert.equal((await rows()).length, 4, "and that it failed");
  await at.kernel.services.leases.revoke(id);
  assert.deepEqual(await rows(), []);
  const forced = await lease(at);
  toy.failRevocations = 1;
  assert.equal(await at.kernel.services.leases.revokeForce("toy/"), 0);
  assert.equal(await at.kernel.services.leases.lookup(forced), null, "forgotten all the same");
  assert.deepEqual(await rows(), []);
});

interface Direct {
  readonly leases: Leases;
  readonly clock: ManualClock;
  readonly rows: Storage;
  /** What the backend was told, in order. */
  readonly told: string[];
  /** Fails or waits inside the backend. */
  onCall: (what: string) => Promise<void> | void;
  register(path?: string, more?: Partial<LeaseGrant>): Promise<string>;
  count(folder: string): Promise<number>;
}

// all of a mount that a lease looks at
const MOUNT = {
  path: "toy/",
  id: "1",
  type: "toy",
  section: "secret",
  maxLeaseTtl: 0,
} as unknown as MountInfo;

/** The leases alone, on a real barrier; what they ask of others is counted. */
async function direct(context: TestContext, more: Partial<LeaseOptions> = {}): Promise<Direct> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-leases-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const barrier = createBarrier(store);
  const key = randomBytes(32);
  await barrier.initialize(key);
  await barrier.unseal(key);
  const clock = new ManualClock(1_000_000);
  const told: string[] = [];
  const at: Pick<Direct, "onCall"> = { onCall: () => undefined };
  const call =
    (what: string) =>
    async ({ id }: { readonly id: string }): Promise<void> => {
      told.push(`${what} ${id.slice(0, id.lastIndexOf("/"))}`);
      await at.onCall(what);
    };
  const leases = new Leases({
    barrier,
    clock,
    maxTtl: 3_600_000,
    backend: () =>
      Promise.resolve({
        backend: { paths: [], renew: call("renew"), revoke: call("revoke") },
        storage: barrier.view("x/"),
      }),
    revokeTokensBelow: (path) => {
      told.push(`tokens below ${path}`);
      return Promise.resolve(7);
    },
    tokenStands: () => Promise.resolve(true),
    mountPaths: () => Promise.resolve(["toy/"]),
    ...more,
  });
  const rows = barrier.view("core/lease/");
  return Object.assign(at, {
    leases,
    clock,
    rows,
    told,
    register: async (path = "toy/creds", grant: Partial<LeaseGrant> = {}) =>
      (await leases.register(path, MOUNT, "hash", { ttl: 60_000, renewable: true, internal: {}, ...grant }))
        .id,
    count: async (prefix: string) => (await rows.keys(prefix)).length,
  });
}

test("no lease for a token that is gone: the secret is revoked and no row is left", async (context) => {
  const at = await direct(context, { tokenStands: () => Promise.resolve(false) });
  await assert.rejects(at.register(), { code: "auth.missing-token" });
  assert.deepEqual([at.told, await at.count("")], [["revoke toy/creds"], 0]);
});

test("a lease's life is bounded by its grant, its mount, the server and its token's end", async (context) => {
  const { leases, clock } = await direct(context);
  const ttl = async (grant: Partial<LeaseGrant>, mount: Partial<MountInfo> = {}, until?: number) => {
    const made = await leases.register(
      "toy/x//",
      { ...MOUNT, ...mount },
      "hash",
      { ttl: 10_000_000, renewable: true, internal: {}, ...grant },
      until,
    );
    assert.match(made.id, /^toy\/x\/[0-9A-Za-z]{24}$/);
    return (made.expireTime ?? 0) - clock.now();
  };
  assert.equal(await ttl({}), 3_600_000);
  assert.equal(await ttl({ ttl: 5 }), 5);
  assert.equal(await ttl({ maxTtl: 70 }), 70);
  assert.equal(await ttl({}, { maxLeaseTtl: 80 }), 80);
  assert.equal(await ttl({}, {}, clock.now() + 90), 90);
  assert.equal(await ttl({}, {}, clock.now() - 90), 0, "a token that has ended");
});

test("a renewal without increment gives the span that was; none reaches beyond the longest life", async (context) => {
  const { leases, clock, register } = await direct(context);
  const id = await register("toy/creds", { maxTtl: 100_000 });
  const renew = async (increment?: number): Promise<number> =>
    ((await leases.renew(id, increment)).expireTime ?? 0) - clock.now();
  clock.advance(20_000);
  assert.equal(await renew(), 60_000);
  assert.equal(await renew(0), 60_000);
  assert.equal(await renew(30_000), 30_000);
  clock.advance(10_000);
  assert.equal(await renew(), 30_000, "as long as the last time");
  assert.equal(await renew(1_000_000), 70_000);
  clock.advance(70_000);
  await assert.rejects(leases.renew(id), { code: "lease.unknown" }, "it is over at its time");
  const firm = await register("toy/creds", { renewable: false });
  await assert.rejects(leases.renew(firm), { code: "lease.not-renewable" });
  for (const bad of ["", "\0", "toy/creds/none"])
    await assert.rejects(leases.renew(bad), { code: "lease.unknown" });
});

test("of two renewals at once none leaves a row of the other behind", async (context) => {
  const at = await direct(context);
  const id = await at.register();
  let first = true;
  at.onCall = async () => {
    if (!first) return;
    first = false;
    await at.leases.renew(id, 20_000);
  };
  const renewed = await at.leases.renew(id, 30_000);
  assert.equal(renewed.expireTime, at.clock.now() + 30_000);
  assert.deepEqual([at.told.length, await at.count("expiry/"), await at.count("id/")], [3, 1, 1]);
  await at.leases.revoke(id);
  assert.equal(await at.count(""), 0);
});

test("a prefix ends the leases below it, page by page; tokens only where logins are", async (context) => {
  const at = await direct(context, { page: 2 });
  const ids: string[] = [];
  for (const path of ["toy/a", "toy/a", "toy/a", "toy/a/b", "toy/ab"]) ids.push(await at.register(path));
  assert.deepEqual(await at.leases.list(""), ["toy/"]);
  assert.deepEqual(await at.leases.list("toy"), ["a/", "ab/"]);
  assert.equal((await at.leases.list("toy/a//")).length, 4);
  assert.equal(await at.leases.revokePrefix("toy/a"), 4);
  assert.equal(await at.leases.lookup(ids[0] ?? ""), null);
  assert.ok((await at.leases.lookup(ids[4] ?? "")) !== null);
  assert.ok(!at.told.some((one) => one.startsWith("tokens")));
  assert.equal(await at.leases.revokePrefix("auth/people"), 7);
  assert.equal(await at.leases.revokeForce("auth/people"), 7);
  assert.deepEqual(at.told.slice(-2), ["tokens below auth/people/", "tokens below auth/people/"]);
});

test("by force a lease goes though its revocation fails, on every page", async (context) => {
  const at = await direct(context, { page: 2 });
  at.onCall = () => Promise.reject(new Error("the database is away"));
  for (const path of ["toy/a", "toy/a", "toy/a", "toy/a", "toy/b"]) await at.register(path);
  assert.equal(await at.leases.revokePrefix("toy/a"), 0);
  assert.deepEqual([await at.count("id/toy/a/"), await at.count("failed/")], [4, 4]);
  const [failed] = await at.leases.failures();
  assert.equal(failed?.failure, "internal.unexpected");
  assert.equal(await at.leases.revokeForce("toy/a"), 0);
  assert.deepEqual(
    [await at.count("id/"), await at.count("failed/"), await at.count("expiry/"), await at.count("token/")],
    [1, 0, 1, 1],
  );
  assert.ok(!at.told.some((one) => one.startsWith("tokens")));
});

test("the sweep ends what is due then, and nothing that was renewed since", async (context) => {
  const at = await direct(context);
  const id = await at.register();
  const { run } = at.leases.dueKind();
  at.clock.advance(59_999);
  assert.equal(await run(id), false);
  assert.deepEqual(at.told, []);
  at.clock.advance(1);
  assert.equal(await run(id), true);
  assert.deepEqual([at.told, await at.count("")], [["revoke toy/creds"], 0]);
  assert.equal(await run(id), true, "it is gone");
});
