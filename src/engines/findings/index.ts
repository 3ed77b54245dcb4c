/**
 * `bulkhead/findings/`: tells whether values that were found somewhere are values of this store, and which, and keeps what scans found. Only
 * SHA-256 digests come in, which are turned into keyed names and forgotten; only places go out. No value travels either way.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, Handler, PluginType, Reply } from "../../kernel/plugin.ts";
import type { ValueIndex } from "../../kernel/services.ts";
import { close, list, read, record, reopen } from "./entries.ts";
import { MOST_FINDINGS, resolutions } from "./entry.ts";
import { DigestLimit } from "./limit.ts";

const MAX_DIGESTS = 1_000;

async function lookup(values: ValueIndex, limit: DigestLimit, call: Call): Promise<Reply> {
  const digests = [...new Set((call.fields.strings("sha256") ?? []).map((digest) => digest.toLowerCase()))];
  if (digests.length > MAX_DIGESTS)
    throw new BulkheadError("request.invalid", { problem: `at most ${MAX_DIGESTS} digests at once` });
  if (!digests.every((digest) => /^[0-9a-f]{64}$/.test(digest)))
    throw new BulkheadError("request.invalid", { problem: "sha256 takes digests of 64 hex digits" });
  limit.take(call.caller, digests.length);
  const found = digests.length === 0 ? new Map() : await values.lookup(digests);
  const matches: Record<string, ReplyValue> = {};
  for (const [digest, places] of found) if (places.length > 0) matches[digest] = places;
  return { data: { matches } };
}

const text = (description: string, required = false): FieldDeclaration => ({
  type: "string",
  description,
  required,
  plain: true,
});
const both = (handler: Handler) => ({ create: handler, update: handler });

export const findings: PluginType = {
  type: "bulkhead-findings",
  title: "Findings",
  description: "Recognises stored secrets by digest, keeps what scans found",
  builtinAt: "bulkhead/findings/",
  create: (context) => {
    const { services, clock } = context;
    const limit = new DigestLimit(clock);
    return {
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
          operations: both((call) => lookup(services.values, limit, call)),
        },
        {
          pattern: "record",
          summary: "Keeps what a scan found; the same again changes only when it was last seen",
          fields: {
            source: text("What was scanned: the paths are relative to it", true),
            findings: {
              type: "json",
              description: `At most ${MOST_FINDINGS}: sha256 (of the value, forgotten at once), rule, title, severity, provider, kind, opens, preview, places, more_places`,
              required: true,
            },
          },
          operations: both((call) => record(context, limit, call)),
        },
        {
          pattern: "entries",
          summary: "Lists recorded findings",
          fields: {
            status: text("open or resolved"),
            severity: text("Of this severity only"),
            rule: text("Of this rule only"),
            project: text("Of secrets of this project only"),
            source: text("Seen in this source"),
            after: text("Go on after this id"),
            limit: { type: "int", description: "At most so many, 1000 by default", plain: true },
          },
          operations: { list },
        },
        {
          pattern: "entries/{id}/close",
          summary: "Closes a finding",
          fields: {
            resolution: text(`Why: ${Object.keys(resolutions).join(", ")}`, true),
            note: text("Anything to add"),
          },
          operations: both((call) => close(context, call)),
        },
        { pattern: "entries/{id}/reopen", summary: "Opens a closed finding again", operations: both(reopen) },
        { pattern: "entries/{id}", summary: "One recorded finding", operations: { read } },
      ],
    };
  },
};
