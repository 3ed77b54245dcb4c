/** `kill -9` of processes that hold the store themselves, several at once on one store: the same promise. */
import assert from "node:assert/strict";
import test from "node:test";
import { killCliRounds } from "../support/kill-rounds.ts";

test("processes killed in the middle of their puts lose nothing, and leave no half a version", async (t) => {
  const counts = await killCliRounds(2);
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.acknowledged > 0);
  assert.ok(counts.midWrite > 0, "puts were under way");
});
