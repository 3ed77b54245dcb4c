/** Who calls: one use of the token that came along, checked against the networks it is bound to. */
import { BulkheadError } from "../core/errors.ts";
import { withinCidrs } from "./cidr.ts";
import type { ParsedRequest } from "./request.ts";
import type { Route } from "./router.ts";
import type { Presented, Tokens } from "./tokens/index.ts";

/** null on paths that need no token (logins, health). Throws `auth.missing-token` for anything but a living token. */
export async function authenticate(
  tokens: Tokens,
  request: ParsedRequest,
  route: Route,
  seen: string,
): Promise<Presented | null> {
  if (route.match?.declaration.unauthenticated === true && !request.help) return null;
  const presented = request.token === null ? null : await tokens.present(request.token, seen);
  if (presented === null) throw new BulkheadError("auth.missing-token");
  if (withinCidrs(request.remote, presented.info.boundCidrs)) return presented;
  await tokens.finish(presented);
  throw new BulkheadError("auth.missing-token");
}
