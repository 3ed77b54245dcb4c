/** Entities and groups through the real kernel: what logins make of them, what they grant, and every way to get more by them. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { type Answer, type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { authMethods } from "../../auth/index.ts";
import { kv } from "../kv/index.ts";
import { sys } from "../sys/index.ts";
import { identity } from "./index.ts";

const DENIED = ["1 error occurred:\n\t* permission denied\n\n"];
const REFUSED = { status: 403, errors: ["permission denied"] };
const outcome = ({ status, errors }: Answer) => ({ status, errors });

interface Setup extends PluginApi {
  readonly accessor: string;
  login(name: string): Promise<Answer>;
}

const password = fake("pw-", 20);

async function open(context: TestContext): Promise<Setup> {
  const api = await pluginApi(context, { engines: [kv, sys, identity], authMethods });
  const { mounts, policies } = api.kernel.services;
  const mount = await mounts.mount("auth", "people/", { type: "userpass" });
  await mounts.mount("secret", "secret/", { type: "kv", options: { version: "1" } });
  await policies.put("reader", 'path "secret/shared" { capabilities = ["read"] }');
  await api.call("POST", "secret/shared", { a: "b" });
  return setup(api, mount.accessor);
}

const setup = (api: PluginApi, accessor: string): Setup => ({
  ...api,
  accessor,
  login: async (name) => {
    await api.call("POST", `auth/people/users/${name}`, { password });
    return await api.call("POST", `auth/people/login/${name}`, { password }, { token: "" });
  },
});

const as = (answer: Answer): { token: string } => ({ token: answer.textAt("auth.client_token") });
const idOf = (answer: Answer): string => answer.textAt("auth.entity_id");

test("who logs in first gets an entity, and has it ever after; each name its own", async (context) => {
  const api = await open(context);
  const [first, again, other] = [await api.login("ada"), await api.login("ada"), await api.login("bob")];
  assert.equal(idOf(first), idOf(again));
  assert.notEqual(idOf(first), idOf(other));
  const shown = await api.call("GET", `identity/entity/id/${idOf(first)}`, undefined, as(first));
  assert.equal(shown.get("data.aliases.0.name"), "ada", "the default policy lets one see oneself");
  assert.equal(shown.get("data.aliases.0.mount_accessor"), api.accessor);
  const others = await api.call("GET", `identity/entity/id/${idOf(other)}`, undefined, as(first));
  assert.deepEqual(outcome(others), { status: 403, errors: DENIED });
});

test("many first logins of one name at once, in two processes, make one entity", async (context) => {
  const api = await open(context);
  const second = setup(await api.another(), api.accessor);
  await api.call("POST", "auth/people/users/ada", { password });
  const logins = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      (i % 2 ? api : second).call("POST", "auth/people/login/ada", { password }, { token: "" }),
    ),
  );
  assert.equal(new Set(logins.map(idOf)).size, 1);
  assert.equal(((await api.call("LIST", "identity/entity/id")).get("data.keys") as string[]).length, 1);
});

test("policies of an entity and of its groups hold at the next request, in every process", async (context) => {
  const api = await open(context);
  const other = await api.another();
  const ada = await api.login("ada");
  const read = (at: PluginApi = api) => at.call("GET", "secret/shared", undefined, as(ada));
  assert.equal((await read()).status, 403);
  await api.call("POST", `identity/entity/id/${idOf(ada)}`, { policies: ["reader"] });
  assert.equal((await read(other)).status, 200);
  assert.equal((await read()).status, 200);
  await other.call("POST", `identity/entity/id/${idOf(ada)}`, { policies: [] });
  assert.equal((await read()).status, 403);
  const inner = await api.call("POST", "identity/group", { member_entity_ids: [idOf(ada)] });
  const outer = await api.call("POST", "identity/group", {
    policies: ["reader"],
    member_group_ids: [inner.textAt("data.id")],
  });
  assert.equal((await read(other)).status, 200, "through a group in a group");
  const self = await other.call("GET", "auth/token/lookup-self", undefined, as(ada));
  assert.deepEqual(self.get("data.identity_policies"), ["reader"]);
  assert.deepEqual(self.get("data.policies"), ["default"]);
  await other.call("DELETE", `identity/group/id/${outer.textAt("data.id")}`);
  assert.equal((await read()).status, 403);
});

test("a disabled or deleted entity's tokens are refused at once, with all that they made", async (context) => {
  const api = await open(context);
  const other = await api.another();
  await api.kernel.services.policies.put("maker", 'path "auth/token/create" { capabilities = ["update"] }');
  const ada = await api.login("ada");
  const entity = `identity/entity/id/${idOf(ada)}`;
  await api.call("POST", entity, { policies: ["maker"] });
  const child = await api.call("POST", "auth/token/create", {}, as(ada));
  const batch = await api.call("POST", "auth/token/create", { type: "batch" }, as(ada));
  assert.deepEqual([idOf(child), idOf(batch)], [idOf(ada), idOf(ada)]);
  const all = async (status: number): Promise<void> => {
    for (const at of [other, api])
      for (const holder of [ada, child, batch]) {
        const answer = await at.call("GET", "auth/token/lookup-self", undefined, as(holder));
        assert.equal(answer.status, status);
        if (status === 403) assert.deepEqual(outcome(answer), REFUSED);
      }
  };
  await all(200);
  await api.call("POST", entity, { disabled: true });
  await all(403);
  const help = await api.call("GET", "secret/shared?help=1", undefined, as(ada));
  assert.equal(help.status, 403, "not even help");
  assert.deepEqual(outcome(await api.login("ada")), REFUSED);
  const asked = await api.call("POST", "sys/capabilities", {
    token: as(ada).token,
    paths: ["auth/token/lookup-self"],
  });
  assert.deepEqual(asked.get("capabilities"), ["deny"]);
  await api.call("POST", entity, { disabled: false });
  await all(200);
  await api.call("DELETE", entity);
  await all(403);
  assert.notEqual(idOf(await api.login("ada")), idOf(ada), "a new login is someone new");
  await all(403);
});

test("merged entities keep their tokens; a disabled one does not come back by a merge", async (context) => {
  const api = await open(context);
  const [ada, bob] = [await api.login("ada"), await api.login("bob")];
  const first = (await api.call("GET", `identity/entity/id/${idOf(bob)}`)).textAt("data.aliases.0.id");
  const merge = { from_entity_ids: [idOf(bob)], to_entity_id: idOf(ada) };
  assert.equal((await api.call("POST", "identity/entity/merge", merge)).status, 400, "one mount, two names");
  const keep = { ...merge, conflicting_alias_ids_to_keep: [first] };
  await api.call("POST", `identity/entity/id/${idOf(bob)}`, { disabled: true });
  assert.equal((await api.call("POST", "identity/entity/merge", keep)).status, 204);
  for (const holder of [ada, bob])
    assert.equal((await api.call("GET", "auth/token/lookup-self", undefined, as(holder))).status, 403);
  await api.call("POST", `identity/entity/id/${idOf(ada)}`, { disabled: false });
  for (const holder of [ada, bob])
    assert.equal((await api.call("GET", "auth/token/lookup-self", undefined, as(holder))).status, 200);
  assert.equal(idOf(await api.login("bob")), idOf(ada));
});

test("templates name the caller, and no value widens them", async (context) => {
  const api = await open(context);
  await api.kernel.services.policies.put(
    "own",
    [
      'path "secret/{{identity.entity.id}}/x" { capabilities = ["create", "update", "read"] }',
      'path "secret/team/{{identity.entity.metadata.team}}/x" { capabilities = ["create", "update", "read"] }',
      `path "secret/name/{{identity.entity.aliases.${api.accessor}.name}}" { capabilities = ["create", "update"] }`,
    ].join("\n"),
  );
  const ada = await api.login("ada");
  const write = async (path: string): Promise<number> =>
    (await api.call("POST", `secret/${path}`, { a: "b" }, as(ada))).status;
  await api.call("POST", `identity/entity/id/${idOf(ada)}`, { policies: ["own"] });
  assert.equal(await write(`${idOf(ada)}/x`), 204);
  assert.equal(await write("name/ada"), 204);
  assert.equal(await write("name/bob"), 403);
  assert.equal(await write("team/red/x"), 403, "no such metadata: the path is dropped, the others stay");
  await api.call("POST", `identity/entity/id/${idOf(ada)}`, { metadata: { team: "red" } });
  assert.equal(await write("team/red/x"), 204);
  assert.equal(await write("team/blue/x"), 403);
  for (const team of ["*", "+", "../", "a/b", "red/x*", "..", "r*d", "{{identity.entity.id}}", "+/x"]) {
    await api.call("POST", `identity/entity/id/${idOf(ada)}`, { metadata: { team } });
    for (const path of ["team/red/x", "team/a/b/x", "team/blue/x", "shared", "team/red/x/deeper"])
      assert.equal(await write(path), 403, `${team} opens ${path}`);
  }
  const group = await api.call("POST", "identity/group", { name: "Red", member_entity_ids: [idOf(ada)] });
  await api.kernel.services.policies.put(
    "own",
    `path "secret/g/{{identity.groups.ids.${group.textAt("data.id")}.name}}" { capabilities = ["create"] }
     path "secret/h/{{identity.groups.names.Red.id}}" { capabilities = ["create"] }`,
  );
  await api.call("POST", `identity/entity/id/${idOf(ada)}`, { metadata: {} });
  assert.equal(await write("g/Red"), 204);
  assert.equal(await write(`h/${group.textAt("data.id")}`), 204);
  await api.call("POST", `identity/group/id/${group.textAt("data.id")}`, { member_entity_ids: [] });
  assert.equal(await write("g/Red"), 403, "no member, no path");
});

test("one entity's list of rules is never another's", async (context) => {
  const api = await open(context);
  await api.kernel.services.policies.put(
    "own",
    'path "secret/{{identity.entity.name}}" { capabilities = ["create", "update"] }',
  );
  const [ada, bob] = [await api.login("ada"), await api.login("bob")];
  for (const [name, holder] of [
    ["ada", ada],
    ["bob", bob],
  ] as const)
    await api.call("POST", `identity/entity/id/${idOf(holder)}`, { name, policies: ["own"] });
  for (let turn = 0; turn < 3; turn++)
    for (const [name, holder] of [
      ["ada", ada],
      ["bob", bob],
    ] as const)
      for (const asked of ["ada", "bob"]) {
        const { status } = await api.call("POST", `secret/${asked}`, { a: "b" }, as(holder));
        assert.equal(status, asked === name ? 204 : 403);
      }
  // a name that changes hands takes the path along
  await api.call("POST", `identity/entity/id/${idOf(ada)}`, { name: "eve" });
  await api.call("POST", `identity/entity/id/${idOf(bob)}`, { name: "ada" });
  assert.equal((await api.call("POST", "secret/ada", { a: "b" }, as(ada))).status, 403);
  assert.equal((await api.call("POST", "secret/ada", { a: "b" }, as(bob))).status, 204);
});

test("names that no template could hold are refused, and metadata is bounded", async (context) => {
  const api = await open(context);
  for (const name of ["a/b", "*", "x*", "+", "a\nb", "x".repeat(513)])
    for (const kind of ["entity", "group"])
      assert.equal((await api.call("POST", `identity/${kind}`, { name })).status, 400, name);
  const pairs = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]));
  for (const metadata of [
    pairs(65),
    { ["k".repeat(129)]: "v" },
    { k: "v".repeat(513) },
    { "": "v" },
    "x",
    { k: {} },
  ])
    assert.equal((await api.call("POST", "identity/entity", { metadata })).status, 400);
  assert.equal((await api.call("POST", "identity/entity", { metadata: pairs(64) })).status, 200);
  const many = Array.from({ length: 257 }, (_, i) => `p${i}`);
  assert.equal((await api.call("POST", "identity/group", { policies: many })).status, 400);
  for (const policies of [["root"], ["ROOT"], [" root "]])
    for (const kind of ["entity", "group"])
      assert.deepEqual((await api.call("POST", `identity/${kind}`, { policies })).errors, [
        "policies cannot contain root",
      ]);
});

test("groups never form a circle, whoever links them", { timeout: 120_000 }, async (context) => {
  const api = await open(context);
  const ids: string[] = [];
  for (let i = 0; i < 6; i++) ids.push((await api.call("POST", "identity/group", {})).textAt("data.id"));
  const link = fc.tuple(fc.nat(5), fc.uniqueArray(fc.nat(5), { maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(fc.array(link, { maxLength: 8 }), async (links) => {
      await Promise.all(
        links.map(([parent, children]) =>
          api.call("POST", `identity/group/id/${ids[parent]}`, {
            member_group_ids: children.map((child) => ids[child]),
          }),
        ),
      );
      const below = new Map<string, readonly string[]>();
      for (const id of ids) {
        const group = await api.call("GET", `identity/group/id/${id}`);
        below.set(id, (group.get("data.member_group_ids") ?? []) as string[]);
        for (const child of below.get(id) ?? []) {
          const parents = (await api.call("GET", `identity/group/id/${child}`)).get("data.parent_group_ids");
          assert.ok((parents as string[]).includes(id), "both ends of a link agree");
        }
      }
      const reaches = (from: string, to: string, depth = 0): boolean =>
        depth < 7 && (below.get(from) ?? []).some((id) => id === to || reaches(id, to, depth + 1));
      for (const id of ids) assert.ok(!reaches(id, id));
    }),
    { numRuns: 15 },
  );
});

test("a login's groups are exactly those that it vouches for", async (context) => {
  const api = await open(context);
  const { tokens, mounts, identity: identities } = api.kernel.services;
  const mount = await mounts.find("auth/people/");
  assert.ok(mount);
  const group = async (name: string, alias: string): Promise<string> => {
    const made = await api.call("POST", "identity/group", { name, type: "external", policies: [name] });
    const id = made.textAt("data.id");
    const body = { name: alias, mount_accessor: api.accessor, canonical_id: id };
    assert.equal((await api.call("POST", "identity/group-alias", body)).status, 200);
    return id;
  };
  await group("devs", "idp-devs");
  await group("admins", "idp-admins");
  const login = async (groups: readonly string[] | undefined, type: "service" | "batch" = "service") => {
    const alias = { name: "ada", metadata: {}, ...(groups && { groups }) };
    const grant = { policies: [], metadata: {}, displayName: "ada", alias, type, renewable: false };
    const minted = await tokens.issue(grant, { path: "auth/people/login", parent: null, mount });
    return { id: minted.entityId, policies: minted.identityPolicies };
  };
  const first = await login(["idp-devs", "unknown"]);
  assert.deepEqual(first.policies, ["devs"]);
  const own = await api.call("POST", "identity/group", { policies: ["own"], member_entity_ids: [first.id] });
  assert.deepEqual((await login(["idp-devs", "idp-admins"])).policies, ["admins", "devs", "own"]);
  assert.deepEqual(
    (await login(["idp-admins"], "batch")).policies,
    ["admins", "own"],
    "batch logins as well",
  );
  const devs = (await api.call("GET", "identity/group/name/devs")).textAt("data.alias.id");
  assert.deepEqual((await login(["idp-devs"])).policies, ["devs", "own"]);
  await api.call("POST", `identity/group-alias/id/${devs}`, { name: "others" });
  assert.deepEqual((await identities.view(first.id))?.policies, ["own"], "nobody vouched for the new name");
  await api.call("POST", `identity/group-alias/id/${devs}`, { name: "idp-devs" });
  assert.deepEqual((await login(["idp-devs"])).policies, ["devs", "own"]);
  await api.call("DELETE", `identity/group-alias/id/${devs}`);
  assert.deepEqual((await identities.view(first.id))?.policies, ["own"], "no alias, no members");
  assert.deepEqual((await login(undefined)).policies, ["own"], "says nothing: vouches for nothing");
  assert.equal((await identities.view(first.id))?.policies.length, 1);
  await api.call("POST", `identity/group/id/${own.textAt("data.id")}`, { member_entity_ids: [] });
  assert.deepEqual((await login([])).policies, []);
});

test("no name stands in the store's keys, and deleting leaves no row behind", async (context) => {
  const api = await open(context);
  const rows = async (): Promise<string[]> =>
    (await api.rows("logical/builtin-")).filter((key) => !key.endsWith("/stamp"));
  const before = await rows();
  const ada = await api.login("ada-lovelace");
  await api.call("POST", "identity/group", { name: "engine-group", member_entity_ids: [idOf(ada)] });
  await api.call("POST", "identity/group", { name: "outer-group", type: "external" });
  await api.call("POST", "identity/group-alias", { name: "outer-alias", mount_accessor: api.accessor });
  for (const key of await rows()) assert.doesNotMatch(key, /ada-|lovelace|engine|outer/);
  await api.call("DELETE", "identity/group/name/engine-group");
  assert.deepEqual(
    (await rows()).filter((key) => key.includes("/member/")),
    [],
  );
  await api.call("DELETE", `identity/entity/id/${idOf(ada)}`);
  for (const name of ((await api.call("LIST", "identity/group/name")).get("data.keys") as string[]) ?? [])
    await api.call("DELETE", `identity/group/name/${name}`);
  assert.deepEqual(await rows(), before);
});

test("an operator of names cannot look beyond them by odd ids", async (context) => {
  const api = await open(context);
  for (const id of ["..", "%2e%2e", "stamp", "../stamp", "x".repeat(36), "-".repeat(36), "\u0000"])
    for (const path of ["entity/id", "group/id", "entity-alias/id", "group-alias/id"]) {
      const { status } = await api.call("GET", `identity/${path}/${id}`);
      assert.ok([400, 404].includes(status), `${path} ${id}: ${status}`);
    }
  for (const id of ["a\u0000b", "x".repeat(2_000)]) {
    assert.equal((await api.call("POST", "identity/lookup/entity", { id })).status, 204);
    assert.equal((await api.call("POST", "identity/group", { member_entity_ids: [id] })).status, 400);
    assert.equal((await api.call("POST", "identity/entity", { id })).status, 400);
  }
});
