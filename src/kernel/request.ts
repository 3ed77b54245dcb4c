/** From the transport's call to an operation on a path: methods, list forms, headers, body. What is not offered is refused, never ignored. */
import { parseDuration } from "../core/duration.ts";
import { BulkheadError } from "../core/errors.ts";
import type { RawJson } from "../core/json-bytes.ts";
import { checkJson, kindOf, members } from "../core/json-bytes.ts";
import type { ApiMethod, ApiRequest } from "../core/ports/api.ts";
import { Secret } from "../core/secret.ts";
import { type InlineLogin, inlineLogin } from "./inline-headers.ts";
import type { Operation } from "./plugin.ts";

export interface ParsedRequest {
  /** `update` for POST and PUT; whether it creates is known only behind the mount. */
  readonly operation: Operation;
  /** Without a slash in front; a list's path ends with one. */
  readonly path: string;
  readonly help: boolean;
  /** HEAD: everything but the body. */
  readonly headOnly: boolean;
  readonly token: Secret | null;
  readonly remote: string;
  readonly certificates: readonly Buffer[];
  readonly query: URLSearchParams;
  readonly body: RawJson | null;
  /** The body of the few paths that take no JSON; null elsewhere. */
  readonly rawBody: Buffer | null;
  readonly members: ReadonlyMap<string, RawJson>;
  /** Milliseconds; 0: not to be wrapped. */
  readonly wrapTtl: number;
  readonly inline: InlineLogin | null;
}

export const BODY_LIMIT = 32 * 1024 * 1024;
const MOST_PATH = 2_048;
/** Fields of a body; their names stand in the audit log in clear. A secret's own fields are one level further down. */
const MOST_MEMBERS = 1_000;
const MOST_NAMES = 64 * 1024;
const MERGE_PATCH = "application/merge-patch+json";

const OPERATIONS: Readonly<Record<ApiMethod, Operation>> = {
  GET: "read",
  HEAD: "read",
  POST: "update",
  PUT: "update",
  DELETE: "delete",
  PATCH: "patch",
  LIST: "list",
  SCAN: "scan",
};
/**
 * Each asks for what changes the meaning of the request; a value listed here asks for nothing. Not among them: X-Vault-Index,
 * -Inconsistent, -Forward and -No-Request-Forwarding, which ask for what always holds (every node reads what was written last, and
 * serves the request itself), and X-Vault-Request, which browsers cannot send and everybody else does.
 */
export const REFUSED_HEADERS: Readonly<Record<string, readonly string[]>> = {
  "x-vault-namespace": ["", "/", "root", "root/"],
  "x-vault-inline-auth-namespace": ["", "/", "root", "root/"],
  "x-vault-mfa": [""],
  "x-vault-policy-override": ["", "false"],
  "x-vault-wrap-format": [""],
};
/** What they take is no JSON. */
const RAW_BODIES: ReadonlySet<string> = new Set([
  "sys/storage/raft/snapshot",
  "sys/storage/raft/snapshot-force",
]);
const WRAP_TTL = "x-vault-wrap-ttl";

export function parseRequest(request: ApiRequest): ParsedRequest {
  refuseUnsupported(request.headers);
  const operation = operationOf(request);
  if (operation === "patch") checkPatchType(request.headers["content-type"] ?? "");
  const path = pathOf(request.path, operation);
  const raw = RAW_BODIES.has(path);
  const body = raw ? null : bodyOf(request.body);
  const fields = body === null ? new Map<string, RawJson>() : members(body);
  checkNames(fields);
  const [token, asked] = [tokenOf(request.headers), inlineLogin(request.headers)];
  const inline = asked && { ...asked, path: pathOf(asked.path, asked.operation) };
  if (inline !== null && token !== null)
    throw new BulkheadError("inline.invalid", {
      problem: "cannot layer inline authentication with token authentication",
    });
  return {
    operation,
    path,
    help: isTrue(request.query.get("help")),
    headOnly: request.method === "HEAD",
    token,
    remote: request.remote,
    certificates: request.certificates ?? [],
    query: request.query,
    body,
    rawBody: raw ? request.body : null,
    members: fields,
    wrapTtl: wrapTtlOf(request.headers[WRAP_TTL]?.trim() ?? ""),
    inline,
  };
}

/** Tolerant of what `parseRequest` refuses: the path as it can stand in the audit log. */
export const auditPath = (path: string): string => path.slice(0, MOST_PATH);

function refuseUnsupported(headers: ApiRequest["headers"]): void {
  for (const [name, value] of Object.entries(headers))
    if (unsupported(name, value)) throw new BulkheadError("request.unsupported-header", { header: name });
}

const unsupported = (name: string, value: string): boolean =>
  Object.hasOwn(REFUSED_HEADERS, name) && REFUSED_HEADERS[name]?.includes(value.trim()) !== true;

function wrapTtlOf(text: string): number {
  const refuse = (problem: string): BulkheadError =>
    new BulkheadError("request.invalid", { problem: `error parsing X-Vault-Wrap-TTL header: ${problem}` });
  if (text === "") return 0;
  if (text.startsWith("-")) throw refuse("requested wrap ttl cannot be negative");
  // a number without a unit is whole seconds
  if (/^\d*\.\d*$/.test(text)) throw refuse("missing unit in duration");
  try {
    return parseDuration(text);
  } catch {
    throw refuse("not a duration");
  }
}

function operationOf({ method, query }: ApiRequest): Operation {
  const operation = OPERATIONS[method] as Operation | undefined;
  if (operation === undefined) throw new BulkheadError("request.unsupported-operation");
  if (method !== "GET") return operation;
  return isTrue(query.get("list")) ? "list" : isTrue(query.get("scan")) ? "scan" : operation;
}

const isTrue = (text: string | null): boolean => text !== null && /^(1|t|true)$/i.test(text);

function checkPatchType(header: string): void {
  const type = header.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (type !== MERGE_PATCH)
    throw new BulkheadError("request.unsupported-media", { type: type.slice(0, 100) });
}

function pathOf(text: string, operation: Operation): string {
  const path = text.replace(/\/{2,}/g, "/").replace(/^\//, "");
  if (/[\0-\x1f\x7f]/.test(path) || !path.isWellFormed() || Buffer.byteLength(path) > MOST_PATH)
    throw new BulkheadError("request.invalid", {
      problem: `a path has at most ${MOST_PATH} bytes and no control characters`,
    });
  if (/(^|\/)\.\.?(\/|$)/.test(path))
    throw new BulkheadError("request.invalid", { problem: "path cannot contain `.` or `..` as a segment" });
  const lists = operation === "list" || operation === "scan";
  return lists && !path.endsWith("/") ? `${path}/` : path;
}

function tokenOf(headers: ApiRequest["headers"]): Secret | null {
  const bearer = /^bearer +(\S+)\s*$/i.exec(headers.authorization ?? "")?.[1];
  const token = headers["x-vault-token"]?.trim() || bearer;
  return token === undefined || token === "" ? null : Secret.copy(token);
}

function checkNames(fields: ReadonlyMap<string, RawJson>): void {
  let bytes = 0;
  for (const name of fields.keys()) bytes += Buffer.byteLength(name);
  if (fields.size > MOST_MEMBERS || bytes > MOST_NAMES)
    throw new BulkheadError("request.invalid", {
      problem: `a body has at most ${MOST_MEMBERS} fields with ${MOST_NAMES} bytes of names`,
    });
}

function bodyOf(bytes: Buffer | null): RawJson | null {
  if (bytes === null || bytes.length === 0) return null;
  if (bytes.length > BODY_LIMIT) throw new BulkheadError("request.too-large", { limit: BODY_LIMIT });
  const raw = checkJson(bytes);
  // Go clients send `null` where they have nothing to say
  if (kindOf(raw) === "null") return null;
  if (kindOf(raw) !== "object")
    throw new BulkheadError("request.malformed", { reason: "expected an object" });
  return raw;
}
