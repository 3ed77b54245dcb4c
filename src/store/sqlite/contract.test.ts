/** SQLite passes the store's contract. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scale } from "../../../test/support/scale.ts";
import { storeContract } from "../contract.ts";
import { openSqliteStore } from "./index.ts";

storeContract(
  "sqlite",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-store-"));
    const path = join(folder, "store.db");
    const store = await openSqliteStore({ path });
    return {
      store,
      reopen: () => openSqliteStore({ path }),
      cleanup: async () => {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      },
      child: { module: join(import.meta.dirname, "contract-open.ts"), argument: path },
    };
  },
  scale,
);
