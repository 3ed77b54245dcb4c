/** `bulkhead/rotations/` through the real kernel against a provider with state. (From the command line: test/cli/rotate.test.ts.) */
import assert from "node:assert/strict";
import test from "node:test";
import type { Ask, Fault } from "../../../test/support/key-server.ts";
import { vendors } from "../../../test/support/key-vendors.ts";
import { long } from "../../../test/support/scale.ts";
import { AT, rotationApi } from "../../../test/support/rotation-api.ts";

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
