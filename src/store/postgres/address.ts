/**
 * The address of a PostgreSQL database, `postgres://user:password@host:port/database?parameter=…`, read strictly: what is not
 * understood is refused, because a misread `sslmode` would send what should be encrypted in clear. Other than loopback and Unix
 * sockets get TLS with the certificate's name checked, unless the address says `sslmode=disable`.
 */
import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";

export interface PostgresAddress {
  /** For messages: without user and password. */
  readonly name: string;
  /** A name, an IP address, or the absolute folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** undefined: the user who runs Bulkhead (or PGUSER). */
  readonly user: string | undefined;
  readonly password: Secret | null;
  readonly database: string;
  /** The schema that holds the tables: several stores may share a database. */
  readonly schema: string;
  /** false: in clear. */
  readonly tls: ConnectionOptions | false;
}

const PARAMETERS = ["host", "user", "schema", "sslmode", "sslrootcert", "sslcert", "sslkey"] as const;
type Parameter = (typeof PARAMETERS)[number];
type Parameters = Readonly<Partial<Record<Parameter, string>>>;

const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const bad = (problem: string): BulkheadError => new BulkheadError("store.bad-address", { problem });

/** Throws `store.bad-address` (which never repeats the address: it holds a password) and `io.failed` for a certificate's file. */
export function parseAddress(address: Secret): PostgresAddress {
  const url = parseUrl(address);
  const parameters = readParameters(url.searchParams);
  const host = parameters.host ?? decode(url.hostname).replace(/^\[(.*)\]$/, "$1");
  if (host === "") throw bad("it names no host");
  const database = decode(url.pathname.slice(1));
  if (database === "") throw bad("it names no database");
  const schema = parameters.schema ?? "bulkhead";
  if (!SCHEMA.test(schema))
    throw bad("a schema is a lower-case letter, then letters, digits and _, 63 at most");
  const port = url.port === "" ? 5432 : Number(url.port);
  const shown = host.includes(":") ? `[${host}]` : host;
  const password = decode(url.password);
  return {
    name: `postgres://${shown}:${port}/${database}${schema === "bulkhead" ? "" : `?schema=${schema}`}`,
    host,
    port,
    user: (parameters.user ?? decode(url.username)) || undefined,
    password: password === "" ? null : Secret.copy(password),
    database,
    schema,
    tls: tlsOptions(host, parameters),
  };
}

function parseUrl(address: Secret): URL {
  const url = URL.parse(address.revealText().trim());
  if (url === null)
    throw bad("it cannot be read as an address (write @ : / ? # in a password as %40 %3A %2F %3F %23)");
  if (url.hash !== "") throw bad("it has a # (in a password, write it as %23)");
  return url;
}

function readParameters(query: URLSearchParams): Parameters {
  const parameters: Partial<Record<Parameter, string>> = {};
  for (const [name, value] of query) {
    const known = PARAMETERS.find((each) => each === name);
    if (known === undefined) throw bad(`it has an unknown parameter; known are ${PARAMETERS.join(", ")}`);
    if (parameters[known] !== undefined) throw bad(`it has the parameter ${known} twice`);
    parameters[known] = value;
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad("it has a % that is not followed by two hexadecimal digits (write % as %25)");
  }
}

function isNear(host: string): boolean {
  const kind = isIP(host);
  if (kind !== 0) return loopback.check(host, kind === 4 ? "ipv4" : "ipv6");
  return host === "localhost" || host.startsWith("/");
}

/** libpq's names. `require` means `verify-full` here: encryption without knowing for whom keeps nobody out. */
const MODES: Readonly<Record<string, ConnectionOptions | false>> = {
  disable: false,
  require: {},
  "verify-full": {},
  "verify-ca": { checkServerIdentity: () => undefined },
};

function tlsOptions(
  host: string,
  { sslmode, sslrootcert, sslcert, sslkey }: Parameters,
): ConnectionOptions | false {
  const files = { ca: sslrootcert, cert: sslcert, key: sslkey };
  const named = Object.values(files).some((path) => path !== undefined);
  const mode = sslmode ?? (isNear(host) && !named ? "disable" : "verify-full");
  const options = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (options === undefined)
    throw bad(
      "its sslmode is not one of disable, verify-ca, verify-full, or require (which checks like verify-full)",
    );
  if (options === false) {
    if (named) throw bad("it has sslmode=disable and certificates");
    return false;
  }
  if ((sslcert === undefined) !== (sslkey === undefined)) throw bad("sslcert and sslkey belong together");
  if (mode === "verify-ca" && sslrootcert === undefined) throw bad("sslmode=verify-ca needs sslrootcert");
  const read: ConnectionOptions = {};
  for (const [option, path] of Object.entries(files))
    if (path !== undefined) read[option as keyof typeof files] = readPem(path);
  return { ...options, ...read, rejectUnauthorized: true };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "failed";
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}
