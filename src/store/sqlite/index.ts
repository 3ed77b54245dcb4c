/**
 * The Store port on `node:sqlite`: one file in WAL mode with synchronous=FULL and secure_delete=ON, several processes at once,
 * optimistic transactions that are validated and applied in groups, one fsync a group.
 */
import type { Store } from "../../core/ports/store.ts";

export interface SqliteStoreOptions {
  /** The file; its folder is made (0700) when missing. */
  readonly path: string;
  /** Milliseconds to wait for other processes' locks before `store.busy`. Default 10,000. */
  readonly busyTimeout?: number;
}

/** Opens or makes the store. Throws `store.newer`, `store.foreign`, `store.corrupt`, `store.full`, `store.busy`, `io.failed`. */
export declare function openSqliteStore(options: SqliteStoreOptions): Promise<Store>;
