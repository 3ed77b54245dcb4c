/**
 * The audit trail of one request: an entry before the engine sees it and one before the answer leaves. When either cannot be
 * written the request fails. Strings and JSON scalars stand as `hmac-sha256:…`; in clear are names, declared plain fields,
 * numbers and flags of typed fields, and who called.
 */
import { type KeyObject, createPrivateKey, createPublicKey } from "node:crypto";
import {
  type Anchor,
  type AuditDevices,
  type NodeIdentity,
  openNotes,
  signCheckpoint,
  verifierKey,
} from "../audit-log/index.ts";
import { BulkheadError } from "../core/errors.ts";
import {
  type Json,
  RawJson,
  type ReplyValue,
  encodeJson,
  kindOf,
  members,
  parseJson,
} from "../core/json-bytes.ts";
import { AnchorRows, readAnchors } from "./audit-anchors.ts";
import { EntryHasher, hashWith } from "./audit-hash.ts";
import { vaultJson } from "./audit-vault.ts";
import type { Barrier } from "./barrier/index.ts";
import { type Outcome, type Settled, statusOf } from "./envelope.ts";
import type { Caller, FieldDeclaration, MountInfo, Reply } from "./plugin.ts";
import type { Secret } from "../core/secret.ts";
import type { AuditFolderService, AuditHashService, WrapInfo } from "./services.ts";

/** What is known of a request so far; filled in step by step, so that refusals are written with what was known. */
export interface AuditContext {
  readonly requestId: string;
  readonly remote: string;
  operation: string;
  path: string;
  mount: MountInfo | null;
  caller: Caller | null;
  fields: Readonly<Record<string, FieldDeclaration>>;
  members: ReadonlyMap<string, RawJson>;
  query: URLSearchParams;
  /** What was sent as the caller's; wiped after the last entry. */
  token: Secret | null;
  /** Seconds; absent: no wrapping was asked for. */
  wrapTtl?: number;
  /** A login in a request's headers. */
  inline?: boolean;
}

export interface Trail {
  /** The entry before; `error` when the request is refused. Written once. */
  request(error?: string): Promise<void>;
  response(outcome: Outcome): Promise<void>;
}

const NOTHING: Settled = { reply: null, auth: null, lease: null, wrap: null };
/** What stands before the 32 bytes of a private key. */
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
const ANCHORS = "core/audit-anchor/";
const ANCHOR_EVERY_MS = 1_000;
/** Fields of these types are numbers and flags; what came in their place as text is hashed. */
const IN_CLEAR = new Set(["int", "bool", "duration"]);
const MOST_IN_QUERY = 500;
/** Bytes of a plain field; a longer one is hashed, so that the entry fits into the log. */
const MOST_IN_CLEAR = 64 * 1024;
/** Of PEM. A key that was pasted where a certificate belongs is a secret all the same. */
const PRIVATE_KEY = "PRIVATE KEY-----";
const NUMBER = "\\d{1,20}(?:\\.\\d{1,9})?";
const UNIT = "(?:ms|[smhdw])";
const TYPED_TEXT = new RegExp(`^(?:true|false|-?${NUMBER}(?:${UNIT}(?:${NUMBER}${UNIT}){0,5})?)$`);

export class Audit implements AuditHashService, AuditFolderService {
  readonly #devices: AuditDevices;
  readonly #barrier: Barrier;
  readonly #now: () => number;
  readonly #anchors = new AnchorRows();
  #anchorTime: number;
  #anchoring: Promise<void> = Promise.resolve();

  constructor(devices: AuditDevices, barrier: Barrier, now: () => number) {
    this.#devices = devices;
    this.#barrier = barrier;
    this.#now = now;
    this.#anchorTime = now();
  }

  hash(value: Buffer): string {
    return hashWith(this.#key(), value);
  }

  /** The key is taken now, so that the answer to `sys/seal` can still be written. */
  trail(context: AuditContext): Trail {
    const key = this.#key();
    const hash = (value: Uint8Array): string => hashWith(key, value);
    let sent: object | null = null;
    const common = { context, hash };
    const request = async (error?: string): Promise<void> => {
      if (sent !== null) return;
      const data = requestData(context, key);
      const time = this.#time();
      await this.#devices.record({
        chained: {
          type: "request",
          ...commonOf(context, key),
          data,
          ...(error === undefined ? {} : { error }),
        },
        vault: (form) => vaultJson({ ...common, type: "request", time, requestData: data, error }, form),
        carriedOut: false,
      });
      sent = data;
    };
    const response = async (outcome: Outcome): Promise<void> => {
      const error = "failure" in outcome ? outcome.failure.errors.join("; ") : undefined;
      if (sent === null) await request(error);
      const settled = "settled" in outcome ? outcome.settled : NOTHING;
      const { auth, lease } = settled;
      const answered = responseOf(settled, context, key);
      const leaseId = lease?.id;
      const time = this.#time();
      await this.#devices.record({
        chained: {
          type: "response",
          ...commonOf(context, key),
          status: statusOf(outcome),
          ...("failure" in outcome ? { error, code: outcome.failure.code } : answered),
          ...(leaseId === undefined ? {} : { lease: leaseId }),
        },
        vault: (form) => {
          const shown = { data: answered.data, auth, leaseId };
          const entry = { ...common, type: "response", time, requestData: sent ?? {}, error } as const;
          return vaultJson({ ...entry, response: shown }, form);
        },
        carriedOut: "settled" in outcome,
      });
    };
    return {
      request,
      response: async (outcome) => {
        await response(outcome).catch((failed: unknown) => {
          throw sent === null ? failed : carriedOut(failed, context, outcome);
        });
        if (this.#now() - this.#anchorTime >= ANCHOR_EVERY_MS) this.#anchorSoon();
      },
    };
  }

  /** Writes where the log stands into the barrier, so that a tail cut off shows. */
  async anchor(): Promise<void> {
    this.#anchorSoon();
    await this.#anchoring;
  }

  here(): NodeIdentity | null {
    const { node, host, folder } = this.#devices.log.claimed() ?? this.#devices.log.anchor() ?? {};
    return node === undefined || host === undefined || folder === undefined ? null : { node, host, folder };
  }

  /** What `verifyAuditLog` is given. */
  async anchors(): Promise<Anchor[]> {
    return [...(await readAnchors(this.#barrier.view(ANCHORS))).values()];
  }

  /** Where each segment of each node stood when its node last said so, as signed notes for a witness outside. */
  async checkpoints(): Promise<{ notes: string[]; verifiers: string[] }> {
    await this.anchor();
    const key = this.#checkpointKey();
    const time = this.#time();
    const notes: string[] = [];
    const verifiers = new Set<string>();
    for (const { node, segment, seq, hash } of await this.anchors()) {
      if (node === undefined) continue;
      const signer = { name: `bulkhead/${node}`, key };
      notes.push(signCheckpoint({ segment, seq, hash, time }, signer));
      verifiers.add(verifierKey(signer));
    }
    return { notes, verifiers: [...verifiers] };
  }

  /** Anchors out of notes; null for each that this store did not sign. */
  openNotes(text: string): (Anchor | null)[] {
    return openNotes(text, createPublicKey(this.#checkpointKey()));
  }

  #checkpointKey(): KeyObject {
    const seed = this.#barrier.deriveKey("audit-checkpoint").export();
    const der = Buffer.concat([ED25519_PKCS8, seed.subarray(0, 32)]);
    try {
      return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    } finally {
      seed.fill(0);
      der.fill(0);
    }
  }

  #anchorSoon(): void {
    this.#anchorTime = this.#now();
    this.#anchoring = this.#anchoring.then(() => this.#writeAnchor()).catch(() => undefined);
  }

  async #writeAnchor(): Promise<void> {
    if (!this.#barrier.sealed) await this.#anchors.write(this.#devices.log, this.#barrier.view(ANCHORS));
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }

  #key(): KeyObject {
    return this.#barrier.deriveKey("audit");
  }
}

const CHANGING = new Set(["create", "update", "patch", "delete"]);

/** What is told when there is no entry for an answer: whether something was changed that nobody will hear of. */
function carriedOut(failed: unknown, { operation, path }: AuditContext, outcome: Outcome): unknown {
  if (!(failed instanceof BulkheadError) || failed.code !== "audit.unwritable") return failed;
  if ("failure" in outcome || !CHANGING.has(operation)) return failed;
  return new BulkheadError("audit.unanswered", { ...failed.details, operation, path }, { cause: failed });
}

function commonOf(context: AuditContext, key: KeyObject): object {
  const { caller, mount } = context;
  return {
    id: context.requestId,
    operation: context.operation,
    path: context.path,
    mount_type: mount?.type ?? "",
    remote: context.remote,
    ...(context.inline === true ? { inline_auth: true } : {}),
    auth: caller === null ? null : callerEntry(caller, key),
    // a token that ended is known by its hash to whoever reads how it was granted
    ...(caller === null && context.token !== null ? { token: hashWith(key, context.token.reveal()) } : {}),
  };
}

function callerEntry(
  caller: Pick<Caller, "accessor" | "displayName" | "policies" | "metadata" | "type" | "entityId">,
  key: KeyObject,
) {
  return {
    accessor: hashWith(key, Buffer.from(caller.accessor)),
    display_name: caller.displayName,
    policies: caller.policies,
    metadata: caller.metadata,
    token_type: caller.type,
    ...(caller.entityId === "" ? {} : { entity_id: caller.entityId }),
  };
}

function requestData({ fields, members: body, query, mount }: AuditContext, key: KeyObject): object {
  const hasher = new EntryHasher(key);
  const asked = mount?.settings?.auditNonHmacRequestKeys ?? [];
  const data = new Map<string, Json>();
  if (query.size > MOST_IN_QUERY) data.set("query", hasher.bytes(Buffer.from(query.toString())));
  for (const name of query.size > MOST_IN_QUERY ? [] : new Set(query.keys())) {
    const values = query.getAll(name);
    const plain = inClear(fields, name) && values.every((value) => fits(fields, name, value));
    const clear = plain || asked.includes(name);
    data.set(name, clear ? values.join(",") : hasher.texts(values));
  }
  for (const [name, raw] of body)
    data.set(name, standsInClear(fields, name, raw, asked) ? parseJson(raw) : hasher.raw(raw));
  return Object.fromEntries(data);
}

function standsInClear(
  fields: AuditContext["fields"],
  name: string,
  raw: RawJson,
  asked: readonly string[],
): boolean {
  if (raw.bytes.length > MOST_IN_CLEAR || raw.bytes.includes(PRIVATE_KEY)) return false;
  if (asked.includes(name)) return true;
  if (!isTyped(fields, name)) return inClear(fields, name);
  const kind = kindOf(raw);
  return (
    kind === "number" || kind === "boolean" || (inClear(fields, name) && fits(fields, name, textOf(raw)))
  );
}

const declared = (fields: AuditContext["fields"], name: string): FieldDeclaration | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;
const inClear = (fields: AuditContext["fields"], name: string): boolean =>
  declared(fields, name)?.plain === true;
const isTyped = (fields: AuditContext["fields"], name: string): boolean =>
  IN_CLEAR.has(declared(fields, name)?.type ?? "");
const textOf = (raw: RawJson): string => (kindOf(raw) === "string" ? String(parseJson(raw)) : "\0");
/** False for text in the place of a number, a flag or a span that is none: whatever it was, it was not meant for here. */
const fits = (fields: AuditContext["fields"], name: string, text: string): boolean =>
  !isTyped(fields, name) || TYPED_TEXT.test(text);

interface Answered {
  readonly data?: Json & object;
  readonly granted?: Json & object;
  readonly wrapped?: Json;
}

function responseOf({ reply, auth, wrap }: Settled, context: AuditContext, key: KeyObject): Answered {
  const kept = reply?.kept === undefined ? null : members(reply.kept.body);
  const hasher = new EntryHasher(key);
  return {
    ...(reply?.data === undefined || reply.data === null
      ? {}
      : { data: responseData(reply.data, context, key) }),
    ...(kept === null
      ? {}
      : { data: hashed(hasher, kept.get("data")), granted: hashed(hasher, kept.get("auth")) }),
    ...(auth === null
      ? {}
      : {
          granted: {
            ...callerEntry({ ...auth, displayName: "" }, key),
            client_token: auth.token === null ? "" : hashWith(key, auth.token.reveal()),
          },
        }),
    ...(wrap === null ? {} : { wrapped: wrapEntry(wrap, key) }),
  };
}

const hashed = (hasher: EntryHasher, raw: RawJson | undefined): Json & object => {
  const value = raw === undefined ? null : hasher.raw(raw);
  return typeof value === "object" && value !== null ? value : {};
};

/** The token's hash joins this entry with the one of its unwrapping. */
function wrapEntry(wrap: WrapInfo, key: KeyObject): Json {
  return {
    token: hashWith(key, wrap.token.reveal()),
    accessor: hashWith(key, Buffer.from(wrap.accessor)),
    ttl: Math.floor(wrap.ttl / 1_000),
    creation_path: wrap.creationPath,
    wrapped_accessor: wrap.wrappedAccessor === "" ? "" : hashWith(key, Buffer.from(wrap.wrappedAccessor)),
  };
}

function responseData(
  data: NonNullable<Reply["data"]>,
  context: AuditContext,
  key: KeyObject,
): Json & object {
  // what a list gives stands below the path in clear already; its length says enough, and thousands of hashes do not
  const hasher = new EntryHasher(key);
  const asked = context.mount?.settings?.auditNonHmacResponseKeys ?? [];
  const lists = context.operation === "list" || context.operation === "scan";
  const entries = Object.entries(data).map(([name, value]): [string, Json] => {
    if (lists && value !== null && typeof value === "object")
      return [name, Array.isArray(value) ? value.length : Object.keys(value).length];
    if (asked.includes(name)) return [name, inTheClear(value)];
    return [name, hasher.value(value, inClear(context.fields, name))];
  });
  return Object.fromEntries(entries);
}

/** A member that the mount was tuned to show. */
function inTheClear(value: ReplyValue | undefined): Json {
  const bytes = Buffer.concat(encodeJson(value ?? null));
  return bytes.length > MOST_IN_CLEAR ? "too long to stand here" : parseJson(new RawJson(bytes));
}
