/** `kill -9` of a server in the middle of writes: nothing acknowledged is lost, and the audit log verifies. */
import assert from "node:assert/strict";
import test from "node:test";
import { killServerRounds } from "../support/kill-rounds.ts";

test("a server killed in the middle of a thousand writes has lost none that it acknowledged", async (t) => {
  const counts = await killServerRounds(3, 1_000);
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.acknowledged > 0);
  assert.ok(2 * counts.midWrite > counts.rounds, "most times requests were under way");
});

test("a server told to end in the middle of writes answers what it has begun, and ends in order", async (t) => {
  const counts = await killServerRounds(2, 600, { signal: "SIGTERM" });
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.acknowledged > 0);
  assert.equal(counts.unacknowledged, 0, "every write that was carried out was answered");
});
