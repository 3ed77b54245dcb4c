/**
 * Approvals at their bounds: who counts as another person, how many are enough, and what is left behind. The cases of people stand in
 * test/acceptance/people-and-machines.test.ts.
 */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type Answer, type PluginApi, pluginApi } from "../../test/support/plugin-api.ts";
import { approle } from "../auth/approle/index.ts";
import type { Caller } from "./plugin.ts";

const HOUR = 3_600_000;
const ROLE = "auth/approle/role/deploy";

interface World {
  readonly api: PluginApi;
  role(fields: object): Promise<void>;
  login(metadata?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The id of the only request there is. */
  asked(): Promise<string>;
}

/** Somebody who has logged in somewhere. */
const person = (name: string, mount = "people"): Caller =>
  ({
    ...{ actor: "person", principal: `${mount}/${name}`, displayName: name, entityId: `entity-${name}` },
    ...{ type: "service", root: false },
  }) as Caller;

async function world(context: TestContext): Promise<World> {
  const api = await pluginApi(context, { engines: [], authMethods: [approle] });
  const { mounts, approvals } = api.kernel.services;
  await mounts.mount("auth", "approle/", { type: "approle" });
  return {
    api,
    role: async (fields) => assert.equal((await api.call("POST", ROLE, fields)).status, 204),
    login: async (metadata = {}) => {
      const role_id = (await api.call("GET", `${ROLE}/role-id`)).textAt("data.role_id");
      const made = await api.call("POST", `${ROLE}/secret-id`, { metadata: JSON.stringify(metadata) });
      const secret_id = made.textAt("data.secret_id");
      return await api.call("POST", "auth/approle/login", { role_id, secret_id }, { token: "" });
    },
    asked: async () => {
      const [request, ...more] = await approvals.list();
      assert.ok(request !== undefined && more.length === 0);
      return request.id;
    },
  };
}

test("as many people as the role asks for now, and none of them twice under another name", async (context) => {
  const { api, role, login, asked } = await world(context);
  const { approvals } = api.kernel.services;
  await role({ token_approvals: 2 });
  assert.equal((await login()).status, 403);
  const id = await asked();
  const [grace, alan] = [person("grace"), person("alan")];
  const second = { ...person("hopper", "others"), entityId: grace.entityId };
  assert.equal((await approvals.approve(id, grace)).state, "waiting");
  for (const again of [grace, second, { ...grace, entityId: "" }])
    await assert.rejects(approvals.approve(id, again), { code: "approval.twice" });
  assert.equal((await login()).status, 403, "one is not enough");
  assert.equal((await approvals.approve(id, alan)).state, "approved");
  await role({ token_approvals: 3 });
  assert.equal((await login()).status, 403, "two are not what the role asks for since");
  assert.equal((await approvals.approve(id, person("edsger"))).state, "approved");
  assert.equal((await login()).status, 200);
});

test("nobody agrees whom nobody knows, nor for himself under any of his names", async (context) => {
  const { api, role, login, asked } = await world(context);
  const { approvals } = api.kernel.services;
  await role({ token_approvals: 1 });
  const ada = person("ada");
  await login({ actor: "ADA" });
  const id = await asked();
  await assert.rejects(approvals.approve(id, ada), { code: "approval.own" });
  const grace = person("grace");
  await assert.rejects(approvals.approve(id, { ...grace, principal: "" }), { code: "approval.no-person" });
  await assert.rejects(approvals.approve(id, { ...grace, actor: "machine" }), { code: "approval.no-person" });
  await assert.rejects(approvals.approve(id, { ...grace, actor: "" }), { code: "approval.no-person" });
  for (const unknown of ["none", "", "x/y", `${id}x`])
    await assert.rejects(approvals.approve(unknown, grace), { code: "approval.unknown" });
  assert.equal((await login({ actor: "ADA" })).status, 403, "none of these counted");
  await approvals.approve(id, grace);
  assert.equal((await login({ actor: "ADA" })).status, 200, "the control");
});

test("a request stands for its hour, in its project's place, and leaves nothing behind", async (context) => {
  const { api, role, login, asked } = await world(context);
  const { approvals } = api.kernel.services;
  await role({ token_approvals: 1 });
  const grace = person("grace");
  const places: [Record<string, string>, string][] = [
    [{ project: "fraud", environment: "prod" }, "fraud/prod"],
    [{ project: "a/b", environment: "" }, "-/-"],
    [{ project: "x".repeat(65) }, "-/-"],
    [{}, "-/-"],
  ];
  for (const [metadata, place] of places) {
    const refused = await login(metadata);
    assert.ok(refused.text.includes(`${place}/`), refused.text);
    await approvals.approve(await asked(), grace);
    assert.equal((await login(metadata)).status, 200);
    assert.deepEqual(await api.rows("core/approval/"), [], "used up");
  }
  await login();
  const id = await asked();
  api.clock.advance(HOUR - 1);
  await api.kernel.tidy();
  assert.equal((await approvals.get(id))?.id, id);
  api.clock.advance(1);
  assert.equal(await approvals.get(id), null);
  await assert.rejects(approvals.approve(id, grace), { code: "approval.unknown" });
  assert.equal((await api.rows("core/approval/")).length, 3);
  await api.kernel.tidy();
  assert.deepEqual(await api.rows("core/approval/"), []);
});
