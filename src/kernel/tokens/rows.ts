/**
 * A token's rows, written and removed together: `id/<hash>` (the record), `accessor/<accessor>`, `parent/<parent>/<hash>`,
 * `run/<hmac of the run>/<hash>` and `expiry/<time>/<hash>`. `gone/<hash>` says what is left to clean up behind a revoked one.
 * Keys stand in the store in clear, so they hold hashes and times only.
 */
import type { StorageReader, StorageTransaction } from "../barrier/index.ts";
import { dueKey } from "../jobs/index.ts";
import { decodeRow, encodeRow } from "../row-cache.ts";
import type { TokenRecord } from "./record.ts";

export const TOKENS = "core/token/";
const EMPTY = Buffer.from("1");

export const idKey = (hash: string): string => `id/${hash}`;
export const accessorKey = (accessor: string): string => `accessor/${accessor}`;
export const childrenOf = (hash: string): string => `parent/${hash}/`;
export const runPrefix = (runHash: string): string => `run/${runHash}/`;
export const goneKey = (hash: string): string => `gone/${hash}`;

export async function readRecord(from: StorageReader, hash: string): Promise<TokenRecord | null> {
  const bytes = await from.get(idKey(hash));
  return bytes === null ? null : decodeRow<TokenRecord>(bytes);
}

/** `runHash` of the metadata's `run`, null without one. */
export function insertRows(
  tx: StorageTransaction,
  hash: string,
  record: TokenRecord,
  runHash: string | null,
): void {
  tx.put(idKey(hash), encodeRow(record));
  tx.put(accessorKey(record.accessor), Buffer.from(hash));
  if (record.parent !== "") tx.put(childrenOf(record.parent) + hash, EMPTY);
  if (runHash !== null) tx.put(runPrefix(runHash) + hash, EMPTY);
  if (record.expires !== null) tx.put(dueKey(record.expires, hash), EMPTY);
}

export function replaceRecord(
  tx: StorageTransaction,
  hash: string,
  before: TokenRecord,
  after: TokenRecord,
): void {
  tx.put(idKey(hash), encodeRow(after));
  if (before.expires === after.expires) return;
  if (before.expires !== null) tx.delete(dueKey(before.expires, hash));
  if (after.expires !== null) tx.put(dueKey(after.expires, hash), EMPTY);
}

export function removeRows(
  tx: StorageTransaction,
  hash: string,
  record: TokenRecord,
  runHash: string | null,
): void {
  tx.delete(idKey(hash));
  tx.delete(accessorKey(record.accessor));
  if (record.parent !== "") tx.delete(childrenOf(record.parent) + hash);
  if (runHash !== null) tx.delete(runPrefix(runHash) + hash);
  if (record.expires !== null) tx.delete(dueKey(record.expires, hash));
  tx.put(goneKey(hash), EMPTY);
}
