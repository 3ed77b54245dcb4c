/** How the contract's other processes open a PostgreSQL store: the argument is a file (0600) that holds the address. */
import { readFileSync } from "node:fs";
import type { Store } from "../../core/ports/store.ts";
import { Secret } from "../../core/secret.ts";
import { openPostgresStore } from "./index.ts";

export const openForContract = (file: string): Promise<Store> =>
  openPostgresStore({ address: Secret.own(readFileSync(file)) });
