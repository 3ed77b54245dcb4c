/**
 * `bulkhead/findings/`: tells whether values that were found somewhere are values of this store, and which. Only SHA-256 digests
 * come in and only places go out: no value travels either way.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, PluginType, Reply } from "../../kernel/plugin.ts";
import type { ValueIndex } from "../../kernel/services.ts";

const MAX_DIGESTS = 1_000;

async function lookup(values: ValueIndex, call: Call): Promise<Reply> {
  const digests = [...new Set((call.fields.strings("sha256") ?? []).map((digest) => digest.toLowerCase()))];
  if (digests.length > MAX_DIGESTS)
    throw new BulkheadError("request.invalid", { problem: `at most ${MAX_DIGESTS} digests at once` });
  if (!digests.every((digest) => /^[0-9a-f]{64}$/.test(digest)))
    throw new BulkheadError("request.invalid", { problem: "sha256 takes digests of 64 hex digits" });
  const found = digests.length === 0 ? new Map() : await values.lookup(digests);
  const matches: Record<string, ReplyValue> = {};
  for (const [digest, places] of found) if (places.length > 0) matches[digest] = places;
  return { data: { matches } };
}

export const findings: PluginType = {
  type: "bulkhead-findings",
  title: "Findings",
  description: "Recognises stored secrets by digest",
  builtinAt: "bulkhead/findings/",
  create: ({ services }) => ({
    paths: [
      {
        pattern: "lookup",
        summary: "For each digest of a found value: where that value is stored",
        fields: {
          sha256: {
            type: "strings",
            description: `Hex SHA-256 of found values, at most ${MAX_DIGESTS}`,
            required: true, // not plain: the digest of a weak value can be guessed from an audit log
          },
        },
        operations: {
          create: (call) => lookup(services.values, call),
          update: (call) => lookup(services.values, call),
        },
      },
    ],
  }),
};
