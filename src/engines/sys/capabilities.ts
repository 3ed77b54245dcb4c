/** What a token may do on given paths. */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, Caller, FieldDeclaration, Handler, PathDeclaration } from "../../kernel/plugin.ts";
import type { AccessService, TokenService } from "../../kernel/services.ts";

/** Each is a look-up in the caller's policies, and every token may ask. */
const MOST_PATHS = 1_000;

const paths: Readonly<Record<string, FieldDeclaration>> = {
  paths: { type: "strings", plain: true, description: "Paths to be asked about" },
  path: { type: "strings", plain: true, description: "Older name of paths" },
};

function unknown({ fields }: Call): BulkheadError {
  if (fields.has("accessor")) return new BulkheadError("token.unknown-accessor");
  const missing = (fields.secret("token")?.length ?? 0) === 0;
  return new BulkheadError("token.invalid", { problem: missing ? "no token found" : "invalid token" });
}

export function capabilityPaths(access: AccessService, tokens: TokenService): PathDeclaration[] {
  const answer =
    (of: (call: Call) => Promise<Caller | null>): Handler =>
    async (call) => {
      const asked = call.fields.strings("paths") ?? call.fields.strings("path") ?? [];
      if (asked.length === 0)
        throw new BulkheadError("request.invalid", { problem: "paths must be supplied" });
      if (asked.length > MOST_PATHS)
        throw new BulkheadError("request.invalid", { problem: `at most ${MOST_PATHS} paths at once` });
      if (asked.includes("")) throw new BulkheadError("request.invalid", { problem: "missing path" });
      const holder = await of(call);
      if (holder === null) throw unknown(call);
      const data = new Map<string, ReplyValue>();
      for (const path of asked) data.set(path, await access.capabilities(holder, path.replace(/^\/+/, "")));
      const [only] = data.values();
      if (data.size === 1 && only !== undefined) data.set("capabilities", only);
      return { data: Object.fromEntries(data), flatten: true };
    };
  return [
    {
      pattern: "capabilities-self",
      summary: "What the caller may do on paths",
      fields: paths,
      operations: { update: answer((call) => Promise.resolve(call.caller)) },
    },
    {
      pattern: "capabilities-accessor",
      summary: "What the token with this accessor may do on paths",
      fields: { ...paths, accessor: { type: "string", required: true, description: "The token's accessor" } },
      operations: { update: answer((call) => tokens.lookupAccessor(call.fields.string("accessor") ?? "")) },
    },
    {
      pattern: "capabilities",
      summary: "What a token may do on paths",
      fields: { ...paths, token: { type: "secret", description: "The token" } },
      operations: {
        update: answer((call) => {
          const token = call.fields.secret("token");
          return token === undefined ? Promise.resolve(null) : tokens.lookup(token);
        }),
      },
    },
  ];
}
