/** Rows of the identity store and what a login changes in them, on a real barrier. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { ManualClock } from "../../core/clock.ts";
import { uuid } from "../../core/ids.ts";
import { openSqliteStore } from "../../store/sqlite/index.ts";
import { type Storage, type StorageTransaction, createBarrier, rootOf } from "../barrier/index.ts";
import type { AuthGrant, Caller, LoginAlias, MountInfo } from "../plugin.ts";
import { Identities } from "./index.ts";
import { blankAlias, blankEntity, checkAlias, freeName, settleLogin } from "./login.ts";
import {
  IDENTITY_STORAGE,
  IdentityRows,
  entityIds,
  groupIds,
  memberIds,
  readEntity,
  readGroup,
} from "./rows.ts";
import { type Entity, type Group, MOST } from "./types.ts";

interface Setup {
  readonly at: Storage;
  readonly rows: IdentityRows;
  readonly identities: Identities;
  readonly clock: ManualClock;
  write<T>(work: (tx: StorageTransaction) => Promise<T> | T): Promise<T>;
  entity(more?: Partial<Entity>): Promise<Entity>;
  group(more?: Partial<Group>): Group;
  settle(alias: Partial<LoginAlias>): Promise<Entity>;
}

const ACCESSOR = "auth_x_1";

async function open(context: TestContext): Promise<Setup> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-identity-"));
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  context.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const barrier = createBarrier(store);
  const key = randomBytes(32);
  await barrier.initialize(key);
  await barrier.unseal(key);
  const clock = new ManualClock(1_000);
  const identities = new Identities(barrier, clock);
  const rows = new IdentityRows(identities.digest);
  const at = barrier.view(IDENTITY_STORAGE);
  const write: Setup["write"] = (work) =>
    barrier.transaction(async (tx) => await work(rootOf(tx).scope(IDENTITY_STORAGE)));
  return {
    at,
    rows,
    identities,
    clock,
    write,
    entity: async (more = {}) => ({ ...(await blankEntity(at, rows, clock.now())), ...more }),
    group: (more = {}) => ({
      id: uuid(),
      name: "ml",
      type: "internal",
      metadata: null,
      policies: null,
      alias: null,
      parents: [],
      children: [],
      created: 1,
      updated: 1,
      index: 1,
      ...more,
    }),
    settle: async (alias) =>
      await write((tx) =>
        settleLogin(tx, {
          rows,
          accessor: ACCESSOR,
          alias: { name: "ada", metadata: {}, ...alias },
          now: clock.now(),
        }),
      ),
  };
}

const aliasOf = (id: string, name: string, mountAccessor = ACCESSOR) =>
  blankAlias(id, { mountAccessor, name }, 1);

test("an entity is found by all that names it, and by nothing that named it before", async (context) => {
  const { at, rows, write, entity } = await open(context);
  const [groupA, groupB, former] = [uuid(), uuid(), uuid()];
  const first = await entity({ name: "Ada", merged: [former], groups: [groupA] });
  const alias = aliasOf(first.id, "ada@x");
  const before = { ...first, aliases: [alias] };
  await write((tx) => rows.putEntity(tx, null, before));
  const found = async (id = first.id): Promise<(string | undefined)[]> =>
    (
      await Promise.all([
        readEntity(at, id),
        readEntity(at, former),
        rows.entityNamed(at, "aDA"),
        rows.entityOfAlias(at, ACCESSOR, "ada@x"),
        rows.entityOfAliasId(at, alias.id),
      ])
    ).map((one) => one?.id);
  assert.deepEqual(await found(), Array(5).fill(first.id));
  assert.deepEqual(
    [await memberIds(at, groupA), await memberIds(at, groupB), await entityIds(at)],
    [[first.id], [], [first.id]],
  );
  assert.equal(await rows.entityOfAlias(at, "auth_x_2", "ada@x"), null, "of another mount");
  assert.equal(await rows.groupOfAliasId(at, alias.id), null, "kinds are apart");
  assert.equal(await rows.groupNamed(at, "ada"), null);

  const other = aliasOf(first.id, "ada@y");
  const after = { ...before, name: "Eve", aliases: [other], groups: [groupB] };
  await write((tx) => rows.putEntity(tx, before, after));
  assert.deepEqual(await found(), [first.id, first.id, undefined, undefined, undefined]);
  assert.deepEqual(
    [(await rows.entityNamed(at, "eve"))?.id, (await rows.entityOfAliasId(at, other.id))?.id],
    [first.id, first.id],
  );
  assert.deepEqual([await memberIds(at, groupA), await memberIds(at, groupB)], [[], [first.id]]);
  await write((tx) => {
    tx.delete(`member/${groupB}/${first.id}`);
    rows.putEntity(tx, after, after);
  });
  assert.deepEqual(await memberIds(at, groupB), [], "what stays is not written again");

  await write((tx) => rows.removeEntity(tx, after));
  assert.deepEqual(await at.keys(""), ["stamp"]);
});

test("removing an entity or a group leaves nothing of it", async (context) => {
  const { at, rows, write, entity, group } = await open(context);
  const id = uuid();
  const one = await entity({ id, merged: [uuid()], groups: [uuid()], aliases: [aliasOf(id, "ada")] });
  const ml = group({ alias: aliasOf(id, "ml") });
  await write((tx) => rows.putEntity(tx, null, one));
  await write((tx) => rows.putGroup(tx, null, ml));
  assert.equal((await at.keys("")).length, 11, "six rows, four rows, the stamp");
  const stamp = await at.get("stamp");
  await write((tx) => rows.removeEntity(tx, one));
  assert.notDeepEqual(await at.get("stamp"), stamp);
  await write((tx) => rows.removeGroup(tx, ml));
  assert.deepEqual(await at.keys(""), ["stamp"]);
  const plain = group();
  await write((tx) => rows.putGroup(tx, null, plain));
  await write((tx) => rows.removeGroup(tx, plain));
  assert.deepEqual(await at.keys(""), ["stamp"]);
});

test("a group is found by all that names it, and by nothing that named it before", async (context) => {
  const { at, rows, write, group } = await open(context);
  const plain = group({ name: "ML" });
  await write((tx) => rows.putGroup(tx, null, plain));
  const alias = aliasOf(plain.id, "ml@x");
  const external = { ...plain, name: "ops", alias };
  await write((tx) => rows.putGroup(tx, plain, external));
  assert.equal(await rows.groupNamed(at, "ml"), null);
  for (const found of [
    await readGroup(at, plain.id),
    await rows.groupNamed(at, "OPS"),
    await rows.groupOfAlias(at, ACCESSOR, "ml@x"),
    await rows.groupOfAliasId(at, alias.id),
  ])
    assert.deepEqual(found, external);
  assert.deepEqual(await groupIds(at), [plain.id]);
  await write((tx) => rows.putGroup(tx, external, { ...external, alias: null }));
  assert.equal(await rows.groupOfAlias(at, ACCESSOR, "ml@x"), null);
  assert.equal(await rows.groupOfAliasId(at, alias.id), null);
});

test("what is no id never becomes part of a key", async (context) => {
  const { at, rows } = await open(context);
  for (const bad of ["", "x", "\0", `../${uuid()}`, `${uuid()}/x`, uuid().toUpperCase()])
    assert.deepEqual(
      [
        await readEntity(at, bad),
        await readGroup(at, bad),
        await rows.entityOfAliasId(at, bad),
        await rows.groupOfAliasId(at, bad),
      ],
      [null, null, null, null],
      JSON.stringify(bad),
    );
});

test("a login's metadata are those of its alias, and of no other", async (context) => {
  const { at, clock, rows, settle, write } = await open(context);
  const made = await settle({ metadata: { team: "ml", site: "a" } });
  assert.deepEqual(
    made.aliases.map(({ metadata }) => metadata),
    [{ team: "ml", site: "a" }],
  );
  const stored = await readEntity(at, made.id);
  assert.deepEqual(stored, made);
  const stamp = await at.get("stamp");
  clock.advance(1_000);
  const same = await settle({ metadata: { site: "a", team: "ml" } });
  assert.deepEqual([same, await at.get("stamp")], [stored, stamp], "nothing changed, nothing is written");

  const others = [aliasOf(made.id, "ada", "auth_x_2"), aliasOf(made.id, "eve")];
  const two = { ...made, aliases: [...others, ...made.aliases] };
  await write((tx) => rows.putEntity(tx, made, two));
  const changed = await settle({ metadata: { team: "ops" } });
  assert.deepEqual(
    changed.aliases.map(({ metadata, updated }) => [metadata, updated]),
    [
      [null, 1],
      [null, 1],
      [{ team: "ops" }, 2_000],
    ],
  );
  assert.deepEqual(await readEntity(at, made.id), changed);
  const cleared = await settle({ metadata: {} });
  assert.equal(cleared.aliases[2]?.metadata, null);
});

test("a login's groups are those of its own mount that it names; others stay", async (context) => {
  const { at, rows, settle, write, group } = await open(context);
  const external = (name: string, accessor = ACCESSOR): Group => {
    const id = uuid();
    return group({ id, name: name + accessor, type: "external", alias: aliasOf(id, name, accessor) });
  };
  const [ml, ops, far, near] = [
    external("ml"),
    external("ops"),
    external("ml", "auth_x_2"),
    group({ name: "near" }),
  ];
  for (const one of [ml, ops, far, near]) await write((tx) => rows.putGroup(tx, null, one));
  const made = await settle({ groups: ["ml", "unknown", "ml"] });
  assert.deepEqual(made.groups, [ml.id]);
  await write((tx) => rows.putEntity(tx, made, { ...made, groups: [near.id, far.id, ml.id] }));
  const stamp = await at.get("stamp");
  assert.deepEqual((await settle({ groups: ["ml"] })).groups, [near.id, far.id, ml.id]);
  assert.deepEqual(await at.get("stamp"), stamp, "nothing changed, nothing is written");
  assert.deepEqual((await settle({ groups: ["ops"] })).groups, [near.id, far.id, ops.id]);
  assert.deepEqual(await memberIds(at, ml.id), []);
  assert.deepEqual((await settle({ groups: ["ops", "ml"] })).groups, [near.id, far.id, ops.id, ml.id]);
  assert.deepEqual((await settle({})).groups, [near.id, far.id]);
});

const grant = (type: "service" | "batch", name = "ada"): AuthGrant => ({
  policies: [],
  metadata: {},
  displayName: name,
  type,
  alias: { name, metadata: {} },
});
// all of a mount that a login looks at
const MOUNT = { accessor: ACCESSOR } as MountInfo;

test("a batch login of somebody unknown stays without an entity, and is in no service login's way", async (context) => {
  const { identities, settle } = await open(context);
  const nothing = { entityId: "", policies: [], settle: null };
  for (let turn = 0; turn < 2; turn++)
    assert.deepEqual(await identities.login(grant("batch"), MOUNT), nothing);
  const service = await identities.login(grant("service"), MOUNT);
  assert.deepEqual([service?.entityId, service?.policies, typeof service?.settle], ["", null, "function"]);
  const made = await settle({});
  for (const type of ["service", "batch", "batch"] as const)
    assert.deepEqual(await identities.login(grant(type), MOUNT), {
      entityId: made.id,
      policies: [],
      settle: null,
    });
  assert.equal(await identities.login(grant("service"), undefined), null);
  await assert.rejects(identities.login(grant("service", ""), MOUNT), { code: "request.invalid" });
});

test("a disabled entity logs in by no way, and is nobody to a request", async (context) => {
  const { identities, rows, settle, write } = await open(context);
  const refused = { code: "identity.refused" };
  const first = await identities.login(grant("service"), MOUNT);
  const made = await settle({});
  assert.equal((await identities.of({ entityId: made.id }))?.id, made.id);
  assert.equal(await identities.of({ entityId: "" }), null);
  const disabled = { ...made, disabled: true };
  await write((tx) => rows.putEntity(tx, made, disabled));
  for (const type of ["service", "batch"] as const)
    await assert.rejects(identities.login(grant(type), MOUNT), refused);
  await assert.rejects(
    write((tx) => first?.settle?.(tx) ?? ""),
    refused,
    "disabled since it was looked up",
  );
  await assert.rejects(identities.of({ entityId: made.id }), refused);
  await write((tx) => rows.removeEntity(tx, disabled));
  await assert.rejects(identities.of({ entityId: made.id }), refused);
});

test("an entity's policies are its own and those of all groups above, each once; templates say where from", async (context) => {
  const { identities, rows, write, entity, group } = await open(context);
  const top = group({ name: "top", policies: ["c", "a"] });
  const loop = { ...top, parents: [top.id] };
  const mid = group({ name: "mid", policies: null, parents: [top.id, uuid()], metadata: { k: "v" } });
  const one = await entity({ policies: ["b", "a"], groups: [mid.id, uuid()] });
  for (const each of [loop, mid]) await write((tx) => rows.putGroup(tx, null, each));
  await write((tx) => rows.putEntity(tx, null, one));
  const view = await identities.view(one.id);
  assert.deepEqual(
    [view?.policies, view?.directGroups, view?.inheritedGroups],
    [["a", "b", "c"], [mid.id], [top.id]],
  );
  assert.deepEqual(view?.templates.groups, [
    { id: mid.id, name: "mid", metadata: { k: "v" } },
    { id: top.id, name: "top", metadata: {} },
  ]);
  await write((tx) => rows.putGroup(tx, null, group({ name: "unrelated" })));
  assert.equal(await identities.view(one.id), view, "the same object while nothing of it changed");
  await write((tx) => rows.putEntity(tx, one, { ...one, policies: [] }));
  assert.deepEqual(await identities.policies(one.id), ["a", "c"]);
  assert.deepEqual(await identities.policies(""), []);
  assert.equal(await identities.view(uuid()), null);
});

test("only a person is said to stand behind a token", async (context) => {
  const { identities } = await open(context);
  const facts = { iss: "i", sub: "s", aud: "a", iat: 1, exp: 2 } as unknown as Parameters<
    Identities["personOf"]
  >[1];
  const claim = (actor: Caller["actor"]): string | null =>
    identities.personClaim({ actor, principal: "auth_x_1/ada" } as Caller, facts);
  assert.equal(identities.personOf(claim("person"), facts), "auth_x_1/ada");
  assert.deepEqual([claim("machine"), claim("")], [null, null]);
});

test("names of logins are bounded, free names are free", async () => {
  const fits = (name: string, pairs = 0): boolean => {
    try {
      checkAlias({
        name,
        metadata: Object.fromEntries(Array.from({ length: pairs }, (_, n) => [`k${n}`, ""])),
      });
      return true;
    } catch (error) {
      assert.equal((error as { code?: unknown }).code, "request.invalid");
      return false;
    }
  };
  assert.deepEqual(
    [
      fits("a"),
      fits(""),
      fits("a".repeat(MOST.nameBytes)),
      fits("a".repeat(MOST.nameBytes + 1)),
      fits("é".repeat(MOST.nameBytes)),
      fits("a", MOST.pairs),
      fits("a", MOST.pairs + 1),
    ],
    [true, false, true, false, false, true, false],
  );
  let asked = 0;
  const name = await freeName("entity", () => Promise.resolve(++asked < 3));
  assert.match(name, /^entity_[0-9a-f]{8}$/);
  assert.equal(asked, 3);
});
