/** The secrets engines' rows. */
import { type ErrorRow, row } from "./row.ts";

export const enginesErrors = {
  // kv (texts as Vault's clients read them)
  "kv.retired": row(
    403,
    1,
    "this secret was retired on {since} by {by} ({reason}); {then}",
    "take another one; `bulkhead secret retire --undo` brings it back until it is destroyed",
  ),
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
} as const satisfies Record<string, ErrorRow>;
