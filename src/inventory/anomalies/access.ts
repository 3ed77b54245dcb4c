/**
 * Entries of the audit log as the rules see them: one access for each answer. Only what stands in clear is used; hashes only as names
 * of the same thing (docs/spec/audit.md).
 */
import type { AuditRecord } from "../../audit-log/index.ts";
import type { Access, Who } from "./types.ts";

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const members = (value: unknown): Members => (isMembers(value) ? value : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");

const SILENT = new Set(["gap", "recovered"]);
/** Requests of which an answer's reader needs what was asked. */
const ASKED = /^(?:auth\/|bulkhead\/runs\/|sys\/leases\/revoke)/;
const MOST_OPEN = 1_000;
const MOST_DISORDER_MS = 600_000;

export class AccessReader {
  /** Of requests that have no answer yet. */
  readonly #asked = new Map<string, Members>();
  #latest = Number.NEGATIVE_INFINITY;
  unread = 0;

  /** Null for what is no answer: requests, gaps, entries of another version. */
  read({ segment, seq, time, entry }: AuditRecord): Access | null {
    const { type, id, operation, path } = entry as Members;
    if (type === "request") {
      this.#open(entry);
      return null;
    }
    const at = Date.parse(time);
    if (
      type !== "response" ||
      typeof path !== "string" ||
      typeof operation !== "string" ||
      Number.isNaN(at)
    ) {
      if (!SILENT.has(text(type))) this.unread++;
      return null;
    }
    // processes on one log write side by side, a little out of order; a clock that was set back is believed
    this.#latest = this.#latest - at > MOST_DISORDER_MS ? at : Math.max(this.#latest, at);
    const asked = this.#asked.get(text(id)) ?? {};
    this.#asked.delete(text(id));
    return accessOf(entry, {
      time: this.#latest,
      asked,
      place: { segment, seq, request: text(id) },
      operation,
      path,
    });
  }

  #open(entry: Members): void {
    const { id, path, data } = entry;
    if (typeof id !== "string" || typeof path !== "string" || !ASKED.test(path) || !isMembers(data)) return;
    this.#asked.set(id, data);
    if (this.#asked.size > MOST_OPEN)
      for (const oldest of this.#asked.keys()) return void this.#asked.delete(oldest);
  }
}

function accessOf(
  entry: Members,
  known: Pick<Access, "time" | "asked" | "place" | "operation" | "path">,
): Access {
  const { path, operation } = known;
  const mount = text(entry.mount_type);
  const status = typeof entry.status === "number" ? entry.status : 0;
  const given = status === 200 && fetches(mount, operation, path);
  const kv = mount === "kv" ? kvPath(path) : null;
  return {
    ...known,
    mount,
    status,
    remote: text(entry.remote),
    who: whoOf(entry.auth),
    secret: given ? (kv?.secret ?? path) : null,
    cell: kv?.cell ?? null,
    version: mount === "kv" ? versionOf(entry.data) : null,
    granted: grantOf(entry.granted),
    unknownToken: typeof entry.token === "string" ? entry.token : null,
  };
}

function whoOf(auth: unknown): Who | null {
  if (!isMembers(auth)) return null;
  const metadata = plainOf(auth.metadata);
  const { project, stage, environment } = metadata;
  const identity =
    project !== undefined && stage !== undefined && environment !== undefined
      ? `${project}/${stage} in ${environment}`
      : text(auth.display_name);
  return { identity, token: text(auth.accessor), metadata };
}

const plainOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(members(value)).filter(
      (pair): pair is [string, string] => typeof pair[1] === "string" && !pair[1].startsWith("hmac-sha256:"),
    ),
  );

function grantOf(granted: unknown): Access["granted"] {
  if (!isMembers(granted) || typeof granted.client_token !== "string" || granted.client_token === "")
    return null;
  const { client_token: token, accessor, metadata } = granted;
  return { token, accessor: text(accessor), metadata: plainOf(metadata) };
}

/** The reading answers of engines that give out credentials. */
const GIVES: Readonly<Record<string, RegExp>> = {
  aws: /\/(?:creds|sts)\//,
  database: /\/(?:creds|static-creds)\//,
  pki: /\/issue\//,
};

function fetches(mount: string, operation: string, path: string): boolean {
  if (mount === "kv")
    return operation === "read" && !/^[^/]+\/(?:metadata|config|subkeys)(?:\/|$)/.test(path);
  return (operation === "read" || operation === "update") && GIVES[mount]?.test(path) === true;
}

/** `secret/data/fraud/prod/openai` → `secret/fraud/prod/openai`, and what `apply` would have laid there. */
function kvPath(path: string): { readonly secret: string; readonly cell: Access["cell"] } {
  const [mount = "", ...rest] = path.split("/");
  if (rest[0] !== "data" && rest[0] !== "metadata") return { secret: path, cell: null };
  const [, project = "", environment = "", name = "", ...more] = rest;
  const cell = mount === "secret" && name !== "" && more.length === 0 ? { project, environment, name } : null;
  return { secret: `${mount}/${rest.slice(1).join("/")}`, cell };
}

function versionOf(data: unknown): number | null {
  const { version, metadata } = members(data);
  if (typeof version === "number") return version;
  const inner = members(metadata).version;
  return typeof inner === "number" ? inner : null;
}
