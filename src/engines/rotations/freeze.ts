/** A time in which nothing is rotated (a release, an audit): for one project or for all. What is under way is finished. */
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Storage, StorageReader } from "../../kernel/barrier/index.ts";
import { putJson, readJson } from "./rows.ts";

interface Freeze {
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly reason: string;
}

const ALL = "*";
const keyOf = (project: string): string => `freeze/${project || ALL}`;

/** null: rotations go on. */
export async function frozen(from: StorageReader, project: string, now: number): Promise<Freeze | null> {
  for (const key of [keyOf(project), keyOf(ALL)]) {
    const freeze = await readJson<Freeze>(from, key);
    if (freeze !== null && freeze.until > now) return freeze;
  }
  return null;
}

/** Throws `rotation.frozen`. */
export async function refuseFrozen(from: StorageReader, project: string, now: number): Promise<void> {
  const freeze = await frozen(from, project, now);
  if (freeze !== null)
    throw new BulkheadError("rotation.frozen", { until: rfc3339(freeze.until), reason: freeze.reason });
}

/** `until` 0 ends it. */
export async function setFreeze(storage: Storage, project: string, freeze: Freeze): Promise<void> {
  await storage.transaction((tx) => {
    if (freeze.until === 0) tx.delete(keyOf(project));
    else putJson(tx, keyOf(project), freeze);
    return Promise.resolve();
  });
}
