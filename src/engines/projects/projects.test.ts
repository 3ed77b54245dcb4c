/** `bulkhead/projects/` through the real kernel: declaring, revisions, the lock, what is refused. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { type Answer, type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { kv } from "../kv/index.ts";
import { projects } from "./index.ts";

const manifest = {
  owner: "ml@example.com",
  environments: { dev: { people: true }, prod: { production: true } },
  secrets: { openai: { provider: "openai", purpose: "scores", plain: ["region"] }, hub: { plain: [] } },
  stages: { train: { use: ["openai", "hub"] } },
};

const open = (context: TestContext): Promise<PluginApi> => pluginApi(context, { engines: [kv, projects] });
const AT = "bulkhead/projects/fraud";

test("a project is declared, read, listed and removed", async (context) => {
  const api = await open(context);
  assert.equal((await api.call("LIST", "bulkhead/projects")).status, 404);
  const declaration = { project: "fraud", text: "anything" };
  const written = await api.call("POST", AT, { manifest, declaration, cas: 0 });
  assert.deepEqual(written.get("data"), { revision: 1, updated_time: "2026-01-01T00:00:00.000Z" });
  assert.deepEqual((await api.call("GET", AT)).get("data"), {
    manifest: { ...manifest, name: "fraud" },
    applied: null,
    declaration,
    revision: 1,
    created_time: "2026-01-01T00:00:00.000Z",
    updated_time: "2026-01-01T00:00:00.000Z",
  });
  api.clock.advance(1_000);
  const applied = { policies: ["fraud.train.dev"], roles: ["fraud.train.dev"], digest: "abc" };
  assert.equal((await api.call("POST", AT, { applied, cas: 1 })).get("data.revision"), 2);
  const read = await api.call("GET", AT);
  assert.deepEqual(read.get("data.applied"), { ...applied, time: "2026-01-01T00:00:01.000Z", revision: 2 });
  assert.deepEqual(read.get("data.manifest.owner"), "ml@example.com");
  assert.deepEqual((await api.call("LIST", "bulkhead/projects")).get("data.keys"), ["fraud"]);
  assert.deepEqual(
    (await api.kernel.services.values.projects()).map(({ name }) => name),
    ["fraud"],
  );
  assert.equal((await api.call("DELETE", AT)).status, 204);
  assert.equal((await api.call("GET", AT)).status, 404);
  assert.deepEqual(await api.kernel.services.values.projects(), []);
  assert.equal((await api.call("POST", AT, { manifest, cas: 0 })).get("data.revision"), 3, "revisions go on");
});

test("a stale revision is refused; of many at once one wins", async (context) => {
  const api = await open(context);
  const second = await api.another();
  const put = (from: PluginApi, cas: number): Promise<Answer> => from.call("POST", AT, { manifest, cas });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => put(i % 2 ? api : second, 0)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  const stale = await put(api, 0);
  assert.deepEqual(stale.errors, ["project fraud is at revision 1, not 0"]);
  assert.equal((await api.call("DELETE", `${AT}?cas=7`)).status, 400);
});

test("the lock: one holder, prolonged and given back with its token, over by itself", async (context) => {
  const api = await open(context);
  const taken = await api.call("POST", `${AT}/lock`, { ttl: 60 });
  const token = taken.textAt("data.token");
  assert.equal(taken.get("data.expire_time"), "2026-01-01T00:01:00.000Z");
  const refused = await api.call("POST", `${AT}/lock`, {});
  assert.deepEqual(
    [refused.status, /project fraud is locked by .+ until 2026/.test(refused.errors[0] ?? "")],
    [409, true],
  );
  assert.equal((await api.call("POST", AT, { manifest })).status, 409, "no write past another's lock");
  assert.equal((await api.call("DELETE", AT)).status, 409);
  assert.equal((await api.call("POST", AT, { manifest, lock: "x".repeat(32) })).status, 409);
  assert.equal((await api.call("POST", `${AT}/unlock`, { token: "x".repeat(32) })).status, 409);
  assert.equal((await api.call("POST", AT, { manifest, lock: token })).status, 200);
  api.clock.advance(50_000);
  assert.equal((await api.call("POST", `${AT}/lock`, { ttl: 60, token })).status, 200);
  api.clock.advance(50_000);
  assert.equal((await api.call("POST", AT, { manifest, lock: token })).status, 200, "prolonged");
  api.clock.advance(10_000);
  assert.equal((await api.call("POST", AT, { manifest, lock: token })).status, 409, "over");
  assert.equal(
    (await api.call("POST", `${AT}/lock`, { token })).status,
    409,
    "what ran out is not prolonged",
  );
  const next = (await api.call("POST", `${AT}/lock`, { ttl: "90h" })).textAt("data.token");
  assert.notEqual(next, token);
  assert.equal((await api.call("POST", `${AT}/unlock`, { token: next })).status, 204);
  assert.equal((await api.call("POST", AT, { manifest })).status, 200);
  const second = await api.another();
  const both = await Promise.all([api, second, api, second].map((one) => one.call("POST", `${AT}/lock`, {})));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409, 409, 409]);
});

test("bad names and declarations are refused, nothing is stored", async (context) => {
  const api = await open(context);
  for (const name of ["Fraud", "-x", "a_b", "a".repeat(64), "é", "a.b"])
    assert.equal((await api.call("POST", `bulkhead/projects/${name}`, { manifest })).status, 400, name);
  const bad: [object, RegExp][] = [
    [{}, /nothing to write/],
    [{ manifest: { ...manifest, name: "other" } }, /manifest.name is not fraud/],
    [{ manifest: { ...manifest, environments: { "a/b": {} } } }, /is not a name/],
    [
      { manifest: { ...manifest, environments: { dev: { production: "yes" } } } },
      /environments.dev.production/,
    ],
    [{ manifest: { ...manifest, value: "x" } }, /value/],
    [
      { manifest: { ...manifest, stages: { train: { use: ["nothing"] } } } },
      /uses nothing, which is not declared/,
    ],
    [{ manifest: { ...manifest, stages: { train: { use: ["constructor"] } } } }, /not declared/],
    [{ manifest: "text" }, /manifest/],
    [{ applied: { policies: [], roles: [] } }, /needs its manifest/],
    [{ manifest, applied: { policies: "x", roles: [] } }, /applied.policies/],
    [{ manifest, declaration: [1] }, /declaration must be an object/],
  ];
  for (const [body, text] of bad) {
    const answer = await api.call("POST", AT, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.errors[0] ?? "", text);
  }
  for (const name of ["__proto__", "constructor", "prototype"])
    for (const [part, entry] of [
      ["environments", "{}"],
      ["secrets", `{"owner":"x"}`],
      ["stages", `{"use":[]}`],
    ]) {
      const parts = {
        environments: "{}",
        secrets: "{}",
        stages: "{}",
        [String(part)]: `{"${name}":${entry}}`,
      };
      const text = Object.entries(parts).map(([key, value]) => `"${key}":${value}`);
      const answer = await api.call("POST", AT, `{"manifest":{${text.join(",")}}}`);
      assert.deepEqual([answer.status, answer.errors[0]?.endsWith(`${name} cannot be a name`)], [400, true]);
    }
  assert.equal((await api.call("GET", AT)).status, 404);
  assert.equal(({} as { owner?: string }).owner, undefined);
});

test("a declaration that two environments' stored values contradict is refused whole", async (context) => {
  const api = await open(context);
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  const value = fake("sk-", 30);
  for (const environment of ["dev", "prod"])
    await api.call("POST", `secret/data/fraud/${environment}/openai`, { data: { value } });
  const refused = await api.call("POST", AT, { manifest });
  assert.equal(refused.status, 400);
  assert.ok(!refused.text.includes(value));
  assert.equal((await api.call("GET", AT)).status, 404);
});

test("what another manager gave counts for one environment, by its hash, also against what is stored here", async (context) => {
  const api = await open(context);
  await api.call("POST", AT, { manifest });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv", options: { version: "2" } });
  const [value, stored] = [fake("sk-", 30), fake("sk-", 30)];
  const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
  const note = (environment: string, text: string, secret = "openai", field = "value"): Promise<Answer> =>
    api.call("POST", `${AT}/resolved`, { environment, secret, sha256: { [field]: hash(text) } });
  assert.equal((await note("dev", value)).status, 204);
  assert.equal((await note("dev", value)).status, 204, "again");
  const second = await note("prod", value);
  assert.equal(second.status, 400);
  assert.match(second.errors.join(), /fraud\/dev\/openai/);
  assert.equal((await note("prod", value, "openai", "region")).status, 204, "a plain field is no secret");
  const kept = await api.call("POST", "secret/data/fraud/prod/hub", { data: { value } });
  assert.equal(kept.status, 400, "nor is it stored in the other one");
  assert.equal(
    (await api.call("POST", "secret/data/fraud/prod/hub", { data: { value: stored } })).status,
    200,
  );
  assert.equal((await note("dev", stored)).status, 400);
  assert.equal((await note("dev", fake("sk-", 30))).status, 204, "rotated there");
  assert.equal((await note("prod", value)).status, 204, "what is not in use any more is free");
  for (const bad of [{ environment: "../x" }, { secret: "A" }, { sha256: { value: "zz" } }]) {
    const body = { environment: "dev", secret: "openai", sha256: { value: hash("x") }, ...bad };
    assert.equal((await api.call("POST", `${AT}/resolved`, body)).status, 400, JSON.stringify(bad));
  }
});

test("a list with declarations gives what each project declares", async (context) => {
  const api = await pluginApi(context, { engines: [projects] });
  const declaration = { project: "fraud", secrets: [{ name: "a\u202e", owner: "x" }] };
  const manifest = { environments: { dev: {} }, secrets: {}, stages: {} };
  await api.call("POST", "bulkhead/projects/fraud", { manifest, declaration });
  await api.call("POST", "bulkhead/projects/bare", { manifest });
  const info = (await api.call("LIST", "bulkhead/projects?declarations=true")).get("data.key_info");
  assert.deepEqual(info, {
    bare: { declaration: null, revision: 1 },
    fraud: { declaration, revision: 1 },
  });
  assert.equal((await api.call("LIST", "bulkhead/projects")).get("data.key_info"), undefined);
});
