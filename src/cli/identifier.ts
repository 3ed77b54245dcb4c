/** Asks the store which of its secrets a found value is, by hash. Where it cannot be asked the scan goes on without, and says so. */
import { isBulkheadError } from "../core/errors.ts";
import type { StoredSecretRef } from "../core/finding.ts";
import type { Identifier } from "../scan/identify.ts";
import type { Context } from "./context.ts";

const BATCH = 1_000;

/** undefined when there is no store to ask. */
export function storeIdentifier(context: Context): Identifier | undefined {
  if (context.address === null && !context.hasLocalStore) return undefined;
  let refused = false;
  return {
    lookup: async (hashes) => {
      const found = new Map<string, StoredSecretRef[]>();
      if (refused) return found;
      try {
        const { client } = await context.api();
        for (let from = 0; from < hashes.length; from += BATCH) {
          const data = await client.write("bulkhead/findings/lookup", {
            sha256: hashes.slice(from, from + BATCH),
          });
          const matches = (data?.matches ?? {}) as unknown as Record<string, StoredSecretRef[]>;
          for (const [hash, places] of Object.entries(matches)) found.set(hash, places);
        }
      } catch (error) {
        if (!isBulkheadError(error)) throw error;
        refused = true;
        context.out.warn(`stored secrets are not recognised in what is found: ${error.message}`);
      }
      return found;
    },
  };
}
