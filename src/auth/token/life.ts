/** Renewing and revoking tokens, by value, by accessor and one's own. */
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { Call, Caller, FieldDeclaration, Handler, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { AccessService, TokenInfo, TokenService } from "../../kernel/services.ts";

type Declarations = Readonly<Record<string, FieldDeclaration>>;
export const tokenField: Declarations = { token: { type: "secret", description: "The token" } };
export const accessorField: Declarations = {
  accessor: { type: "string", required: true, description: "The token's accessor" },
};
const increment: Declarations = { increment: { type: "duration", description: "How much longer" } };

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });
const GONE: readonly string[] = ["token.not-found", "token.unknown-accessor"];

type Named = { readonly hash: string; readonly token: Secret | null; readonly type: Caller["type"] };

/** Throws for a batch token: there is nothing stored that could be changed. */
function stored(named: Named, what: "renewed" | "revoked"): Named {
  if (named.type === "batch") throw new BulkheadError("token.batch", { what });
  return named;
}

export function lifePaths(tokens: TokenService, access: AccessService): PathDeclaration[] {
  const known = (info: TokenInfo | null, error: "token.not-found" | "token.unknown-accessor"): TokenInfo => {
    if (info === null) throw new BulkheadError(error);
    return info;
  };
  const self = (call: Call): Promise<Named> => {
    if (call.caller === null) throw new BulkheadError("auth.missing-token");
    const { tokenHash: hash, type } = call.caller;
    return Promise.resolve({ hash, type, token: call.fields.secret("token") ?? null });
  };
  const byToken = async (call: Call): Promise<Named> => {
    const token = call.fields.secret("token");
    if (token === undefined || token.length === 0) throw invalid("missing token ID");
    const { tokenHash: hash, type } = known(await tokens.lookup(token), "token.not-found");
    return { hash, type, token };
  };
  const byAccessor = async (call: Call): Promise<Named> => {
    const accessor = call.fields.string("accessor") ?? "";
    const { tokenHash: hash, type } = known(await tokens.lookupAccessor(accessor), "token.unknown-accessor");
    return { hash, type, token: null };
  };
  const renew =
    (named: (call: Call) => Promise<Named>): Handler =>
    async (call): Promise<Reply> => {
      const { hash, token } = stored(await named(call), "renewed");
      const auth = await tokens.renew(hash, call.fields.duration("increment"), {
        certificates: call.certificates,
      });
      return { auth: { ...auth, token: token === null ? null : Secret.copy(token.reveal()) } };
    };
  const revoke =
    (named: (call: Call) => Promise<Named>): Handler =>
    async (call) => {
      await tokens.revoke(stored(await named(call), "revoked").hash);
      return undefined;
    };
  /** Revoking what is not there is done already; `said` where clients expect to be told. */
  const unlessGone =
    (handler: Handler, said?: string): Handler =>
    async (call) => {
      try {
        return await handler(call);
      } catch (error) {
        const gone = error instanceof BulkheadError && GONE.includes(error.code);
        if (!gone) throw error;
        return said === undefined ? undefined : { warnings: [said] };
      }
    };
  const path = (
    pattern: string,
    summary: string,
    fields: Declarations,
    update: Handler,
    more: Partial<PathDeclaration> = {},
  ): PathDeclaration => ({ pattern, summary, fields, operations: { update }, ...more });

  return [
    path("renew-self", "Renew the caller's token", increment, renew(self), { callerToken: true }),
    path(
      "renew-accessor",
      "Renew a token by its accessor",
      { ...accessorField, ...increment },
      renew(byAccessor),
    ),
    path("renew", "Renew a token", { ...tokenField, ...increment }, renew(byToken)),
    path("revoke-self", "Revoke the caller's token and its children", {}, revoke(self)),
    path(
      "revoke-accessor",
      "Revoke a token and its children by accessor",
      accessorField,
      unlessGone(revoke(byAccessor), "No token found with this accessor"),
    ),
    path("revoke-orphan", "Revoke a token; its children become orphans", tokenField, async (call) => {
      if (call.caller === null) throw new BulkheadError("auth.missing-token");
      const granted = await access.capabilities(call.caller, `${call.mount.path}${call.path}`);
      const token = call.fields.secret("token");
      if (token === undefined || token.length === 0) throw invalid("missing token ID");
      if (!granted.includes("sudo") && !granted.includes("root"))
        throw invalid("root or sudo privileges required to revoke and orphan");
      const info = await tokens.lookup(token);
      if (info === null) throw invalid("token to revoke not found");
      const { tokenHash: hash, type } = info;
      await tokens.revokeOrphan(stored({ hash, type, token }, "revoked").hash);
      return undefined;
    }),
    path("revoke", "Revoke a token and its children", tokenField, unlessGone(revoke(byToken))),
    path("tidy", "Drop what expired", {}, async () => {
      await tokens.tidy();
      return { status: 202, warnings: ["Tidy operation successfully started and done."] };
    }),
  ];
}
