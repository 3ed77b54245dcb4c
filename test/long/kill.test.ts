/** The kills of `test/acceptance/` in full: twenty rounds of a thousand writes. */
import assert from "node:assert/strict";
import test from "node:test";
import { killCliRounds, killServerRounds } from "../support/kill-rounds.ts";

for (const [what, rounds] of [
  ["a server over eight connections", () => killServerRounds(20, 1_000)],
  ["a server over four connections", () => killServerRounds(20, 1_000, { connections: 4 })],
  ["processes that hold the store themselves", () => killCliRounds(20)],
] as const)
  test(`${what}, killed twenty times`, async (t) => {
    const counts = await rounds();
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.midWrite >= counts.rounds / 2);
  });
