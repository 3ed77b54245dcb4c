/** Answers as bytes: Vault's envelope around data that is never parsed, and its error form. */
import { type BulkheadError, isBulkheadError } from "../core/errors.ts";
import { rfc3339 } from "../core/clock.ts";
import { type ReplyValue, encodeJson, members } from "../core/json-bytes.ts";
import type { ApiResponse } from "../core/ports/api.ts";
import type { MintedAuth, Reply } from "./plugin.ts";
import type { LeaseInfo, WrapInfo } from "./services.ts";

/** A handler's answer after the kernel minted what it granted. */
export interface Settled {
  readonly reply: Reply | null | undefined;
  readonly auth: MintedAuth | null;
  readonly lease: LeaseInfo | null;
  /** The wrapping token that is answered in place of all of it. */
  readonly wrap: WrapInfo | null;
  /** The text that was wrapped: its buffers, to be wiped. */
  readonly plain?: readonly Buffer[];
}

export type Outcome = { readonly settled: Settled } | { readonly failure: Failure };

export interface Failure {
  readonly status: number;
  readonly errors: readonly string[];
  /** Row of the error table, for our own clients. */
  readonly code: string;
  readonly hint: string;
}

const HEADERS = { "content-type": "application/json", "cache-control": "no-store" } as const;
const DENIED = "1 error occurred:\n\t* permission denied\n\n";

const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000));

export function statusOf(outcome: Outcome): number {
  if ("failure" in outcome) return outcome.failure.status;
  const { reply, auth, lease, wrap } = outcome.settled;
  if (wrap !== null) return 200;
  if (reply === null) return 404;
  if (reply?.kept !== undefined) return reply.kept.status;
  if (reply?.status !== undefined) return reply.status;
  const whole = reply?.bare !== undefined || reply?.raw !== undefined;
  const says = auth !== null || lease !== null || whole || reply?.data !== undefined;
  return says || (reply?.warnings?.length ?? 0) > 0 ? 200 : 204;
}

export function render(outcome: Outcome, requestId: string, now: number): ApiResponse {
  const status = statusOf(outcome);
  if ("failure" in outcome) {
    const { errors, code, hint } = outcome.failure;
    const headers = { ...HEADERS, "x-bulkhead-code": code, "x-bulkhead-hint": encodeURIComponent(hint) };
    return { status, headers, body: encodeJson({ errors }) };
  }
  if (status === 204) return { status, headers: HEADERS, body: [] };
  const { reply } = outcome.settled;
  if (reply === null) return { status, headers: HEADERS, body: encodeJson({ errors: [] }) };
  if (reply?.raw !== undefined)
    return {
      status,
      headers: { ...HEADERS, "content-type": reply.raw.contentType },
      body: [Buffer.from(reply.raw.body)],
    };
  return {
    status,
    headers: keptFor(reply?.publicFor),
    body: encodeJson(reply?.bare ?? answerOf(outcome.settled, requestId, now)),
  };
}

const keptFor = (ms: number | undefined): Readonly<Record<string, string>> =>
  ms === undefined ? HEADERS : { ...HEADERS, "cache-control": `public, max-age=${seconds(ms)}` };

function answerOf(settled: Settled, requestId: string, now: number): Record<string, ReplyValue> {
  const { reply, wrap } = settled;
  if (wrap !== null) return wrappedOf(wrap, reply?.warnings ?? []);
  return envelopeOf(settled, requestId, now);
}

/** Without a request's id: the one it belongs to is inside. */
function wrappedOf(wrap: WrapInfo, warnings: readonly string[]): Record<string, ReplyValue> {
  return {
    request_id: "",
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data: null,
    wrap_info: {
      token: wrap.token,
      accessor: wrap.accessor,
      ttl: seconds(wrap.ttl),
      creation_time: rfc3339(wrap.creationTime),
      creation_path: wrap.creationPath,
      wrapped_accessor: wrap.wrappedAccessor === "" ? undefined : wrap.wrappedAccessor,
    },
    warnings: warnings.length > 0 ? warnings : null,
    auth: null,
  };
}

/** What is wrapped, too: there without the copy of `data` at the top level. */
export function envelopeOf(
  { reply, auth, lease }: Settled,
  requestId: string,
  now: number,
): Record<string, ReplyValue> {
  if (reply?.kept !== undefined)
    return { ...Object.fromEntries(members(reply.kept.body)), request_id: requestId };
  const warnings = [...(reply?.warnings ?? []), ...(auth?.warnings ?? [])];
  const data = reply?.data ?? null;
  return {
    ...(reply?.flatten === true ? data : null),
    request_id: requestId,
    lease_id: lease?.id ?? "",
    renewable: lease?.renewable ?? false,
    // what was granted a moment ago is told whole: clients compare it with what they asked for
    lease_duration:
      lease === null
        ? seconds(reply?.leaseDuration ?? 0)
        : Math.max(0, Math.ceil((lease.expireTime - now) / 1_000)),
    data: data as ReplyValue,
    wrap_info: null,
    warnings: warnings.length > 0 ? warnings : null,
    auth: auth === null ? null : authOf(auth),
  };
}

function authOf(auth: MintedAuth): ReplyValue {
  const identity = auth.identityPolicies ?? [];
  return {
    client_token: auth.token ?? "",
    accessor: auth.accessor,
    policies: [...new Set([...auth.policies, ...identity])].sort(),
    token_policies: auth.tokenPolicies,
    identity_policies: identity.length > 0 ? identity : null,
    metadata: Object.keys(auth.metadata).length > 0 ? auth.metadata : null,
    lease_duration: seconds(auth.ttl),
    renewable: auth.renewable,
    entity_id: auth.entityId,
    token_type: auth.type,
    orphan: auth.orphan,
    mfa_requirement: null,
    num_uses: auth.numUses,
  };
}

/** What of an error may be told: rows of the table as they are, anything else by its request's id alone. */
export function failureOf(error: unknown, requestId: string): Failure {
  if (!isBulkheadError(error))
    return {
      status: 500,
      errors: [`internal error (request ${requestId})`],
      code: "internal.unexpected",
      hint: "the server's log has the request's id",
    };
  return { status: error.status, errors: [textOf(error)], code: error.code, hint: error.hint };
}

/** Clients match the text that Vault gives to a refusal by policy. */
const textOf = (error: BulkheadError): string => (error.code === "auth.denied" ? DENIED : error.message);
