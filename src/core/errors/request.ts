/** Rows of requests to /v1. */
import { type ErrorRow, row } from "./row.ts";

export const requestErrors = {
  // requests (texts that Vault's clients match are kept as Vault words them)
  "request.malformed": row(400, 1, "failed to parse JSON input: {reason}", "send a JSON object"),
  "request.too-large": row(
    413,
    1,
    "request body is larger than {limit} bytes",
    "send less, or raise the listener's limit",
  ),
  "request.timeout": row(408, 1, "the request took longer than {seconds} s", "try again"),
  "request.invalid": row(400, 1, "{problem}", ""),
  "request.unsupported-operation": row(405, 1, "unsupported operation", "see ?help=1 on this path"),
  "request.unsupported-path": row(404, 1, "unsupported path", "see ?help=1 on the mount"),
  "request.unsupported-media": row(
    415,
    1,
    "unsupported content type `{type}`",
    "PATCH takes application/merge-patch+json",
  ),
  "request.no-handler": row(
    404,
    1,
    'no handler for route "{path}". route entry not found.',
    "`bulkhead status` lists the mounts",
  ),
  "request.unsupported-header": row(
    400,
    1,
    "the header {header} asks for something Bulkhead does not offer",
    "leave it out",
  ),
  "request.field-not-offered": row(
    400,
    1,
    "{field} is not offered",
    "leave it out; docs/not-offered.md says why",
  ),
  "auth.missing-token": row(
    403,
    1,
    "permission denied",
    "log in with `bulkhead login`, or set BULKHEAD_TOKEN",
  ),
  "auth.denied": row(403, 1, "permission denied", "the token's policies do not allow {operation} on {path}"),
  "auth.invalid-credentials": row(400, 1, "invalid role or secret ID", "ask for a fresh secret id"),
  "auth.locked": row(
    403,
    1,
    "permission denied",
    "too many logins with this name failed: wait, or have it unlocked at sys/locked-users",
  ),
  "auth.outside-window": row(
    403,
    1,
    "logins are possible in the window {window} (UTC) only",
    "it opens {opens}",
  ),
  "auth.approval-needed": row(
    403,
    1,
    "waiting for approval {request}",
    "another person runs `bulkhead approve {request}` ({needed} needed); then log in again",
  ),
  "auth.approval-denied": row(403, 1, "approval {request} was denied", "ask whoever denied it"),
  "auth.automated": row(
    403,
    1,
    "the role {role} is for automated identities: a person's credential is refused",
    "log in with the platform's own identity; the store's operator may add `as_operator`, which is audited",
  ),
  "approval.unknown": row(
    404,
    1,
    "there is no approval {request} to decide",
    "`bulkhead approvals` lists them",
  ),
  "approval.own": row(403, 1, "nobody approves a login of their own", "ask another person"),
  "approval.twice": row(400, 1, "you have approved this already", "ask another person"),
  "approval.no-person": row(
    403,
    1,
    "only a person's login may decide on an approval",
    "log in with `bulkhead login` as yourself",
  ),
  "approval.over": row(400, 1, "the approval was {state} already", "log in again to ask anew"),
  "approval.too-many": row(
    503,
    1,
    "too many logins wait for approval",
    "decide on some: `bulkhead approvals`",
  ),
  "quota.exceeded": row(
    429,
    1,
    'request path "{path}": rate limit quota exceeded',
    "wait a moment, or have the limit raised at sys/quotas/rate-limit",
  ),
  "quota.exists": row(
    400,
    1,
    'quota rule with similar properties exists under the name "{name}"',
    "change that one: it has the path {path} too",
  ),
  "quota.too-many": row(400, 1, "there are {most} rate limits already", "delete some first"),
} as const satisfies Record<string, ErrorRow>;
