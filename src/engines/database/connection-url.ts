/**
 * `connection_url` of PostgreSQL-like databases: a URL (`postgresql://{{username}}:{{password}}@host:5432/db?sslmode=verify-full`) or
 * libpq's words (`host=… user={{username}} password={{password}} …`). Read strictly: what is not understood is refused, because a
 * misread `sslmode` would send what should be encrypted in clear. Nothing is taken from the server's own environment or files: whoever
 * may configure a database must not be able to send the server's own credentials, or have its files read, by leaving something out.
 */
import { BlockList, isIP } from "node:net";
import { ForbiddenAddress, checkHost } from "../../core/destination.ts";
import { BulkheadError } from "../../core/errors.ts";

export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: "none" | "verify-ca" | "verify-full";
}

interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly disableEscaping: boolean;
  /** PEM; empty: none. */
  readonly tlsCa: string;
  readonly tlsCertificate: string;
}

type Words = Readonly<Record<string, string>>;

const USERNAME = "{{username}}";
const PASSWORD = "{{password}}";
const MODES: Readonly<Record<string, ConnectionTarget["tls"]>> = {
  disable: "none",
  require: "verify-full",
  "verify-ca": "verify-ca",
  "verify-full": "verify-full",
};
const KNOWN = [
  "host",
  "port",
  "user",
  "password",
  "dbname",
  "sslmode",
  "application_name",
  "connect_timeout",
];

const near = new BlockList();
near.addSubnet("127.0.0.0", 8, "ipv4");
near.addAddress("::1", "ipv6");

const bad = (problem: string): BulkheadError =>
  new BulkheadError("database.config", { problem: `cannot parse connection url: ${problem}` });

/** Throws `database.config`, which never repeats what was given. */
export function parseConnectionUrl(source: string, credentials: Credentials): ConnectionTarget {
  const words = /^postgres(ql)?:\/\//.test(source)
    ? readUrl(fill(source, credentials, credentials.disableEscaping ? (one) => one : encodeURIComponent))
    : fillWords(readWords(source), credentials);
  const unknown = Object.keys(words).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw bad(
      `it has a parameter that is not offered; known are ${KNOWN.join(", ")}. Certificates go to tls_ca, tls_certificate and private_key`,
    );
  const { host = "", port = "5432", user = "", password = "", dbname = "", sslmode = "" } = words;
  if (host === "") throw bad("it names no host");
  if (host.startsWith("/") || host.startsWith("@")) throw bad("Unix sockets are not offered: name a host");
  if (host.includes(",") || port.includes(",")) throw bad("it names several hosts: name one");
  checkAddress(host);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) throw bad("invalid port");
  if (user === "") throw bad("it names no user: give username");
  if (password === "") throw bad("it has no password: give password");
  const tls = tlsOf(host, sslmode, credentials);
  return { host, port: Number(port), user, password, database: dbname === "" ? user : dbname, tls };
}

function checkAddress(host: string): void {
  try {
    checkHost(host);
  } catch (error) {
    throw error instanceof ForbiddenAddress ? bad(error.message) : error;
  }
}

/** In clear on loopback and where the URL says so, but never where certificates are given. */
function tlsOf(
  host: string,
  sslmode: string,
  { tlsCa, tlsCertificate }: Credentials,
): ConnectionTarget["tls"] {
  const certificates = tlsCa !== "" || tlsCertificate !== "";
  if (sslmode === "") return isNear(host) && !certificates ? "none" : "verify-full";
  const tls = Object.hasOwn(MODES, sslmode) ? MODES[sslmode] : undefined;
  if (tls === undefined) throw bad(`its sslmode is not one of ${Object.keys(MODES).join(", ")}`);
  if (tls === "none" && certificates) throw bad("it has sslmode=disable, and certificates are given");
  if (tls === "verify-ca" && tlsCa === "") throw bad("sslmode=verify-ca needs tls_ca");
  return tls;
}

function isNear(host: string): boolean {
  const kind = isIP(host);
  return kind === 0 ? host === "localhost" : near.check(host, kind === 4 ? "ipv4" : "ipv6");
}

/** Both at once, so that a password with `{{username}}` in it stays what it is. */
function fill(source: string, { username, password }: Credentials, encode: (text: string) => string): string {
  return source.replace(/\{\{(username|password)\}\}/g, (_, name: string) =>
    encode(name === "username" ? username : password),
  );
}

const fillWords = (words: Words, credentials: Credentials): Words =>
  Object.fromEntries(
    Object.entries(words).map(([name, text]) => [name, fill(text, credentials, (one) => one)]),
  );

function readUrl(source: string): Words {
  const url = URL.parse(source);
  if (url === null) throw bad("invalid URL (write @ : / ? # in a name or password as %40 %3A %2F %3F %23)");
  // what the reader takes out or decodes would be overlooked where passwords are hidden
  if (/[\p{Cc}]/u.test(source) || /[?&][^=&]*%/.test(url.search))
    throw bad("it has a control character, or a % in a parameter's name");
  if (url.hash !== "") throw bad("it has a # (in a password, write it as %23)");
  const words: Record<string, string> = {};
  const set = (name: string, text: string): void => {
    if (text === "") return;
    if (Object.hasOwn(words, name)) throw bad(`it says ${KNOWN.includes(name) ? name : "a parameter"} twice`);
    words[name] = text;
  };
  set("host", decode(url.hostname).replace(/^\[(.*)\]$/, "$1"));
  set("port", url.port);
  set("user", decode(url.username));
  set("password", decode(url.password));
  set("dbname", decode(url.pathname.slice(1)));
  for (const [name, text] of url.searchParams) set(name, text);
  return words;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad("it has a % that is not followed by two hexadecimal digits");
  }
}

/** `keyword = value`, values with spaces in single quotes. */
function readWords(source: string): Words {
  const words: Record<string, string> = {};
  const word = /\s*([a-z_]{1,40})\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s']*))(?=\s|$)/y;
  let at = 0;
  while (source.slice(at).trim() !== "") {
    word.lastIndex = at;
    const match = word.exec(source);
    if (match === null) throw bad("invalid keyword/value");
    const [, name = "", quoted, plain] = match;
    if (Object.hasOwn(words, name)) throw bad("it says a word twice");
    words[name] = quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "";
    at = word.lastIndex;
  }
  return words;
}

/** The URL without a password that stands in it itself. */
export function shownUrl(source: string): { readonly url: string; readonly hidden: boolean } {
  const shown = source
    .replace(/^([a-z]+:\/\/[^/?#@:]*:)([^/?#]*)@/, (whole, before: string, password: string) =>
      password === PASSWORD ? whole : `${before}xxxxx@`,
    )
    .replace(
      /(^|[\s?&])(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]*)/g,
      (whole, before: string, name: string, value: string) =>
        value === PASSWORD ? whole : `${before}${name}xxxxx`,
    );
  return { url: shown, hidden: shown !== source };
}

export const hasTemplates = (source: string): boolean =>
  source.includes(USERNAME) && source.includes(PASSWORD);
