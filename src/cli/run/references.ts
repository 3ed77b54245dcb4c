/**
 * One value may stand in one environment (B3), also where another manager keeps it: what a declared reference gave is noted in the store
 * under its SHA-256, keyed there, and refused where another environment has the same. Without a store there is nothing to compare with.
 */
import { createHash } from "node:crypto";
import type { ApiClient } from "../../client/index.ts";
import { isBulkheadError } from "../../core/errors.ts";
import type { Fetched } from "./fetch.ts";
import type { Wanted } from "./wanted.ts";

/** Shorter values (`true`, `5432`) are no credentials and would collide. */
const SHORTEST = 6;

/** Throws `value.reused`. A caller who may not note, and a project that was never applied, go on. */
export async function noteReferences(
  client: ApiClient | null,
  { project, environment, declared }: Wanted,
  found: ReadonlyMap<string, Fetched>,
): Promise<void> {
  if (client === null || !declared) return;
  for (const [secret, { source, fields }] of found) {
    if (source.kind !== "reference") continue;
    const sha256 = Object.fromEntries(
      [...fields].flatMap(([field, value]) => {
        const bytes = trimmed(value.reveal());
        return bytes.length < SHORTEST ? [] : [[field, createHash("sha256").update(bytes).digest("hex")]];
      }),
    ) as Record<string, string>;
    try {
      await client.call(
        "POST",
        `bulkhead/projects/${project}/resolved`,
        { environment, secret, sha256 },
        { allow: [404] },
      );
    } catch (error) {
      if (!isBulkheadError(error) || error.status !== 403) throw error;
    }
  }
}

/** As the store does it: a line end around a key does not make it another key. */
function trimmed(value: Buffer): Buffer {
  const isSpace = (byte: number | undefined): boolean =>
    byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
  let [start, end] = [0, value.length];
  while (start < end && isSpace(value[start])) start++;
  while (start < end && isSpace(value[end - 1])) end--;
  return value.subarray(start, end);
}
