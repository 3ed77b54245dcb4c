/** `bulkhead/rotations/` through the real kernel against a provider with state. (From the command line: test/cli/rotate.test.ts.) */
import assert from "node:assert/strict";
import test from "node:test";
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
