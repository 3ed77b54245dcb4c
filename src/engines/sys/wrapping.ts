/** Response wrapping at `sys/wrapping/`: what is kept behind a wrapping token, given once. */
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { RawJson, members } from "../../core/json-bytes.ts";
import type { Secret } from "../../core/secret.ts";
import type { Call, FieldDeclaration, Handler, PathDeclaration } from "../../kernel/plugin.ts";
import type { WrappingService } from "../../kernel/services.ts";

const fields: Readonly<Record<string, FieldDeclaration>> = {
  token: { type: "secret", description: "The wrapping token; the request's own where absent" },
};

export function wrappingPaths(wrapping: WrappingService): PathDeclaration[] {
  const wrap: Handler = (call) => {
    if (call.wrapTtl === 0) throw new BulkheadError("wrapping.required");
    const body = call.body === null ? new Map<string, RawJson>() : members(call.body);
    // the body is wiped with the request, the answer is written after it
    const copies = [...body].map(([name, raw]) => [name, new RawJson(Buffer.from(raw.bytes))] as const);
    return Promise.resolve({ data: Object.fromEntries(copies) });
  };
  /** The body's token, else the request's own: the kernel has put it there and seen that it is a wrapping token. */
  const given = (call: Call): Secret => {
    const token = call.fields.secret("token");
    if (token === undefined) throw new BulkheadError("wrapping.invalid");
    return token;
  };
  const unwrap: Handler = async (call) => {
    if (call.caller === null) throw new BulkheadError("auth.missing-token");
    return { kept: await wrapping.unwrap(given(call), call.caller) };
  };
  const lookup: Handler = async (call) => {
    const found = await wrapping.lookup(given(call));
    if (found === null) throw new BulkheadError("wrapping.invalid");
    return {
      data: {
        creation_path: found.creationPath,
        creation_time: rfc3339(found.creationTime),
        creation_ttl: Math.floor(found.ttl / 1_000),
      },
    };
  };
  const rewrap: Handler = async (call) => ({ wrapped: await wrapping.rewrap(given(call), call.wrapTtl) });
  return [
    { pattern: "wrapping/wrap", summary: "Gives the body back, wrapped", operations: { update: wrap } },
    {
      pattern: "wrapping/unwrap",
      summary: "What is behind a wrapping token, once",
      fields,
      wrappingToken: true,
      operations: { update: unwrap },
    },
    {
      pattern: "wrapping/lookup",
      summary: "What request a wrapping token is of",
      fields,
      wrappingToken: true,
      unauthenticated: true,
      operations: { read: lookup, update: lookup },
    },
    {
      pattern: "wrapping/rewrap",
      summary: "A new wrapping token in place of an old one",
      fields,
      wrappingToken: true,
      operations: { update: rewrap },
    },
  ];
}
