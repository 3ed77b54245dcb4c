/** The auth methods' rows. */
import { type ErrorRow, row } from "./row.ts";

export const authErrors = {
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
} as const satisfies Record<string, ErrorRow>;
