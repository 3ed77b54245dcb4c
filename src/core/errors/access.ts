/** Rows of tokens, leases, mounts, policies and values. */
import { type ErrorRow, row } from "./row.ts";

export const accessErrors = {
  // tokens, leases, mounts
  "token.unknown": row(403, 1, "bad token", "the token is unknown, expired or revoked"),
  "token.unknown-accessor": row(400, 1, "invalid accessor", "the token is unknown, expired or revoked"),
  "token.not-found": row(400, 1, "token not found", "the token is unknown, expired or revoked"),
  "token.not-renewable": row(400, 1, "lease is not renewable", "make a renewable token"),
  "token.invalid": row(400, 1, "{problem}", ""),
  "token.batch": row(
    400,
    1,
    "batch tokens cannot be {what}",
    "a batch token ends by itself, or with the token that made it; ask for type service",
  ),
  "token.exists": row(400, 1, "cannot create a token with a duplicate ID", "choose another id"),
  "identity.refused": row(
    403,
    1,
    "permission denied",
    "the identity behind this token is disabled or gone: ask who runs this server",
  ),
  "identity.invalid": row(400, 1, "{problem}", ""),
  "identity.no-issuer": row(
    400,
    1,
    "the issuer has no address yet",
    "write identity/oidc/config with issuer=https://HOST:PORT, as verifiers reach this server",
  ),
  "identity.no-subject": row(
    400,
    1,
    'the subject of role "{role}" names what this token does not have',
    "log in by the stage's own role: metadata counts only where a login said it, and all of it must be there",
  ),
  "identity.lost-key": row(
    500,
    1,
    'the signing key "{key}" is not in the store',
    "rotate it at identity/oidc/key/{key}/rotate",
  ),
  "token.no-role": row(400, 1, "unknown role {role}", "`bao list auth/token/roles` lists them"),
  "token.login-over": row(
    400,
    1,
    "the login that gave this token no longer stands, so that it is not renewed",
    "log in again; the user or role was deleted, or its policies were changed",
  ),
  "wrapping.invalid": row(
    400,
    1,
    "wrapping token is not valid or does not exist",
    "it can be unwrapped once and until its time is over; when nobody of yours did, treat what was in it as stolen",
  ),
  "wrapping.no-token": row(
    403,
    1,
    "error validating wrapping token: {problem}",
    "send it as the body's token, or as the request's own",
  ),
  "wrapping.required": row(
    400,
    1,
    "endpoint requires response wrapping to be used",
    "send the header X-Vault-Wrap-TTL, for instance 5m",
  ),
  "inline.invalid": row(
    400,
    1,
    "failed to perform inline authentication: {problem}",
    "docs/tokens.md shows the headers",
  ),
  "lease.unknown": row(400, 1, "invalid lease", "the lease is unknown or over"),
  "lease.not-renewable": row(400, 1, "lease is not renewable", "ask for a new secret"),
  "lease.revoke-failed": row(
    502,
    1,
    "the lease {lease} could not be revoked yet",
    "it is tried again by itself; `bulkhead lease list` shows what stays",
  ),
  "mount.exists": row(400, 1, "path is already in use at {path}", "choose another path"),
  "mount.unknown-type": row(400, 1, 'plugin not found in the catalog: "{type}"', "known types: {known}"),
  "mount.unknown": row(400, 1, "no matching mount at {path}", "`bulkhead status` lists the mounts"),
  "mount.builtin": row(400, 1, "cannot unmount {path}", "it is part of Bulkhead"),
  "mount.invisible": row(
    403,
    1,
    'preflight capability check returned 403, please ensure client\'s policies grant access to path "{path}"',
    "there is no such mount, or the token's policies allow nothing in it",
  ),
  "mount.invalid": row(400, 1, "{problem}", ""),
  "mount.not-movable": row(
    400,
    1,
    "cannot remount {problem}",
    "only what was mounted can be moved, and to a free path",
  ),
  "mount.no-lockout": row(
    400,
    1,
    'tuning of user lockout configuration for auth type "{type}" not allowed',
    "only methods with passwords lock names out",
  ),
  "seal.local": row(
    400,
    1,
    "this store is unsealed where it lives, not over the API",
    "the server opens it at start with its key file or passphrase (`bulkhead server`)",
  ),

  // policies
  "policy.protected": row(400, 1, "cannot {action} {name} policy", ""),

  // values (requirement B3)
  "value.reused": row(
    400,
    1,
    "the value of {project}/{environment}/{secret} ({field}) already stands in {other} ({otherField})",
    "environments never share a value: make a separate credential for each",
  ),

  // policies
  "policy.invalid": row(
    400,
    1,
    "failed to parse policy: line {line}, column {column}: {problem}",
    "correct the policy and write it again",
  ),
  "policy.inexpressible": row(
    400,
    1,
    "no policy can name {path} alone: {problem}",
    "choose a name without wildcards, template braces or a slash at the front",
  ),
  "policy.root-not-alone": row(
    400,
    1,
    "other policies present along with root",
    "a root token holds the root policy and no other",
  ),
} as const satisfies Record<string, ErrorRow>;
