/**
 * Parts of a scan for several machines. What falls to which shard goes by the path of a file and the id of a blob alone, so machines that
 * never speak to each other share the work without gap or overlap.
 */
import { createHash } from "node:crypto";

export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

const MOST = 10_000;

/** `2/8`; null where it is none. */
export function parseShard(text: string): Shard | null {
  const [, index = 0, count = 0] = (/^([0-9]{1,5})\/([0-9]{1,5})$/.exec(text) ?? []).map(Number);
  return index >= 1 && index <= count && count <= MOST ? { index, count } : null;
}

/** `name`: a path relative to the scanned root, or the hex id of a blob. Everything is in where there is no shard. */
export function inShard(name: string | Uint8Array, shard: Shard | undefined): boolean {
  if (shard === undefined || shard.count === 1) return true;
  const number = createHash("sha256").update(name).digest().readUIntBE(0, 6);
  return number % shard.count === shard.index - 1;
}
