/** Policies by name, and what those of one token and its entity allow together. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { ManualClock } from "../core/clock.ts";
import { openSqliteStore } from "../store/sqlite/index.ts";
import { createBarrier, rootOf } from "./barrier/index.ts";
import { Identities } from "./identity/index.ts";
import { blankEntity } from "./identity/login.ts";
import { IDENTITY_STORAGE, IdentityRows } from "./identity/rows.ts";
import type { Entity } from "./identity/types.ts";
import { Policies } from "./policies.ts";

interface Setup {
  readonly policies: Policies;
  /** Stores an entity; gives it with its id. */
  entity(more?: Partial<Entity>, before?: Entity): Promise<Entity>;
  remove(entity: Entity): Promise<void>;
  may(names: readonly string[], path: string, entityId?: string): Promise<boolean>;
}

async function open(context: TestContext): Promise<Setup> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-policies-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const barrier = createBarrier(store);
  const key = randomBytes(32);
  await barrier.initialize(key);
  await barrier.unseal(key);
  const clock = new ManualClock();
  const identities = new Identities(barrier, clock);
  const rows = new IdentityRows(identities.digest);
  const policies = new Policies(barrier, clock, identities);
  return {
    policies,
    entity: async (more = {}, before) =>
      await barrier.transaction(async (tx) => {
        const scope = rootOf(tx).scope(IDENTITY_STORAGE);
        const after = { ...(before ?? (await blankEntity(scope, rows, 1))), ...more };
        rows.putEntity(scope, before ?? null, after);
        return after;
      }),
    remove: async (entity) =>
      await barrier.transaction((tx) =>
        Promise.resolve(rows.removeEntity(rootOf(tx).scope(IDENTITY_STORAGE), entity)),
      ),
    may: async (names, path, entityId = "") =>
      (await policies.aclOf({ policies: names, entityId })).decide({ operation: "read", path }).allowed,
  };
}

const reads = (path: string): string => `path "${path}" { capabilities = ["read"] }`;

test("a policy by its name in any case; those that are built in stay", async (context) => {
  const { policies } = await open(context);
  assert.deepEqual(await policies.names(), ["default", "root"]);
  assert.equal(await policies.get("root"), "");
  assert.equal(await policies.get("ROOT"), "");
  assert.match((await policies.get("default")) ?? "", /lookup-self/);
  assert.match((await policies.get("response-wrapping")) ?? "", /cubbyhole/);
  for (const none of ["none", "constructor", "__proto__"]) assert.equal(await policies.get(none), null, none);
  await policies.put("Team", reads("a"));
  assert.equal(await policies.get("tEAM"), reads("a"));
  assert.deepEqual(await policies.names(), ["default", "root", "team"]);
  await policies.put("default", reads("b"));
  assert.equal(await policies.get("default"), reads("b"));
  await policies.delete("TEAM");
  assert.equal(await policies.get("team"), null);
  assert.deepEqual(await policies.names(), ["default", "root"]);
  const kept = { code: "policy.protected" };
  for (const name of ["root", "Root", "response-wrapping"]) {
    await assert.rejects(policies.put(name, reads("a")), kept, name);
    await assert.rejects(policies.delete(name), kept, name);
  }
  await assert.rejects(policies.delete("Default"), kept);
  await assert.rejects(policies.put("bad", "path {"), { code: "policy.invalid" });
  assert.equal(await policies.get("bad"), null);
  await policies.put("n".repeat(512), reads("a"));
  for (const bad of ["", "a\nb", "a\x7f", "n".repeat(513), "é".repeat(257)])
    for (const work of [
      () => policies.get(bad),
      () => policies.put(bad, reads("a")),
      () => policies.delete(bad),
    ])
      await assert.rejects(work(), { code: "request.invalid" }, JSON.stringify(bad).slice(0, 20));
});

test("names grant together what each grants; one without a policy grants nothing; a change holds at once", async (context) => {
  const { policies, may } = await open(context);
  await policies.put("a", reads("a"));
  await policies.put("b", reads("b"));
  assert.deepEqual([await may(["a"], "a"), await may(["a"], "b")], [true, false]);
  assert.deepEqual([await may(["a", "b"], "a"), await may(["a", "b"], "b")], [true, true]);
  assert.deepEqual([await may([], "a"), await may(["none"], "a")], [false, false]);
  assert.equal(await may(["root"], "anything"), true);
  const first = await policies.acl(["a", "b"]);
  assert.equal(await policies.acl(["a", "b"]), first, "compiled once");
  await policies.put("b", reads("c"));
  assert.deepEqual([await may(["a", "b"], "b"), await may(["a", "b"], "c")], [false, true]);
  await policies.put("a", reads("d"));
  assert.deepEqual([await may(["a", "b"], "a"), await may(["a", "b"], "d")], [false, true]);
  await policies.delete("b");
  assert.deepEqual([await may(["a", "b"], "c"), await may(["a", "b"], "d")], [false, true]);
  await policies.put("late", reads("late"));
  assert.equal(await may(["a", "later"], "late"), false);
  await policies.put("later", reads("late"));
  assert.equal(await may(["a", "later"], "late"), true, "a name that has a policy now");
});

test("an entity's policies are added to its token's, but never root", async (context) => {
  const { policies, entity, may, remove } = await open(context);
  for (const name of ["a", "b"]) await policies.put(name, reads(name));
  const one = await entity({ policies: ["b", "a", "root"] });
  assert.deepEqual(
    [await may(["a"], "a", one.id), await may(["a"], "b", one.id), await may(["a"], "c", one.id)],
    [true, true, false],
  );
  assert.equal(await may(["root"], "c", one.id), true, "root stands alone, whatever its entity has");
  assert.deepEqual(await policies.capabilities({ policies: ["a"], entityId: one.id }, "b"), ["read"]);
  assert.deepEqual(await policies.capabilities({ policies: [], entityId: "" }, "b"), ["deny"]);
  assert.deepEqual(
    [
      ...(
        (await policies.granted({ policies: ["a"], entityId: one.id })) ?? new Map<string, unknown>()
      ).keys(),
    ].sort(),
    ["a", "b"],
  );
  assert.equal(await policies.granted({ policies: ["root"], entityId: "" }), null);
  assert.deepEqual(
    [
      await policies.mayList({ policies: ["a"], entityId: "" }, "a/"),
      await policies.mayList({ policies: [], entityId: "" }, "a/"),
    ],
    [(await policies.acl(["a"])).seesMount("a/"), false],
  );
  const disabled = await entity({ disabled: true }, one);
  await assert.rejects(may(["a"], "a", one.id), { code: "identity.refused" });
  assert.deepEqual(await policies.capabilities({ policies: ["root"], entityId: one.id }, "b"), ["deny"]);
  await remove(disabled);
  await assert.rejects(may(["a"], "a", one.id), { code: "identity.refused" });
  // what fails otherwise is no refusal
  await assert.rejects(policies.capabilities({ policies: ["a", "root"], entityId: "" }, "b"), {
    code: "policy.root-not-alone",
  });
});

test("a template is each caller's own: nobody is answered by another's list", async (context) => {
  const { policies, entity, may } = await open(context);
  await policies.put("own", reads("home/{{identity.entity.name}}"));
  await policies.put("plain", reads("plain"));
  const [ada, bob] = [await entity({ name: "ada" }), await entity({ name: "bob" })];
  for (let turn = 0; turn < 2; turn++)
    for (const [who, name, other] of [
      [ada, "ada", "bob"],
      [bob, "bob", "ada"],
    ] as const) {
      const names = turn === 0 ? ["own", "plain"] : ["plain", "own"];
      assert.deepEqual(
        [
          await may(names, `home/${name}`, who.id),
          await may(names, `home/${other}`, who.id),
          await may(names, "plain", who.id),
        ],
        [true, false, true],
      );
    }
  assert.equal(await may(["own"], "home/ada"), false, "without an entity it names nobody");
  assert.equal(await may(["own", "plain"], "plain"), true);
  await entity({ name: "eve" }, ada);
  assert.deepEqual(
    [await may(["own", "plain"], "home/eve", ada.id), await may(["own", "plain"], "home/ada", ada.id)],
    [true, false],
  );
  const shared = await policies.aclOf({ policies: ["plain"], entityId: ada.id });
  assert.equal(
    await policies.aclOf({ policies: ["plain"], entityId: bob.id }),
    shared,
    "no template, one list",
  );
});
