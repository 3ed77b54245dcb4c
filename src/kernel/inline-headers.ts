/**
 * Inline authentication as it travels: the login's path, operation and parameters in headers, each parameter as base64url JSON
 * `{"key", "value"}` without padding. What is not exactly that is refused.
 */
import { BulkheadError } from "../core/errors.ts";
import { RawJson, checkJson, decodeString, encodeString, kindOf, members } from "../core/json-bytes.ts";
import type { ApiRequest } from "../core/ports/api.ts";
import type { Operation } from "./plugin.ts";

export interface InlineLogin {
  readonly path: string;
  readonly operation: Operation;
  /** In buffers of its own: wiped with the request. */
  readonly body: RawJson;
}

const PREFIX = "x-vault-inline-auth-";
const PARAMETER = `${PREFIX}parameter`;
const [PATH, OPERATION, NAMESPACE] = ["path", "operation", "namespace"].map((name) => PREFIX + name);
const KNOWN: ReadonlySet<string | undefined> = new Set([PATH, OPERATION, NAMESPACE]);
/** What a login may be; it is an update where nothing is said. */
const OPERATIONS: readonly string[] = ["create", "read", "update"];
const MOST_PARAMETERS = 64;

const invalid = (problem: string): BulkheadError => new BulkheadError("inline.invalid", { problem });

/** null where no header asks for it. Throws `inline.invalid`, `request.unsupported-header`. */
export function inlineLogin(headers: ApiRequest["headers"]): InlineLogin | null {
  const given = Object.entries(headers).filter(([name]) => name.startsWith(PREFIX));
  if (given.length === 0) return null;
  for (const [name] of given)
    if (!KNOWN.has(name) && name !== PARAMETER && !name.startsWith(`${PARAMETER}-`))
      throw new BulkheadError("request.unsupported-header", { header: name.slice(0, 100) });
  const path = headers[PATH ?? ""]?.trim() ?? "";
  if (path === "") throw invalid("expected a path in X-Vault-Inline-Auth-Path");
  const operation = headers[OPERATION ?? ""]?.trim() ?? "update";
  if (!OPERATIONS.includes(operation))
    throw invalid("expected a valid login operation in X-Vault-Inline-Auth-Operation");
  const parameters = given.filter(([name]) => !KNOWN.has(name));
  if (parameters.length > MOST_PARAMETERS) throw invalid(`more than ${MOST_PARAMETERS} parameters`);
  return { path, operation: operation as Operation, body: bodyOf(parameters) };
}

function bodyOf(parameters: readonly (readonly [string, string])[]): RawJson {
  const pieces: Buffer[] = [];
  const seen = new Set<string>();
  for (const [, value] of parameters) {
    const { key, raw } = parameterOf(value);
    if (seen.has(key)) throw invalid("a parameter is given twice");
    seen.add(key);
    pieces.push(
      Buffer.from(pieces.length === 0 ? "{" : ","),
      encodeString(Buffer.from(key)),
      Buffer.from(":"),
      raw,
    );
  }
  const body = Buffer.concat([...(pieces.length === 0 ? [Buffer.from("{")] : pieces), Buffer.from("}")]);
  for (const piece of pieces) piece.fill(0);
  return new RawJson(body);
}

/** `raw` is a buffer of its own. */
function parameterOf(text: string): { readonly key: string; readonly raw: Buffer } {
  const bytes = Buffer.from(text, "base64url");
  try {
    if (bytes.toString("base64url") !== text)
      throw invalid("failed raw url-safe base64 decoding header value");
    const json = read(bytes);
    const found = kindOf(json) === "object" ? members(json) : new Map<string, RawJson>();
    const [key, value] = [found.get("key"), found.get("value")];
    if (key === undefined || kindOf(key) !== "string") throw invalid("decoded header lacked `key` field");
    if (value === undefined) throw invalid("decoded header lacked `value` field");
    return { key: decodeString(key)?.toString("utf8") ?? "", raw: Buffer.from(value.bytes) };
  } finally {
    bytes.fill(0);
  }
}

function read(bytes: Buffer): RawJson {
  try {
    return checkJson(bytes);
  } catch {
    throw invalid("failed decoding JSON of a header value");
  }
}
