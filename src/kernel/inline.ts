/**
 * Inline authentication: the login that a request's headers describe is done for this request alone. It is a request of its own in the
 * audit log, and nothing of it is stored: no token, no lease. What a login itself must count (a use of a secret id, a
 * wrong password) is counted all the same.
 */
import { BulkheadError } from "../core/errors.ts";
import { members } from "../core/json-bytes.ts";
import { admit } from "./admit.ts";
import type { AuditContext } from "./audit.ts";
import { withinCidrs } from "./cidr.ts";
import { failureOf } from "./envelope.ts";
import type { Steps } from "./handle.ts";
import type { InlineLogin } from "./inline-headers.ts";
import type { AuthGrant, Call, MountInfo, Reply } from "./plugin.ts";
import type { ParsedRequest } from "./request.ts";
import { type Route, policyPath, routeTo } from "./router.ts";
import { storagePrefix } from "./mount-info.ts";
import type { Presented } from "./tokens/index.ts";

export interface InlineContext {
  readonly requestId: string;
  readonly seen: string;
  /** Makes the login's call out of its own request. */
  readonly callOf: (request: ParsedRequest, route: Route) => Call;
}

export async function inlineCaller(
  steps: Steps,
  outer: ParsedRequest,
  login: InlineLogin,
  context: InlineContext,
): Promise<Presented> {
  const request = loginRequest(outer, login);
  const route = await routeTo(steps.mounts, request.path, context.seen);
  const entry: AuditContext = {
    requestId: context.requestId,
    remote: request.remote,
    operation: request.operation,
    path: request.path,
    mount: route.mounted?.info ?? null,
    caller: null,
    fields: route.match?.declaration.fields ?? {},
    members: request.members,
    query: request.query,
    token: null,
    inline: true,
  };
  const trail = steps.audit.trail(entry);
  try {
    await steps.quotas.admit(policyPath(request, route), request.remote, context.seen);
    const mount = loginMount(route);
    const { policies } = steps;
    const admitted = await admit({
      ...{ policies, trail, request, operation: request.operation, route, caller: null },
      seen: context.seen,
    });
    const reply = await admitted.run(() => context.callOf(request, route));
    const grant = await grantOf(steps, reply, mount);
    steps.approvals.refuseUnasked(grant);
    const presented = await steps.tokens.inMemory(grant, { path: request.path, mount });
    if (!withinCidrs(request.remote, presented.info.boundCidrs))
      throw new BulkheadError("auth.missing-token");
    await trail.response({ settled: { reply: undefined, auth: null, lease: null, wrap: null } });
    return presented;
  } catch (error) {
    const failure = failureOf(error, context.requestId);
    await trail.response({ failure });
    throw error;
  } finally {
    login.body.bytes.fill(0);
  }
}

function loginRequest(outer: ParsedRequest, { path, operation, body }: InlineLogin): ParsedRequest {
  return {
    ...outer,
    ...{ path, operation, body, members: members(body) },
    ...{ help: false, headOnly: false, token: null, wrapTtl: 0, inline: null },
    query: new URLSearchParams(),
  };
}

/** Anything but a login at an auth method is told nothing about. */
function loginMount({ mounted, match }: Route): MountInfo {
  if (mounted?.info.class !== "auth" || match?.declaration.unauthenticated !== true)
    throw new BulkheadError("auth.missing-token");
  return mounted.info;
}

async function grantOf(
  { barrier }: Steps,
  reply: Reply | null | undefined,
  mount: MountInfo,
): Promise<AuthGrant> {
  const { auth, login } = reply ?? {};
  if (login !== undefined) return await barrier.transaction((tx) => login(tx.scope(storagePrefix(mount))));
  if (auth === undefined || "token" in auth) throw new BulkheadError("auth.missing-token");
  return auth;
}
