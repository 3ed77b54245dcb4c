/**
 * Recovery shares: where a key service unseals, nobody holds the sealing key, so what only several people may do together (a new
 * root token) is asked of shares of another key. That key wraps nothing: only its digest is kept, in the barrier.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { Barrier } from "../barrier/index.ts";
import { problemOf } from "./shares.ts";
import type { ShareCounts } from "./types.ts";

const VIEW = "core/";
const ROW = "recovery";

interface Row extends ShareCounts {
  /** SHA-256 of the key, hex: the key has 256 random bits. */
  readonly digest: string;
}

export const digestOf = (key: Buffer): Buffer => createHash("sha256").update(key).digest();

export async function writeRecovery(barrier: Barrier, key: Buffer, counts: ShareCounts): Promise<void> {
  const { shares, threshold } = counts;
  const row: Row = { shares, threshold, digest: digestOf(key).toString("hex") };
  await barrier.view(VIEW).put(ROW, Buffer.from(JSON.stringify(row)));
}

/** null: there are no recovery shares. */
export async function readRecovery(barrier: Barrier): Promise<ShareCounts | null> {
  const row = await read(barrier);
  return row === null ? null : { shares: row.shares, threshold: row.threshold };
}

/** Throws `seal.wrong-shares`. */
export async function checkRecovery(barrier: Barrier, key: Buffer | null): Promise<void> {
  const row = await read(barrier);
  const right = Buffer.from(row?.digest ?? "", "hex");
  if (key === null || row === null || right.length !== 32 || !timingSafeEqual(right, digestOf(key)))
    throw new BulkheadError("seal.wrong-shares");
}

async function read(barrier: Barrier): Promise<Row | null> {
  const bytes = await barrier.view(VIEW).get(ROW);
  if (bytes === null) return null;
  const row = JSON.parse(bytes.toString("utf8")) as Row;
  return problemOf(row) === null ? row : null;
}
