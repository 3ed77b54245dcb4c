/** Who calls: one use of the token that came along, checked against the networks it is bound to. */
import { BulkheadError } from "../core/errors.ts";
import { type RawJson, decodeString } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import { withinCidrs } from "./cidr.ts";
import type { ParsedRequest } from "./request.ts";
import type { Route } from "./router.ts";
import type { Presented, Tokens } from "./tokens/index.ts";
import type { Wrapping } from "./wrapping.ts";

interface Parts {
  readonly tokens: Tokens;
  readonly wrapping: Wrapping;
}

/** null on paths that need no token (logins, health). Throws `auth.missing-token` for anything but a living token. */
export async function authenticate(
  { tokens, wrapping }: Parts,
  request: ParsedRequest,
  route: Route,
  seen: string,
): Promise<Presented | null> {
  const declaration = route.match?.declaration;
  if (declaration?.wrappingToken === true && !request.help) await checkWrapping(wrapping, request);
  if (declaration?.unauthenticated === true && !request.help) {
    const optional = declaration.callerOptional === true && request.token !== null;
    if (!optional) return null;
  }
  const presented = request.token === null ? null : await tokens.present(request.token, seen);
  if (presented === null) throw new BulkheadError("auth.missing-token");
  if (withinCidrs(request.remote, presented.info.boundCidrs)) return presented;
  await tokens.finish(presented);
  throw new BulkheadError("auth.missing-token");
}

/** Throws `wrapping.no-token`, `wrapping.invalid`. */
async function checkWrapping(wrapping: Wrapping, { members, token }: ParsedRequest): Promise<void> {
  const given = members.get("token");
  if (given === undefined && token === null)
    throw new BulkheadError("wrapping.no-token", { problem: "token is empty" });
  const own = given === undefined ? null : textOf(given);
  if (own?.length === 0)
    throw new BulkheadError("wrapping.no-token", { problem: "empty token in request body" });
  try {
    const asked = own ?? token;
    if (asked === null || (await wrapping.lookup(asked)) === null)
      throw new BulkheadError("wrapping.invalid");
  } finally {
    own?.wipe();
  }
}

function textOf(raw: RawJson): Secret {
  const bytes = decodeString(raw);
  if (bytes === null) throw new BulkheadError("wrapping.invalid");
  return Secret.own(bytes);
}
