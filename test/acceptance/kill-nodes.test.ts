/** `kill -9` of a node, of the other, and of PostgreSQL itself, under load: nothing acknowledged is lost, nothing is done twice. */
import assert from "node:assert/strict";
import test from "node:test";
import { killNodeRounds } from "../support/node-rounds.ts";
import { NO_POSTGRES, startPostgres } from "../support/postgres.ts";
import { scale } from "../support/scale.ts";

test("two nodes and their PostgreSQL, killed in turn under writes, logins and leases", async (t) => {
  const postgres = await startPostgres();
  if (postgres === null) return t.skip(NO_POSTGRES);
  t.after(() => postgres.stop());
  const rounds = scale(3, 100);
  const counts = await killNodeRounds(postgres, rounds);
  t.diagnostic(JSON.stringify({ rounds, ...counts }));
  for (const what of ["writes", "logins", "leases", "dropped"] as const) assert.ok(counts[what] > 0, what);
});
