/** `bulkhead/runs/` through the real kernel: a run's life, paging, and the revocation of what it was given. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { runs } from "./index.ts";

const open = (context: TestContext): Promise<PluginApi> => pluginApi(context, { engines: [runs] });
const stage = { project: "fraud", stage: "train", environment: "dev" };

async function start(api: PluginApi, more: object = {}): Promise<string> {
  return (await api.call("POST", "bulkhead/runs", { ...stage, ...more })).textAt("data.id");
}

/** A token of a run; the returned function tells whether it still works. */
async function tokenOf(api: PluginApi, metadata: Record<string, string>): Promise<() => Promise<boolean>> {
  const minted = await api.kernel.services.tokens.issue(
    { policies: ["reader"], metadata, displayName: "approle" },
    { path: "auth/approle/login", parent: null },
  );
  const token = minted.token?.revealText() ?? "";
  await api.kernel.services.policies.put("reader", 'path "bulkhead/runs/*" { capabilities = ["read"] }');
  return async () => (await api.call("GET", "bulkhead/runs/none", undefined, { token })).status === 404;
}

test("a run starts, is read, and ends once; its tokens end with it", async (context) => {
  const api = await open(context);
  const created = await api.call("POST", "bulkhead/runs", {
    ...stage,
    commit: "c0ffee",
    actor: "ada",
    host: "box",
    pid: 42,
    ttl: "1h",
  });
  const id = created.textAt("data.id");
  assert.match(id, /^[0-9a-f]{32}$/);
  const read = await api.call("GET", `bulkhead/runs/${id}`);
  assert.deepEqual(read.get("data"), {
    id,
    ...stage,
    commit: "c0ffee",
    actor: "ada",
    host: "box",
    pid: 42,
    state: "running",
    created_time: "2026-01-01T00:00:00.000Z",
    expire_time: "2026-01-01T01:00:00.000Z",
    end_time: null,
    exit_code: null,
    isolation: null,
    masks: null,
    receipt: null,
    leaks: null,
  });
  const [mine, other] = [await tokenOf(api, { run: id }), await tokenOf(api, { run: "0".repeat(32) })];
  assert.deepEqual([await mine(), await other()], [true, true]);
  const ended = await api.call("POST", `bulkhead/runs/${id}/end`, {
    exit_code: 3,
    isolation: "sandbox",
    masks: 2,
  });
  assert.deepEqual(
    ["state", "exit_code", "isolation", "masks", "revoked_tokens"].map((name) => ended.get(`data.${name}`)),
    ["ended", 3, "sandbox", 2, 1],
  );
  assert.deepEqual([await mine(), await other()], [false, true]);
  const again = await api.call("POST", `bulkhead/runs/${id}/end`, { exit_code: 0 });
  assert.deepEqual([again.status, again.errors[0]], [400, `run ${id} is over (ended)`]);
  assert.equal((await api.call("GET", `bulkhead/runs/${id}`)).get("data.exit_code"), 3);
});

test("a run, a stage, an environment is revoked at once", async (context) => {
  const api = await open(context);
  const id = await start(api);
  const byRun = await tokenOf(api, { run: id });
  const train = await tokenOf(api, stage);
  const serve = await tokenOf(api, { ...stage, stage: "serve" });
  const prod = await tokenOf(api, { ...stage, environment: "prod" });
  const foreign = await tokenOf(api, { ...stage, project: "other" });
  const state = async (): Promise<boolean[]> => {
    const states: boolean[] = [];
    for (const works of [byRun, train, serve, prod, foreign]) states.push(await works());
    return states;
  };
  const revoked = await api.call("POST", `bulkhead/runs/${id}/revoke`);
  assert.deepEqual([revoked.get("data.state"), revoked.get("data.revoked_tokens")], ["revoked", 1]);
  assert.deepEqual(await state(), [false, true, true, true, true]);
  assert.equal((await api.call("POST", `bulkhead/runs/${id}/revoke`)).status, 200, "again: nothing changes");
  const late = await api.call("POST", `bulkhead/runs/${id}/end`, { exit_code: 143 });
  assert.deepEqual([late.get("data.state"), late.get("data.exit_code")], ["revoked", 143]);
  assert.equal((await api.call("POST", "bulkhead/runs/revoke", stage)).get("data.revoked_tokens"), 1);
  assert.deepEqual(await state(), [false, false, true, true, true]);
  await api.call("POST", "bulkhead/runs/revoke", { project: "fraud", environment: "dev" });
  assert.deepEqual(await state(), [false, false, false, true, true]);
  for (const body of [{}, { stage: "train" }, { project: "" }])
    assert.equal((await api.call("POST", "bulkhead/runs/revoke", body)).status, 400);
  assert.deepEqual(await state(), [false, false, false, true, true], "nothing without a project");
});

test("what outlived its time is swept: at the next start, or when asked", async (context) => {
  const api = await open(context);
  const [short, long, endless] = [
    await start(api, { ttl: "1m" }),
    await start(api, { ttl: "1h" }),
    await start(api),
  ];
  const works = await Promise.all([short, long, endless].map((run) => tokenOf(api, { run })));
  const states = async (): Promise<unknown[]> =>
    await Promise.all(
      [short, long, endless].map(async (id) =>
        (await api.call("GET", `bulkhead/runs/${id}`)).get("data.state"),
      ),
    );
  api.clock.advance(60_000);
  await start(api);
  assert.deepEqual(await states(), ["expired", "running", "running"]);
  assert.deepEqual(await Promise.all(works.map((one) => one())), [false, true, true]);
  api.clock.advance(3_600_000);
  assert.deepEqual((await api.call("POST", "bulkhead/runs/tidy")).get("data"), {
    runs: 1,
    revoked_tokens: 1,
  });
  assert.deepEqual(await states(), ["expired", "expired", "running"]);
  assert.deepEqual((await api.call("POST", "bulkhead/runs/tidy")).get("data"), {
    runs: 0,
    revoked_tokens: 0,
  });
  const last = await start(api, { ttl: "1m" });
  const works4 = await tokenOf(api, { run: last });
  api.clock.advance(60_000);
  await api.kernel.tidy();
  assert.equal(await works4(), false, "the kernel's own tidying sweeps too");
});

test("listed newest first, by page, by stage", async (context) => {
  const api = await open(context);
  assert.equal((await api.call("LIST", "bulkhead/runs")).status, 404);
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) {
    ids.unshift(await start(api, { stage: n % 2 ? "train" : "serve" }));
    api.clock.advance(1_000);
  }
  const all = await api.call("LIST", "bulkhead/runs");
  assert.deepEqual([all.get("data.keys"), all.get("data.next")], [ids, null]);
  assert.equal(all.get(`data.key_info.${ids[0] ?? ""}.stage`), "serve");
  const first = await api.call("GET", "bulkhead/runs?list=true&limit=3");
  assert.deepEqual(first.get("data.keys"), ids.slice(0, 3));
  assert.equal(first.get("data.next"), ids[2]);
  const rest = await api.call("GET", `bulkhead/runs?list=true&limit=4&after=${ids[2] ?? ""}`);
  assert.deepEqual([rest.get("data.keys"), rest.get("data.next")], [ids.slice(3), null]);
  const train = await api.call("GET", "bulkhead/runs?list=true&stage=train&project=fraud");
  assert.deepEqual(
    train.get("data.keys"),
    ids.filter((_, index) => index % 2 === 1),
  );
  assert.equal((await api.call("GET", "bulkhead/runs?list=true&after=../x")).status, 400);
});

test("unknown and impossible ids, too long texts", async (context) => {
  const api = await open(context);
  for (const id of ["0".repeat(32), "x", "..%2f", "A".repeat(32)]) {
    assert.equal((await api.call("GET", `bulkhead/runs/${id}`)).status, 404, id);
    assert.equal((await api.call("POST", `bulkhead/runs/${id}/end`, { exit_code: 0 })).status, 404, id);
    assert.equal((await api.call("POST", `bulkhead/runs/${id}/revoke`)).status, 404, id);
  }
  assert.equal((await api.call("POST", "bulkhead/runs", { ...stage, actor: "x".repeat(513) })).status, 400);
  assert.equal((await api.call("POST", "bulkhead/runs", { ...stage, pid: "many" })).status, 400);
  assert.equal((await api.call("POST", "bulkhead/runs", { ...stage, ttl: "soon" })).status, 400);
});

test("a stage's own token records its run as its role says, ends that one alone, and is revoked with it", async (context) => {
  const api = await open(context);
  await api.kernel.services.policies.put(
    "own",
    'path "bulkhead/runs/self*" { capabilities = ["create", "update"] }',
  );
  const made = async (metadata: Record<string, string>): Promise<string> => {
    const minted = await api.kernel.services.tokens.issue(
      { policies: ["own"], metadata, displayName: "github-acme" },
      { path: "auth/github/login", parent: null },
    );
    return minted.token?.revealText() ?? "";
  };
  const [mine, other, nobody] = [await made(stage), await made(stage), await made({ project: "fraud" })];
  const sent = { stage: "serve", environment: "prod", commit: "c0ffee" };
  const begun = await api.call("POST", "bulkhead/runs/self", sent, { token: mine });
  const id = begun.textAt("data.id");
  assert.deepEqual(
    ["project", "stage", "environment", "actor", "commit", "state"].map((name) => begun.get(`data.${name}`)),
    ["fraud", "train", "dev", "github-acme", "c0ffee", "running"],
  );
  assert.equal((await api.call("POST", "bulkhead/runs/self", {}, { token: nobody })).status, 400);
  const strange = await api.call("POST", "bulkhead/runs/self/end", { id, exit_code: 0 }, { token: other });
  assert.notEqual(strange.status, 200, "another token of the same stage");
  const plain = await start(api);
  assert.notEqual(
    (await api.call("POST", "bulkhead/runs/self/end", { id: plain }, { token: mine })).status,
    200,
  );
  const ended = await api.call("POST", "bulkhead/runs/self/end", { id, exit_code: 4 }, { token: mine });
  assert.deepEqual([ended.get("data.state"), ended.get("data.exit_code")], ["ended", 4]);
  const next = (await api.call("POST", "bulkhead/runs/self", {}, { token: mine })).textAt("data.id");
  assert.equal((await api.call("POST", `bulkhead/runs/${next}/revoke`, {})).get("data.revoked_tokens"), 1);
  assert.equal((await api.call("POST", "bulkhead/runs/self", {}, { token: mine })).status, 403);
});
