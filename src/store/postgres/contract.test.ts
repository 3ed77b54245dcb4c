/** PostgreSQL passes the store's contract, on a real server. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { NO_POSTGRES, startPostgres } from "../../../test/support/postgres.ts";
import { scale } from "../../../test/support/scale.ts";
import { Secret } from "../../core/secret.ts";
import { storeContract } from "../contract.ts";
import { openPostgresStore } from "./index.ts";

const server = await startPostgres();
if (server === null) test("postgres: the store's contract", { skip: NO_POSTGRES }, () => undefined);
else {
  test.after(() => server.stop());
  let count = 0;
  storeContract(
    "postgres",
    async () => {
      const schema = `s${count++}`;
      const address = Secret.copy(server.dsn({ schema }));
      const open = () => openPostgresStore({ address });
      const file = join(server.folder, `${schema}.address`);
      writeFileSync(file, address.reveal(), { mode: 0o600 });
      const store = await open();
      return {
        store,
        reopen: open,
        cleanup: async () => {
          await store.close();
          await server.sql(`DROP SCHEMA ${schema} CASCADE`);
        },
        child: { module: join(import.meta.dirname, "contract-open.ts"), argument: file },
      };
    },
    scale,
  );
}
