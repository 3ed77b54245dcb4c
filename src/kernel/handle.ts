/**
 * One call of /v1, from bytes to bytes: parse → route → authenticate → authorize and audit → engine → token or lease → audit →
 * reply. Each step is a module of its own; this file is their order.
 */
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import { uuid } from "../core/ids.ts";
import type { ApiRequest, ApiResponse } from "../core/ports/api.ts";
import { admit, admitSealed } from "./admit.ts";
import type { Approvals } from "./approvals.ts";
import type { StoredDevices } from "./audit-devices.ts";
import type { Audit, AuditContext, Trail } from "./audit.ts";
import { authenticate } from "./authenticate.ts";
import type { Barrier, Storage } from "./barrier/index.ts";
import { type Outcome, failureOf, render } from "./envelope.ts";
import { type DeclaredFields, readFields } from "./fields.ts";
import { helpReply } from "./help.ts";
import { inlineCaller } from "./inline.ts";
import type { Leases } from "./leases.ts";
import type { MountTable, Mounted } from "./mounts.ts";
import type { Call, Caller, Operation } from "./plugin.ts";
import type { Policies } from "./policies.ts";
import type { Quotas } from "./quotas.ts";
import { type ParsedRequest, auditPath, parseRequest } from "./request.ts";
import { type Route, policyPath, routeTo } from "./router.ts";
import { emptyList, settle, wipeAnswer, wrapUp } from "./settle.ts";
import type { Presented, Tokens } from "./tokens/index.ts";
import type { Wrapping } from "./wrapping.ts";

export interface Steps {
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly mounts: MountTable;
  readonly tokens: Tokens;
  readonly wrapping: Wrapping;
  readonly policies: Policies;
  readonly leases: Leases;
  readonly approvals: Approvals;
  readonly quotas: Quotas;
  readonly audit: Audit;
  readonly auditDevices: StoredDevices;
  /** Told of errors that are no rows of the table; answers name only the request's id. */
  readonly onInternalError: (error: unknown, requestId: string) => void;
}

/** What one call holds that must be put away after it. */
interface Held {
  presented: Presented | null;
  request: ParsedRequest | null;
  fields: DeclaredFields | null;
}

export async function handle(steps: Steps, incoming: ApiRequest): Promise<ApiResponse> {
  const requestId = uuid();
  const context = contextOf(requestId, incoming);
  const held: Held = { presented: null, request: null, fields: null };
  let response: ApiResponse;
  try {
    const trail = steps.barrier.sealed ? null : steps.audit.trail(context);
    let outcome = await attempt(steps, requestId, () => serve(steps, incoming, context, trail, held));
    const served = outcome;
    // no answer leaves without its entry
    if (trail !== null)
      outcome = await attempt(steps, requestId, async () => {
        await trail.response(served);
        return served;
      });
    response = render(outcome, requestId, steps.clock.now());
    wipeAnswer(served);
  } catch (error) {
    if (!(error instanceof BulkheadError)) steps.onInternalError(error, requestId);
    response = render({ failure: failureOf(error, requestId) }, requestId, steps.clock.now());
  }
  await putAway(steps, held, incoming);
  if (held.request?.headOnly !== true) return response;
  for (const chunk of response.body) chunk.fill(0);
  return { ...response, body: [] };
}

async function attempt(steps: Steps, requestId: string, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BulkheadError)) steps.onInternalError(error, requestId);
    return { failure: failureOf(error, requestId) };
  }
}

async function serve(
  steps: Steps,
  incoming: ApiRequest,
  context: AuditContext,
  trail: Trail | null,
  held: Held,
): Promise<Outcome> {
  const parsed = parseRequest(incoming);
  held.request = parsed;
  const { operation: asked, path, members, token } = parsed;
  Object.assign(context, { operation: asked, path, members, token });
  if (parsed.wrapTtl > 0) context.wrapTtl = Math.floor(parsed.wrapTtl / 1_000);
  const seen = trail === null ? "" : await steps.barrier.cacheToken();
  if (trail !== null) await steps.auditDevices.refresh(seen);
  const route = await routeTo(steps.mounts, parsed.path, seen);
  const request = { ...parsed, path: policyPath(parsed, route) };
  context.mount = route.mounted?.info ?? null;
  context.fields = route.match?.declaration.fields ?? {};
  if (trail === null) return await serveSealed(steps, request, route, context.requestId, held);
  await steps.quotas.admit(request.path, request.remote, seen);

  held.presented =
    request.inline === null
      ? await authenticate(steps, request, route, seen)
      : await inlineCaller(steps, request, request.inline, {
          requestId: context.requestId,
          seen,
          callOf: (login, at) => prepare(steps, login, at, null, context.requestId, held).call(),
        });
  const caller = held.presented?.info ?? null;
  context.caller = caller;
  const prepared = prepare(steps, request, route, caller, context.requestId, held);
  const operation = await settleOperation(request, prepared);
  context.operation = request.help ? "help" : operation;

  const admitted = await admit({ policies: steps.policies, trail, request, operation, route, caller, seen });
  const reply = request.help ? helpReply(route, request.path) : await admitted.run(prepared.call);
  const settled = await settle(steps, request, route, held.presented, emptyList(operation, reply));
  return { settled: await wrapUp(steps, request, caller, settled, context.requestId) };
}

async function serveSealed(
  steps: Steps,
  request: ParsedRequest,
  route: Route,
  requestId: string,
  held: Held,
): Promise<Outcome> {
  if (request.inline !== null) throw new BulkheadError("seal.sealed");
  const reply = await admitSealed(request, route).run(
    prepare(steps, request, route, null, requestId, held).call,
  );
  return { settled: { reply, auth: null, lease: null, wrap: null } };
}

interface Prepared {
  readonly route: Route;
  /** Throws what was wrong with the fields: after authorization, so that nothing is told before it. */
  readonly call: () => Call;
}

function prepare(
  steps: Steps,
  request: ParsedRequest,
  route: Route,
  caller: Caller | null,
  requestId: string,
  held: Held,
): Prepared {
  const call = (): Call => {
    const { mounted, match } = route;
    if (mounted === null || match === null)
      throw new BulkheadError("request.no-handler", { path: request.path });
    const { declaration, params } = match;
    held.fields?.wipe();
    const fields = readFields(declaration.fields ?? {}, {
      params,
      members: request.members,
      query: request.query,
    });
    const missing = (fields.secret("token")?.length ?? 0) === 0;
    const wanted = declaration.wrappingToken === true || declaration.callerToken === "absent";
    const own = declaration.callerToken === true || (wanted && missing);
    if (own && request.token !== null) fields.add("token", request.token);
    held.fields = fields;
    return {
      operation: request.operation,
      path: route.path,
      params,
      fields,
      storage: storageOf(steps, mounted),
      caller,
      requestId,
      mount: mounted.info,
      remote: request.remote,
      certificates: request.certificates,
      wrapTtl: request.wrapTtl,
      body: request.body,
      rawBody: request.rawBody,
    };
  };
  return { route, call };
}

function storageOf(steps: Steps, mounted: Mounted): Storage {
  return steps.barrier.sealed ? sealedStorage : steps.mounts.storage(mounted.info);
}

const sealedStorage: Storage = new Proxy({} as Storage, {
  get() {
    throw new BulkheadError("seal.sealed");
  },
});

/** POST and PUT become `create` where the engine says that there is nothing yet. */
async function settleOperation(request: ParsedRequest, { route, call }: Prepared): Promise<Operation> {
  const exists = route.match?.declaration.exists;
  if (request.operation !== "update" || exists === undefined || request.help) return request.operation;
  let asked: Call;
  try {
    asked = call();
  } catch {
    return "update"; // what is wrong with the fields is told after authorization
  }
  return (await exists(asked)) ? "update" : "create";
}

async function putAway(steps: Steps, held: Held, incoming: ApiRequest): Promise<void> {
  held.fields?.wipe();
  held.request?.token?.wipe();
  held.request?.inline?.body.bytes.fill(0);
  incoming.body?.fill(0);
  if (held.presented === null || steps.barrier.sealed) return;
  try {
    await steps.tokens.finish(held.presented);
  } catch {
    // it is spent already: no further use is possible, and the sweep removes it
  }
}

function contextOf(requestId: string, incoming: ApiRequest): AuditContext {
  return {
    requestId,
    remote: incoming.remote,
    operation: incoming.method.toLowerCase(),
    path: auditPath(incoming.path),
    mount: null,
    caller: null,
    fields: {},
    members: new Map(),
    query: incoming.query,
    token: null,
  };
}
