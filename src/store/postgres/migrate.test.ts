/** Stores of older formats are brought forward. */
import assert from "node:assert/strict";
import test from "node:test";
import { NO_POSTGRES, startPostgres } from "../../../test/support/postgres.ts";
import { Secret } from "../../core/secret.ts";
import { checkMigrated, oldFormats } from "../contract-migration.ts";
import { openPostgresStore } from "./index.ts";
import { FORMAT } from "./schema.ts";

const fixtures = oldFormats("postgres");

test("there is a store of every older format", () => {
  assert.deepEqual(
    [...fixtures.keys()].sort(),
    Array.from({ length: FORMAT - 1 }, (_, at) => at + 1),
  );
});

for (const [format, statements] of fixtures)
  test(`a PostgreSQL store of format ${format} is brought forward`, async (t) => {
    const server = await startPostgres();
    if (server === null) return t.skip(NO_POSTGRES);
    t.after(() => server.stop());
    await server.sql(statements);
    await checkMigrated(() => openPostgresStore({ address: Secret.copy(server.dsn()) }));
    const [state] = await server.sql("SELECT format FROM bulkhead.state");
    assert.equal(state?.format, FORMAT, "which the older version sees");
  });
