/**
 * The one error table: every error Bulkhead raises on purpose is a row (code → HTTP status, exit code, message,
 * hint), and every such error is a `BulkheadError`. Messages are templates over `{name}` details; details are names,
 * paths and positions, never secret values. `docs/errors.md` lists the same rows (a test compares both ways).
 */

export interface ErrorRow {
  /** HTTP status of the /v1 answer. */
  readonly status: number;
  /** CLI exit code: 1 failed, 2 usage, 3 found problems, 4 incomplete; 125, 126, 127 when `run` could not start. */
  readonly exit: number;
  /** Lower case, no full stop; `{x}` is replaced by the detail of that name. */
  readonly message: string;
  /** What to do next; may use details too. Empty only where the message itself says it. */
  readonly hint: string;
}

const row = (status: number, exit: number, message: string, hint: string): ErrorRow => ({
  status,
  exit,
  message,
  hint,
});

export const errorTable = {
  // usage
  "usage.invalid": row(400, 2, "{problem}", "run `bulkhead {command} --help`"),
  "duration.invalid": row(
    400,
    2,
    "`{text}` is not a duration",
    "write it like 90d, 1h30m, 45s, or a number of seconds",
  ),
  "internal.unexpected": row(
    500,
    1,
    "something failed inside Bulkhead ({where})",
    "run again with --debug for the trace, and report it",
  ),
  "io.failed": row(
    500,
    1,
    "cannot {action} {path}: {reason}",
    "check that the path exists and that you may use it",
  ),

  // scans
  "baseline.invalid": row(
    400,
    2,
    "{path}: line {line} {problem}",
    "docs/spec/baseline.md has the format; `bulkhead scan --baseline FILE --update-baseline` writes it",
  ),
  "allow.invalid": row(400, 2, "{path} {problem}", "docs/scan.md has the form of allow lists"),
  "scan.show-needs-terminal": row(
    400,
    2,
    "--show writes values to a terminal only",
    "leave out --output, --format and the pipe, or leave out --show",
  ),
  "findings.too-many": row(
    429,
    1,
    "more digests than the {limit} that one caller may ask for at once",
    "wait {seconds} s, or scan less at a time",
  ),
  "finding.unknown": row(404, 1, "there is no finding {id}", "`bulkhead findings list` names them"),

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

  // store
  "store.newer": row(
    500,
    1,
    "the store {path} was made by a newer Bulkhead (format {format}, this one knows {known})",
    "use that version of Bulkhead, or restore a backup made by this one",
  ),
  "store.foreign": row(
    500,
    1,
    "{path} is not a Bulkhead store",
    "point Bulkhead at another place, or move that file away",
  ),
  "store.corrupt": row(500, 1, "the store {path} is damaged", "keep the file and restore a backup"),
  "store.full": row(
    507,
    1,
    "the store {path} cannot be written: {reason}",
    "free space on that disk and try again; nothing that was acknowledged is lost",
  ),
  "store.busy": row(
    503,
    1,
    "the store {path} stayed locked by another process",
    "try again, or stop the process that holds it",
  ),
  "store.contended": row(503, 1, "too many changes by others at the same time", "try again"),
  "store.fenced": row(
    503,
    1,
    "the lock {name} is over: nothing was written",
    "nothing needs doing: whoever holds the lock now goes on",
  ),
  "store.closed": row(503, 1, "the store is closed", "open it again"),
  "store.exposed": row(
    500,
    1,
    "others can read the store {path} and its mode cannot be changed",
    "let the user who runs Bulkhead own it, with mode 0600",
  ),
  "store.unreachable": row(
    503,
    1,
    "the store {path} cannot be reached: {reason}",
    "see that the database runs and answers from here; nothing that was acknowledged is lost",
  ),
  "store.refused": row(
    500,
    1,
    "the store {path} lets Bulkhead not in: {reason}",
    "check user, password, database and TLS of the address; the user must own the schema, or may make it",
  ),
  "store.bad-address": row(
    400,
    2,
    "not the address of a store: {problem}",
    "write postgres://user:password@host:5432/database, see docs/settings.md",
  ),
  "store.bad-key": row(
    400,
    1,
    "not a storage key: {problem}",
    "use a shorter name without control characters",
  ),

  // seal and barrier
  "seal.sealed": row(
    503,
    1,
    "Vault is sealed",
    "unseal it (`bulkhead operator unseal`), or start it again with its key file, passphrase or key service",
  ),
  "seal.not-initialized": row(
    400,
    1,
    "Vault is not initialized",
    "run `bulkhead operator init`; without --config `bulkhead server` does it at its first start",
  ),
  "seal.wrong-key": row(
    400,
    1,
    "the seal key does not open this store",
    "give the key or passphrase this store was made with",
  ),
  "seal.missing-key": row(
    500,
    1,
    "the seal key file {path} is missing",
    "restore it from your backup; without it the store cannot be opened",
  ),
  "seal.key-exposed": row(
    500,
    1,
    "the seal key file {path} is not private: {problem}",
    "run `chmod 600` on it and let its owner be the user who runs Bulkhead; rotate what it protects if others could read it",
  ),
  "seal.wrong-method": row(
    400,
    1,
    "this store is sealed by {type}, not by {asked}",
    "use the seal it was made with",
  ),
  "seal.empty-passphrase": row(
    400,
    2,
    "the passphrase is empty",
    "give a long one; nothing else protects the store",
  ),
  "seal.refused": row(400, 1, "{problem}", "`bulkhead operator status` shows what is going on"),
  "seal.wrong-shares": row(
    400,
    1,
    "invalid key: these shares together open nothing",
    "begin again with shares of the current set; a wrong one cannot be told from the others",
  ),
  "seal.too-many": row(429, 1, "too many key shares were handed in", "wait a moment, then go on"),
  "seal.kms-failed": row(
    503,
    1,
    "the {type} key {key} cannot be used: {reason}",
    "see that its service answers, and that the credentials may encrypt and decrypt with that key",
  ),
  "snapshot.damaged": row(
    400,
    1,
    "this is no whole snapshot of Bulkhead: {problem}",
    "take another copy of it; nothing was changed",
  ),
  "snapshot.foreign": row(
    400,
    1,
    "this snapshot was not made by this store, or it was changed since",
    "nothing was changed; to put another store's in this one's place use --force, and unseal by that one's keys",
  ),
  "barrier.corrupt": row(
    500,
    1,
    "the stored entry {path} is damaged or was moved",
    "restore it from a backup",
  ),
  "barrier.bad-key": row(500, 1, "not a storage path: {problem}", "report it"),

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

  // audit log
  "audit.unwritable": row(
    500,
    1,
    "the audit log in {folder} cannot be written: {reason}",
    "free space or fix the folder's permissions; requests are refused until it can be written",
  ),
  "audit.unanswered": row(
    500,
    1,
    "{operation} on {path} was carried out, but its answer is withheld: the audit log in {folder} cannot be written: {reason}",
    "look at what is there before you try again; free space, or fix the folder's permissions",
  ),
  "audit.bad-device": row(400, 1, "{problem}", "docs/audit.md has the devices and their options"),
  "audit.api-off": row(
    400,
    1,
    "cannot enable audit device via API; use declarative, config-based audit device management instead",
    "set the device in the server's configuration",
  ),
  "audit.fixed-device": row(
    400,
    1,
    "the audit device {path} cannot be disabled",
    "the chained log is always there; configured devices are taken out of the server's configuration",
  ),
  "audit.unknown-device": row(400, 1, 'unknown audit backend "{path}"', "GET sys/audit lists the devices"),
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

  // clients of /v1
  "api.refused": row(400, 1, "{said}", ""),
  "api.unavailable": row(503, 1, "{said}", "see `bulkhead status`"),
  "api.unexpected": row(
    502,
    1,
    "the answer for {path} is not one of Bulkhead's: {problem}",
    "check that BULKHEAD_ADDR names a Bulkhead server",
  ),
  "api.unreachable": row(
    503,
    1,
    "cannot reach {address}: {reason}",
    "start it with `bulkhead server`, or unset BULKHEAD_ADDR to use the local store",
  ),
  "api.bad-address": row(
    400,
    2,
    "`{address}` is not a server address",
    "write BULKHEAD_ADDR like http://127.0.0.1:8200, without a path or a password",
  ),

  // the store's folder
  "home.none": row(
    500,
    1,
    "this user has no home folder",
    "set HOME, or BULKHEAD_HOME to a folder of yours alone",
  ),
  "home.hidden": row(
    500,
    1,
    "this is a job of a run, and the store in {path} is not for jobs",
    "the stage's secrets are in the job's environment; run other stages from outside",
  ),
  "home.exposed": row(500, 1, "{path} can be read by others", "chmod 700 {path}, then look at what it held"),
  "seal.passphrase-needed": row(
    503,
    1,
    "the store in {path} is sealed by a passphrase",
    "run this on a terminal, or give BULKHEAD_PASSPHRASE_FILE",
  ),

  // server
  "server.port-in-use": row(
    500,
    1,
    "cannot listen on {address}: it is in use",
    "stop the other server, or choose another with --listen",
  ),
  "server.cannot-listen": row(
    500,
    1,
    "cannot listen on {address}: {reason}",
    "choose another address with --listen",
  ),
  "server.bad-listen": row(
    400,
    2,
    "`{address}` is not an address to listen on",
    "write --listen like 127.0.0.1:8200",
  ),
  "server.plain-not-loopback": row(
    400,
    2,
    "{address} is not a loopback address and there is no TLS",
    "give --tls-cert and --tls-key, or --allow-plain-http behind a TLS proxy",
  ),
  "server.key-exposed": row(400, 1, "{path} can be read by others", "chmod 600 {path}"),

  "config.invalid": row(400, 2, "{path}: {problem}", "see docs/deploy.md, or schema/server.schema.json"),

  // the declaration (bulkhead.yaml); `where` is a dotted place such as `stages.train.use`
  "manifest.missing": row(
    404,
    2,
    "no bulkhead.yaml in {folder} or above it",
    "run `bulkhead init` to write one",
  ),
  "manifest.invalid": row(
    400,
    2,
    "{file} has {count}:\n{list}",
    "mend these lines and run the command again",
  ),
  "manifest.refused": row(
    400,
    1,
    "apply is refused:\n{list}",
    "change the declaration, then run `bulkhead plan`",
  ),
  "manifest.too-large": row(
    400,
    2,
    "the declaration is {size} bytes, more than the {limit} bytes it may have",
    "a declaration names secrets and stages; move everything else out of it",
  ),
  "rules.unknown": row(404, 1, "there is no rule `{id}`", "`bulkhead rules list` lists them"),
  "rules.invalid": row(400, 2, "{file}: {problem}", 'see "Rules of your own" in docs/scan.md'),
  "manifest.not-text": row(400, 2, "the declaration is not UTF-8 text", "save it as UTF-8"),
  "manifest.syntax": row(400, 2, "{problem}", "see the YAML around this line"),
  "manifest.tab": row(400, 2, "a tab is used for indentation", "indent with spaces"),
  "manifest.too-deep": row(400, 2, "nested more than {limit} levels deep", "a declaration needs five levels"),
  "manifest.alias": row(
    400,
    2,
    "anchors, aliases, merge keys and tags are not allowed",
    "write the value out: readers must see at once what a stage may use",
  ),
  "manifest.empty": row(400, 2, "the declaration is empty", "start with `project:` and `stages:`"),
  "manifest.duplicate-key": row(
    400,
    2,
    "`{key}` stands twice in {where} (first on line {first})",
    "keep one of them",
  ),
  "manifest.unknown-key": row(400, 2, "`{key}` is not known in {where}", "known: {known}"),
  "manifest.missing-key": row(400, 2, "{where} needs `{key}`", "{help}"),
  "manifest.wrong-type": row(400, 2, "{where} must be {expected}, not {found}", "{help}"),
  "manifest.bad-name": row(
    400,
    2,
    "`{name}` is not a name for {what}",
    "names have 1 to 63 lower-case letters, digits and `-`, and start with a letter or digit",
  ),
  "manifest.bad-variable": row(
    400,
    2,
    "`{name}` is not a variable name",
    "variables have letters, digits and `_`, and don't start with a digit",
  ),
  "manifest.bad-value": row(400, 2, "{where}: {problem}", "{help}"),
  "manifest.value-in-file": row(
    400,
    2,
    "this line holds what looks like a live credential ({what})",
    "take it out and rotate it: a declaration never holds a value; store it with `bulkhead secret put`",
  ),
  "manifest.reserved-variable": row(
    400,
    2,
    "`{name}` is reserved: {reason}",
    "use another variable, or let the job set this one itself",
  ),
  "manifest.duplicate-variable": row(
    400,
    2,
    "stage {stage} sets `{name}` twice (first on line {first})",
    "a variable has one source: keep one of them",
  ),
  "manifest.unknown-provider": row(
    400,
    2,
    "no provider `{name}` is known",
    "leave `provider` out and give the `kind` instead",
  ),
  "manifest.unknown-secret": row(
    400,
    2,
    "`{name}` is neither a secret declared here nor a known provider",
    "declare it under `secrets:`",
  ),
  "manifest.ambiguous-secret": row(
    400,
    2,
    "`{name}` is not declared, but {declared} is declared for that provider",
    "write `{first}`, or declare `{name}` under `secrets:` when a second credential is meant",
  ),
  "manifest.no-variable": row(
    400,
    2,
    "which variable carries `{name}` is not known",
    "write `use: { VARIABLE: {name} }`",
  ),
  "manifest.unknown-field": row(400, 2, "secret {name} has no field `{field}`", "its fields: {known}"),
  "manifest.ambiguous-field": row(
    400,
    2,
    "secret {name} has several fields ({known}); which one `{variable}` carries is not said",
    "write `{name}.{first}`",
  ),
  "manifest.rotation-secret-used": row(
    400,
    2,
    "`{name}` mints other secrets (`with:` on line {line}), so no stage may use it",
    "take it out of the stage",
  ),
  "manifest.cycle": row(
    400,
    2,
    "`with:` goes in a circle: {path}",
    "one of these must be rotated by a person",
  ),
  "manifest.unknown-stage": row(400, 2, "no stage `{name}` is declared", "stages: {known}"),
  "manifest.unknown-environment": row(400, 2, "no environment `{name}` is declared", "environments: {known}"),
  "manifest.unsafe-name": row(
    500,
    1,
    "`{name}` cannot stand in a policy",
    "names have lower-case letters, digits and `-`",
  ),
  "manifest.exists": row(400, 2, "{path} exists already", "edit it, or give --force to write a new one"),
  // kv (texts as Vault's clients read them)
  "kv.version": row(400, 1, "invalid version provided: {version}", "mount type kv-v1 or kv-v2"),
  "kv.upgrade": row(
    400,
    1,
    "upgrading {path} from version 1 to version 2 is not offered",
    "mount kv-v2 at another path and write the secrets there",
  ),
  "kv.downgrade": row(
    400,
    1,
    "cannot downgrade mount from version 2",
    "mount kv-v1 at another path; {path} stays as it is",
  ),
  "kv.no-fields": row(400, 1, "missing data fields", "send the secret's fields as a JSON object"),
  "kv.cas-mismatch": row(
    400,
    1,
    "check-and-set parameter did not match the current version",
    "read the secret again and decide anew",
  ),
  "kv.cas-required": row(
    400,
    1,
    "check-and-set parameter required for this call",
    "send options.cas with the version you read (0: it must not exist)",
  ),
  "kv.no-data": row(400, 1, "no data provided", "send the secret's fields as an object under `data`"),
  "kv.no-versions": row(400, 1, "no version number provided", "send `versions`, a list of numbers"),
  "kv.folder": row(
    400,
    1,
    "cannot write to a path ending in '/'",
    "name the secret itself, without the slash",
  ),
  "kv.bad-path": row(400, 1, "not a path for a secret: {problem}", "use names separated by single slashes"),
  "kv.incomplete": row(
    500,
    1,
    "version {version} of a secret in {mount} has lost its value",
    "restore it from a backup, or destroy that version",
  ),

  // cubbyhole
  "cubbyhole.batch": row(
    400,
    1,
    "cubbyhole operations are only supported by 'service' type tokens",
    "ask for a token of type service",
  ),
  "cubbyhole.no-data": row(400, 1, "missing data fields", "send a JSON object with at least one member"),

  // projects and runs
  "project.bad-name": row(
    400,
    2,
    "`{name}` is not a project's name",
    "use lower-case letters, digits and hyphens, at most 63, starting with a letter or digit",
  ),
  "project.invalid": row(
    400,
    1,
    "the project's declaration is not valid: {problem}",
    "see docs on bulkhead.yaml",
  ),
  "project.stale": row(
    400,
    1,
    "project {name} is at revision {revision}, not {expected}",
    "someone else applied in between; run `bulkhead plan` again",
  ),
  "project.locked": row(
    409,
    1,
    "project {name} is locked by {holder} until {until}",
    "wait for that apply to end and try again",
  ),
  "project.lock-lost": row(
    409,
    1,
    "the lock on project {name} is not held with this token",
    "it ran out or was never taken; start again",
  ),
  "run.unknown": row(404, 1, "no run {id}", "`bulkhead runs` lists them"),
  "run.over": row(400, 1, "run {id} is over ({state})", "start a new run"),

  // transit (texts as Vault's clients read them)
  "transit.no-key": row(400, 1, "{problem}", "list the keys of this mount, or create it at keys/NAME"),
  "transit.base64": row(
    400,
    1,
    "{before}illegal base64 data at input byte {at}",
    "send standard base64 with its padding",
  ),
  "transit.missing": row(400, 1, "{problem}", "see ?help=1 on this path"),
  "transit.no-context": row(
    400,
    1,
    "missing 'context' for key derivation; the key was created using a derived key, which means additional, per-request information must be included in order to perform operations with the key",
    "send the same `context` (base64) that was or will be used to decrypt",
  ),
  "transit.unsupported": row(400, 1, "{problem}", "`supports_*` of keys/NAME say what a key can do"),
  "transit.version": row(400, 1, "{problem}", "keys/NAME shows which versions may be used"),
  "transit.malformed": row(400, 1, "{problem}", "send what encrypt, sign or hmac gave, as it is"),
  "transit.not-authentic": row(
    400,
    1,
    "cipher: message authentication failed",
    "the ciphertext was changed, or the key, context or associated_data are not those it was made with",
  ),
  "transit.not-exportable": row(
    400,
    1,
    "private key material is not exportable",
    "set `exportable` on keys/NAME/config; it cannot be unset",
  ),
  "transit.kept": row(
    400,
    1,
    "error deleting policy {name}: {problem}",
    "set `deletion_allowed` on keys/NAME/config first",
  ),
  "transit.config": row(400, 1, "{problem}", "read keys/NAME for what is set now"),
  "transit.lost": row(
    500,
    1,
    "version {version} of key {name} has lost its material",
    "restore the store from a backup",
  ),

  // databases and clouds (texts as Vault's clients read them, where these say enough)
  "template.invalid": row(
    400,
    1,
    "unable to initialize username template: {problem}",
    "write text, fields like {{.RoleName}} and functions like {{random 20}}, see docs/engines/database.md",
  ),
  "database.config": row(
    400,
    1,
    "error creating database object: {problem}",
    "see docs/engines/database.md for what a configuration says",
  ),
  "database.no-connection": row(
    400,
    1,
    'failed to find entry for connection with name: "{name}"',
    "write it at config/{name} first",
  ),
  "database.role": row(400, 1, "{problem}", "see ?help=1 on this path"),
  "database.unknown-role": row(400, 1, "unknown role: {name}", "list the roles of this mount"),
  "database.not-allowed": row(
    400,
    1,
    '"{role}" is not an allowed role',
    "add it to allowed_roles of the role's configuration",
  ),
  "database.no-statements": row(
    400,
    1,
    "empty creation statements",
    "write creation_statements that make the user",
  ),
  "database.template": row(
    400,
    1,
    "a statement cannot be filled: {problem}",
    "write {{name}} in double quotes, {{password}} and {{expiration}} in single ones",
  ),
  "database.refused": row(
    502,
    1,
    "failed to execute query: the database refused {what}: {reason}",
    "the database's own log says more",
  ),
  "database.login": row(
    502,
    1,
    "failed to connect: {reason}",
    "check user name and password of the configuration",
  ),
  "database.unreachable": row(
    502,
    1,
    "the database cannot be reached: {reason}",
    "see that it runs and answers from here, then try again",
  ),
  "database.closed": row(503, 1, "the connections to this database were closed meanwhile", "try again"),
  "database.rotating": row(
    409,
    1,
    "the credential of {name} is being rotated",
    "try again in a minute; a rotation that broke off is finished by itself",
  ),
  "aws.config": row(400, 1, "{problem}", "see docs/engines/aws.md"),
  "aws.role": row(400, 1, "{problem}", "see ?help=1 on this path"),
  "aws.refused": row(502, 1, "AWS refused {action}: {code}{said}", "check the rights of the configured key"),
  "aws.unreachable": row(
    502,
    1,
    "AWS cannot be reached for {action}: {reason}",
    "see that the endpoint answers from here, then try again",
  ),

  // approle (texts as Vault's clients read them)
  "approle.no-role": row(404, 1, 'role "{role}" does not exist', "list the roles of this mount"),
  "approle.no-accessor": row(
    404,
    1,
    'failed to find accessor entry for secret_id_accessor: "{accessor}"',
    "list the role's accessors",
  ),
  "approle.missing": row(400, 1, "missing {field}", "send it in the body"),

  // certificates (texts of the pki engine and the cert method as Vault's clients read them)
  "x509.malformed": row(
    400,
    1,
    "malformed {what}",
    "send it as OpenSSL writes it; `openssl asn1parse` shows what is there",
  ),
  "x509.unsupported-key": row(
    400,
    1,
    "unsupported type of key",
    "use RSA of 2048 bits or more, EC on P-224, P-256, P-384 or P-521, or Ed25519",
  ),
  "pki.invalid": row(400, 1, "{problem}", "see ?help=1 on this path"),
  "pki.no-role": row(400, 1, "unknown role: {role}", "list the roles of this mount"),
  "pki.no-default": row(
    400,
    1,
    "no default issuer currently configured",
    "make a root or import one, or name the default at config/issuers",
  ),
  "pki.no-issuer": row(
    404,
    1,
    "{problem}",
    "list the issuers of this mount; the default is set at config/issuers",
  ),
  "pki.no-key": row(404, 1, "{problem}", "list the keys of this mount"),
  "pki.not-allowed": row(400, 1, "{problem}", "read the role: it says which names and values it allows"),
  "pki.request": row(
    400,
    1,
    "{problem}",
    "make a new request with a key of at least 2048 bits (RSA) and SHA-256",
  ),
  "pki.in-use": row(409, 1, "{problem}", "delete what uses it first"),
  "pki.corrupt": row(500, 1, "{what} of this mount cannot be read", "restore the store from a backup"),
  "cert.refused": row(
    400,
    1,
    "invalid certificate or no client certificate supplied",
    "the server's log says why, by the request's id",
  ),
  "cert.no-certificate": row(
    400,
    1,
    "no client certificate found",
    "log in over TLS with a client certificate, at a listener that asks for one (`--tls-client-certs`); one in a header is never trusted",
  ),
  "cert.no-match": row(
    400,
    1,
    "no chain matching all constraints could be found for this login certificate",
    "the server's log says which constraint, by the request's id",
  ),
  "cert.invalid": row(400, 1, "{problem}", "see ?help=1 on this path"),

  // userpass (texts as Vault's clients read them)
  "userpass.refused": row(
    400,
    1,
    "invalid username or password",
    "check both; after several failures the name is locked for a while",
  ),
  "userpass.missing": row(400, 1, "missing password", "send it in the body"),
  "userpass.no-user": row(404, 1, "username does not exist", "list the users of this mount"),
  "userpass.busy": row(429, 1, "too many logins at once", "try again in a few seconds"),

  // jwt, oidc and kubernetes (texts as Vault's clients read them)
  "login.refused": row(
    400,
    1,
    "login refused ({id})",
    "the operator's log says why under this id; look whether the token is the one that the role asks for",
  ),
  "kubernetes.refused": row(
    403,
    1,
    "permission denied ({id})",
    "the operator's log says why under this id; look whether the service account is the one that the role asks for",
  ),
  "jwt.not-configured": row(400, 1, "could not load configuration", "write the mount's `config` first"),
  "jwt.bad-state": row(
    400,
    1,
    "Vault login failed. Expired or missing OAuth state.",
    "begin the login again: a state holds for five minutes and for one answer",
  ),
  "jwt.busy": row(429, 1, "too many logins at once", "try again in a few minutes"),
  "trust.too-broad": row(
    400,
    1,
    "the role takes more than the job that is meant: {list}",
    "add the line, or say why it must be so with allow_broad: it is recorded in the audit log",
  ),
  // run
  "run.command-not-found": row(
    500,
    127,
    "command `{command}` was not found",
    "check the spelling and the job's PATH (`--explain-env` shows which variables it gets)",
  ),
  "run.command-not-executable": row(
    500,
    126,
    "`{command}` cannot be executed",
    "make it executable with chmod +x, or name its interpreter",
  ),
  "run.not-started": row(500, 125, "the job `{command}` did not start: {reason}", "nothing of it ran"),
  "run.interrupted": row(500, 125, "stopped by {signal} before the job started", "nothing of it ran"),
  "run.isolation-too-low": row(
    500,
    125,
    "isolation level {required} is required and this machine reaches {level}: {missing}",
    "run where user namespaces are allowed, or lower the required level",
  ),
  "run.workspace-hidden": row(
    400,
    125,
    "the job would start in {cwd}, inside {path}, which jobs must not see",
    "start it from the project's folder",
  ),
  "run.no-command": row(
    400,
    2,
    "stage {stage} has no `run:`",
    "add `run:` to it in bulkhead.yaml, or give a command after `--`",
  ),
  "run.reserved-variable": row(
    400,
    2,
    "{variable} cannot be set for a job: {why}",
    "use another name under `use:` or `set:`",
  ),
  "run.duplicate-variable": row(
    400,
    2,
    "{variable} is set twice, by `use:` and by `set:`",
    "keep one of them",
  ),
  "run.invalid-variable": row(
    400,
    2,
    "`{variable}` is not a name for a variable",
    "use letters, digits and _, and do not begin with a digit",
  ),
  "run.value-not-text": row(
    400,
    125,
    "the value for {variable} cannot be a variable: it is not text, or holds a zero byte",
    "store it in base64",
  ),
  "run.value-too-large": row(
    400,
    125,
    "the value for {variable} has {size} bytes; a variable takes {limit}",
    "store it in smaller parts",
  ),
  "run.not-applied": row(404, 125, "stage {stage} has no role in {environment} yet", "run `bulkhead apply`"),
  "run.no-value": row(
    404,
    125,
    "{secret} has no value in {environment}",
    "store one with `bulkhead secret put {secret} --env {environment}`",
  ),
  "run.no-field": row(
    404,
    125,
    "{secret} has no field `{field}` in {environment}, and {variable} needs it",
    "store it with `bulkhead secret put {secret} --env {environment} --field {field}`",
  ),
  "run.unenforceable": row(
    400,
    125,
    "stage {stage} in {environment} asks for what cannot be held to here:\n{list}",
    "take it out of the declaration if the job may run without it",
  ),
  "run.not-for-people": row(
    403,
    125,
    "{environment} is for automated identities: a person's login runs no stage there",
    "run it from your automation, or write `people: true` for {environment}",
  ),
  "run.revocation-failed": row(
    500,
    1,
    "the job ended, but what it was given could not be revoked: {reason}",
    "try `bulkhead revoke run` with the run's id, or wait until it expires",
  ),

  // notebooks, git
  "notebook.unreadable": row(
    400,
    1,
    "{path} is not a notebook that can be cleaned: {reason}",
    "save it again from Jupyter, or leave it out",
  ),
  "git.no-repository": row(400, 1, "{folder} is in no git repository", "run `git init`, or change to one"),
  "git.no-revision": row(
    400,
    1,
    "git knows no commits by `{revision}` here",
    "see `git log`; in a shallow clone, `git fetch --unshallow` brings older commits",
  ),

  "hook.managed": row(
    400,
    1,
    "this repository's hooks stand in {folder} (core.hooksPath)",
    "add the line `{line}` to the hook there",
  ),

  // the command line
  "cli.unknown-command": row(400, 2, "`{name}` is not a command", "`bulkhead help` lists the commands"),
  "cli.no-value": row(
    400,
    2,
    "nothing was given for: {what}",
    'pipe it in (`printf %s "$VALUE" | bulkhead …`), or run the command in a terminal to be asked',
  ),
  "cli.value-in-arguments": row(
    400,
    2,
    "a value must not stand in the arguments: every process of this machine can read them there",
    "pipe it in on standard input, or run the command without it to be asked; rotate it if it was a real one",
  ),
  "cli.value-not-text": row(
    400,
    2,
    "the value of {field} is not text (UTF-8)",
    "encode it first, for example with base64, and decode it where it is used",
  ),
  "cli.value-too-large": row(
    400,
    2,
    "the value is larger than {limit} bytes",
    "keep a file of that size elsewhere, encrypted, and store its key",
  ),
  "cli.cancelled": row(400, 1, "cancelled", "nothing was changed"),
  "cli.not-text": row(
    400,
    2,
    "{path} is not text (UTF-8)",
    "convert it first, for example with iconv; nothing was stored and nothing removed",
  ),
  "cli.file-exposed": row(
    400,
    1,
    "others can read {path}, which holds a secret",
    "run `chmod 600 {path}`, and rotate what is in it if others may have read it",
  ),
  "cli.not-a-folder": row(400, 2, "there is no folder {path}", "give an existing folder"),
  "cli.found-nothing": row(404, 1, "there is no {what}", "{help}"),
  "cli.shown-on-terminal": row(
    400,
    2,
    "a value is not printed on a terminal unless you say so",
    "add --show, or pipe it to where it is needed",
  ),
  "cli.several-fields": row(400, 2, "{secret} has several fields: {known}", "add `--field {first}`"),
  "cli.unknown-field": row(404, 2, "{secret} has no field `{field}`", "its fields: {known}"),
  "cli.server-only": row(
    400,
    2,
    "`bulkhead {command}` works on a server: the local store is opened by its key file or passphrase",
    "set BULKHEAD_ADDR to the server's address",
  ),
  "cli.local-only": row(
    400,
    2,
    "`bulkhead {command}` works on the local store only",
    "unset BULKHEAD_ADDR, or run it on the machine that holds the store",
  ),
  "login.none": row(
    403,
    1,
    "nobody is logged in at {address}",
    "run `bulkhead login`, or set BULKHEAD_TOKEN",
  ),
  "login.no-server": row(
    400,
    2,
    "there is no server to log in to: BULKHEAD_ADDR is not set",
    "set it like http://127.0.0.1:8200; the local store needs no login",
  ),
  "login.expired": row(
    403,
    1,
    "the login at {address} ended at {expired}",
    "log in again with `bulkhead login`",
  ),
  "login.no-address": row(
    400,
    1,
    "the role {role} gives no address to log in at",
    "ask for a role of type oidc that allows {redirect}",
  ),
  "login.browser": row(
    400,
    1,
    "the browser login failed: {reason}",
    "begin again with `bulkhead login --method oidc`",
  ),
  "login.damaged": row(
    500,
    1,
    "the login file {path} cannot be read",
    "remove it and log in again with `bulkhead login`",
  ),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** Values for the templates: names, paths, numbers, positions. Never a secret. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{([a-z-]+)\}/gi, (whole, name: string) => {
    const value = details[name];
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(", ") : String(value);
  });
}

export class BulkheadError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** HTTP status for the /v1 answer. */
  readonly status: number;
  /** Exit code for the CLI. */
  readonly exit: number;
  readonly hint: string;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown; hint?: string } = {}) {
    const line: ErrorRow = errorTable[code];
    super(fill(line.message, details), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BulkheadError";
    this.code = code;
    this.details = details;
    this.status = line.status;
    this.exit = line.exit;
    this.hint = options.hint ?? fill(line.hint, details);
  }
}

/** True for errors of ours, whichever bundle they came from. */
export function isBulkheadError(error: unknown): error is BulkheadError {
  return error instanceof BulkheadError;
}

/** The nearest known name, for "did you mean" (edits and swapped letters at most a third of the length); null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 200 || b.length > 200) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : limit;
      current.push(Math.min(substitute, swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
