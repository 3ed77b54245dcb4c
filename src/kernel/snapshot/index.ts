/**
 * Snapshots: the whole store, encrypted as it lies, as it stood at one moment. Its last bytes tell a damaged copy (a digest) and one
 * of another store or changed by somebody (an HMAC under a key of the barrier that no rotation and no rekey changes).
 */
import type { Store } from "../../core/ports/store.ts";
import type { Barrier } from "../barrier/index.ts";
import type { OperatorLog } from "../services.ts";
import { readSnapshot, SnapshotWriter } from "./format.ts";

export interface SnapshotService {
  /** Gives `write` the snapshot piece by piece; the buffers are its own. */
  save(write: (bytes: Buffer) => void | Promise<void>): Promise<{ readonly entries: number }>;
  /**
   * Puts the snapshot in the store's place, all of it or nothing. Throws `snapshot.damaged`, `snapshot.foreign`. With `force` another
   * store's is taken too: then it is sealed afterwards, and only that one's keys unseal it.
   */
  restore(
    source: AsyncIterable<Buffer>,
    options: { readonly force: boolean },
  ): Promise<{ readonly entries: number }>;
}

export interface SnapshotOptions {
  readonly store: Store;
  readonly barrier: Barrier;
  readonly operatorLog: OperatorLog;
  /** Everything in the store is another now. */
  readonly changed: () => Promise<void>;
}

const PURPOSE = "snapshot";

export function createSnapshotService({
  store,
  barrier,
  operatorLog,
  changed,
}: SnapshotOptions): SnapshotService {
  return {
    save: async (write) => {
      const writer = new SnapshotWriter(barrier.deriveKey(PURPOSE));
      await write(writer.head());
      await store.readAll(async (entry) => await write(writer.entry(entry)));
      await write(writer.foot());
      return { entries: writer.entries };
    },
    restore: async (source, { force }) => {
      const reading = readSnapshot(source, force ? null : barrier.deriveKey(PURPOSE));
      await store.replaceAll(reading.entries);
      await changed();
      await store.purge();
      operatorLog.warn("the store was replaced by a snapshot", { entries: reading.count, force });
      return { entries: reading.count };
    },
  };
}
