/** `kill -9` of a server in the middle of writes: nothing acknowledged is lost, and the audit log verifies. */
import assert from "node:assert/strict";
import test from "node:test";
import { killServerRounds } from "../support/kill-rounds.ts";

test("a server killed in the middle of a thousand writes has lost none that it acknowledged", async (t) => {
  const counts = await killServerRounds(3, 1_000);
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.acknowledged > 0);
  assert.equal(counts.midWrite, counts.rounds, "each time requests were under way");
});
