/** `bulkhead/rotations/` through the real kernel against a provider with state. (From the command line: test/cli/rotate.test.ts.) */
import assert from "node:assert/strict";
import test from "node:test";
import type { Ask, Fault } from "../../../test/support/key-server.ts";
import { vendors } from "../../../test/support/key-vendors.ts";
import { long } from "../../../test/support/scale.ts";
import { AT, type RotationApi, rotationApi } from "../../../test/support/rotation-api.ts";

test("a key is replaced through all steps: made, verified, promoted, and after the grace period the old one is dead", async (t) => {
  const api = await rotationApi(t);
  const old = await api.current();
  const id = await api.begin({ reason: "test" });
  const waiting = await api.finish(id, 0);
  assert.equal(waiting.state, "grace");
  const now = await api.current();
  assert.notEqual(now, old);
  assert.deepEqual(
    api.server
      .live()
      .map(({ value }) => value)
      .sort(),
    [old, now].sort(),
    "both work in the grace period",
  );
  const done = await api.finish(id);
  assert.equal(done.state, "done", JSON.stringify(done));
  assert.deepEqual(
    api.server.live().map(({ value }) => value),
    [now],
  );
  assert.deepEqual(
    done.steps.map(({ step, state }) => `${step} ${state}`),
    [
      "create done",
      "verify done",
      "promote done",
      "tell done",
      "grace waiting",
      "grace done",
      "revoke done",
      "prove dead done",
    ],
  );
  const text = JSON.stringify(done) + (await api.call("LIST", AT)).text;
  for (const value of [old, now, api.server.admin]) assert.ok(!text.includes(value));
  // the next one knows the handle by itself
  const next = await api.finish(await api.begin());
  assert.equal(next.state, "done");
  assert.equal(api.server.live().length, 1);
});

for (const vendor of Object.keys(vendors).filter((one) => vendors[one]?.personOnly !== true))
  test(`${vendor}: a key is replaced with the old one's rights, and turned back on demand`, async (t) => {
    const api = await rotationApi(t, { vendor });
    const old = await api.current();
    const id = await api.begin();
    const back = (await api.finish(id, 0)).state;
    assert.equal(back, "grace", JSON.stringify(await api.show(id)));
    const turned = await api.call("POST", `${AT}/${id}/rollback`, {});
    assert.equal(turned.get("data.state"), "rolled-back", turned.text);
    assert.deepEqual([await api.current(), api.server.live().map(({ value }) => value)], [old, [old]]);
    const done = await api.finish(await api.begin());
    assert.equal(done.state, "done", JSON.stringify(done));
    assert.deepEqual(
      api.server.live().map(({ value }) => value),
      [await api.current()],
    );
    assert.notEqual(await api.current(), old);
  });

/** What may go wrong at each request of a rotation, once or for good. */
const FAULTS: readonly (readonly [Ask, Fault, number])[] = [
  ...(["429", "500", "garbage", "denied"] as const).flatMap((fault) =>
    (["mint", "revoke", "list", "check"] as const).flatMap((ask) =>
      [1, 100].map((times) => [ask, fault, times] as const),
    ),
  ),
  ...(["lost", "empty", "old", "twice", "late", "slow"] as const).flatMap((fault) =>
    [1, 100].map((times) => ["mint", fault, times] as const),
  ),
  ...(["lost", "lies", "late"] as const).flatMap((fault) =>
    [1, 100].map((times) => ["revoke", fault, times] as const),
  ),
];
const SHARE = long ? FAULTS : FAULTS.filter((_, n) => n % 7 === 0);

for (const [ask, fault, times] of SHARE)
  test(`${ask} ${fault} ${times === 1 ? "once" : "for good"}: one working key is current, and none is left over unnamed`, async (t) => {
    const api = await rotationApi(t);
    const old = await api.current();
    api.server.order(ask, fault, times);
    const ended = await api.finish(await api.begin());
    assert.ok(
      ["done", "rolled-back", "failed-needs-person", "killing"].includes(ended.state),
      JSON.stringify(ended),
    );
    const current = await api.current();
    const live = api.server.live();
    assert.ok(
      live.some(({ value }) => value === current),
      `the current key works (${ended.state}): ${JSON.stringify(ended.steps)}`,
    );
    const others = live.filter(({ value }) => value !== current);
    if (ended.state === "done") assert.deepEqual(others, [], "the old one is dead and no other was left");
    if (ended.state === "rolled-back") assert.equal(current, old);
    for (const { id, value } of others)
      assert.ok(
        ended.orphans.some((one) => one.includes(id) || one.startsWith("perhaps ")) ||
          (value === old && ended.problem !== ""),
        `${id} is left and not named: ${JSON.stringify(ended)}`,
      );
    if (times === 1 && fault !== "denied") assert.equal(ended.state, "done", JSON.stringify(ended.steps));
    if (ended.state !== "done") assert.notEqual(ended.problem, "");
  });

const runDue = async (api: RotationApi): Promise<unknown> =>
  (await api.call("POST", `${AT}/run-due`, {})).get("data.done");
const DAY = 86_400_000;

test("by schedule: once when it falls due, not before and not again", async (t) => {
  const api = await rotationApi(t);
  const first = await api.current();
  assert.equal(await runDue(api), 0);
  api.clock.advance(80 * DAY);
  await runDue(api);
  assert.equal(await api.current(), first, "at most a tenth of 90 days early");
  api.clock.advance(10 * DAY + 1);
  await runDue(api);
  const second = await api.current();
  assert.notEqual(second, first);
  for (let round = 0; round < 3; round++) await runDue(api);
  assert.equal(api.server.counts.mint, 1);
  api.clock.advance(2 * 3_600_000);
  await runDue(api);
  assert.deepEqual(
    api.server.live().map(({ value }) => value),
    [second],
    "the old one went after its grace",
  );
  assert.equal(await api.current(), second);
  const due = (await api.call("GET", `${AT}/due?within=100d`)).get("data.due") as {
    secret: string;
    by: string;
    owner: string;
  }[];
  assert.deepEqual(
    due.map(({ secret, by, owner }) => [secret, by, owner]),
    [
      ["minter", "api", "ml@example.com"],
      ["key", "api", "ml@example.com"],
    ],
  );
});

test("while nothing is due a round writes nothing; a freeze and a stage's check hold a schedule back", async (t) => {
  const api = await rotationApi(t, {
    declaration: { stages: [{ name: "serve", check: "true", use: [{ secret: "key" }] }] },
  });
  await runDue(api);
  const before = await api.rows("");
  await runDue(api);
  assert.deepEqual(await api.rows(""), before);
  api.clock.advance(91 * DAY);
  await runDue(api);
  assert.equal(api.server.counts.mint, 0, "its stage has a check, which a server cannot run");
  await api.call("POST", `${AT}/freeze`, { for: "1h", reason: "release" });
  const refused = await api.call("POST", AT, { project: "fraud", environment: "dev", secret: "key" });
  assert.deepEqual([refused.status, /release/.test(refused.text)], [409, true]);
  api.clock.advance(3_600_001);
  const id = await api.begin();
  assert.equal((await api.finish(id)).state, "checking");
  const failed = await api.call("POST", `${AT}/${id}/continue`, { check: "failed" });
  assert.equal(failed.get("data.state"), "rolled-back");
  assert.equal(api.server.live().length, 1);
});

test("two operators at once: one rotation, one new key", async (t) => {
  const api = await rotationApi(t);
  const other = await api.another();
  const body = { project: "fraud", environment: "dev", secret: "key" };
  const begun = await Promise.all([api, other, api, other].map((one) => one.call("POST", AT, body)));
  assert.deepEqual(begun.map(({ status }) => status).sort(), [200, 409, 409, 409]);
  const id = begun.find(({ status }) => status === 200)?.textAt("data.id") ?? "";
  const went = await Promise.all([api, other].map((one) => one.call("POST", `${AT}/${id}/continue`, {})));
  assert.ok(
    went.some(({ status }) => status === 200),
    went.map(({ text }) => text).join(),
  );
  assert.equal((await api.finish(id)).state, "done");
  assert.equal(api.server.counts.mint, 1);
  assert.deepEqual(
    api.server.live().map(({ value }) => value),
    [await api.current()],
  );
});

test("who may not write the secret may not rotate it; where `approve:` says so another person agrees first", async (t) => {
  const api = await rotationApi(t, { declaration: { environments: [{ name: "dev", approve: 1 }] } });
  await api.kernel.services.policies.put(
    "rotator",
    'path "bulkhead/rotations*" { capabilities = ["create", "update", "read", "list"] }',
  );
  await api.kernel.services.policies.put(
    "writer",
    'path "secret/data/fraud/*" { capabilities = ["create", "update"] }',
  );
  const token = async (name: string, policies: readonly string[]): Promise<string> => {
    const minted = await api.kernel.services.tokens.issue(
      {
        policies,
        metadata: {},
        displayName: name,
        alias: { name, metadata: {} },
        actor: "person",
        principal: `people/${name}`,
      },
      { path: "auth/userpass/login", parent: null },
    );
    return minted.token?.revealText() ?? "";
  };
  const [ada, bob, eve] = [
    await token("ada", ["rotator", "writer"]),
    await token("bob", ["rotator", "writer"]),
    await token("eve", ["rotator"]),
  ];
  const body = { project: "fraud", environment: "dev", secret: "key" };
  assert.equal((await api.call("POST", AT, body, { token: eve })).status, 403);
  const id = (await api.call("POST", AT, body, { token: ada })).textAt("data.id");
  assert.equal(
    (await api.call("POST", `${AT}/${id}/continue`, {}, { token: ada })).get("data.state"),
    "approval",
  );
  assert.notEqual(
    (await api.call("POST", `${AT}/${id}/approve`, {}, { token: ada })).status,
    200,
    "not one's own",
  );
  assert.equal((await api.call("POST", `${AT}/${id}/approve`, {}, { token: eve })).status, 403);
  assert.equal(api.server.counts.mint, 0);
  assert.equal(
    (await api.call("POST", `${AT}/${id}/approve`, {}, { token: bob })).get("data.state"),
    "grace",
  );
});
