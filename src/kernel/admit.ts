/**
 * Authorization and the audit entry before the engine, as one act. Its result is the only thing that runs a handler, and
 * nothing else makes one, so that neither can be left out.
 */
import { BulkheadError } from "../core/errors.ts";
import { type Json, parseJson } from "../core/json-bytes.ts";
import type { Trail } from "./audit.ts";
import { queryText } from "./fields.ts";
import { handlerOf } from "./pattern.ts";
import type { Call, Caller, Handler, Operation, Reply } from "./plugin.ts";
import type { Policies } from "./policies.ts";
import type { ParsedRequest } from "./request.ts";
import type { Route } from "./router.ts";

export interface Admission {
  readonly policies: Policies;
  readonly trail: Trail;
  readonly request: ParsedRequest;
  readonly operation: Operation;
  readonly route: Route;
  readonly caller: Caller | null;
  /** The store's change token when the request came. */
  readonly seen: string;
}

let make: (route: Route, path: string, operation: Operation) => Admitted;

export class Admitted {
  readonly #route: Route;
  readonly #path: string;
  readonly #operation: Operation;

  private constructor(route: Route, path: string, operation: Operation) {
    this.#route = route;
    this.#path = path;
    this.#operation = operation;
  }

  static {
    make = (route, path, operation) => new Admitted(route, path, operation);
  }

  /** Throws `request.no-handler`, `request.unsupported-path`, `request.unsupported-operation`: told only now. */
  async run(call: () => Call): Promise<Reply | null | undefined> {
    const handler = handlerFor(this.#route, this.#path, this.#operation);
    return await handler({ ...call(), operation: this.#operation });
  }
}

/** Throws `auth.denied`; whatever it throws is written to the audit log by the trail. */
export async function admit(admission: Admission): Promise<Admitted> {
  const { request, route, caller, trail, operation } = admission;
  const open = route.match?.declaration.unauthenticated === true && !request.help;
  if (!open) await authorize(admission, caller);
  await trail.request();
  return make(route, request.path, operation);
}

/** While sealed there is no storage, no caller and no audit: only declarations that say so are served. */
export function admitSealed(request: ParsedRequest, route: Route): Admitted {
  if (route.match?.declaration.whileSealed !== true || request.help) throw new BulkheadError("seal.sealed");
  return make(route, request.path, request.operation);
}

function handlerFor({ mounted, match }: Route, path: string, operation: Operation): Handler {
  if (mounted === null) throw new BulkheadError("request.no-handler", { path });
  if (match === null) throw new BulkheadError("request.unsupported-path");
  const handler = handlerOf(match.declaration, operation);
  if (handler === undefined) throw new BulkheadError("request.unsupported-operation");
  return handler;
}

async function authorize(
  { policies, request, operation, route, seen }: Admission,
  caller: Caller | null,
): Promise<void> {
  const denied = (): BulkheadError => new BulkheadError("auth.denied", { operation, path: request.path });
  if (caller === null) throw denied();
  const acl = await policies.aclOf(caller, seen);
  const decision = acl.decide({
    operation: request.help ? "help" : operation,
    path: request.path,
    data: () => parameters(request),
    wrapTtl: request.wrapTtl > 0 ? request.wrapTtl : undefined,
  });
  if (!decision.allowed) throw denied();
  if (route.match?.declaration.sudo === true && !decision.sudo && !request.help) throw denied();
  if (decision.listLimit !== null && decision.listLimit > 0)
    request.query.set("limit", String(decision.listLimit));
}

/** Only for policies that look at parameters: the same values that the handler's fields are read from. */
function parameters({ members, query }: ParsedRequest): Readonly<Record<string, Json>> {
  const body = [...members].map(([name, raw]) => [name, parseJson(raw)] as const);
  const asked = [...new Set(query.keys())].map((name) => [name, queryText(query, name) ?? ""] as const);
  return Object.fromEntries([...asked, ...body]);
}
