/** How the contract's other processes open a SQLite store: the argument is the path. */
import type { Store } from "../../core/ports/store.ts";
import { openSqliteStore } from "./index.ts";

export const openForContract = (path: string): Promise<Store> => openSqliteStore({ path });
