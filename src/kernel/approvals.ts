/**
 * Logins that need more than a credential: a window of time, and the agreement of other people (B4). The first login of its kind
 * leaves a request and is refused; once enough others agreed, the next one like it (same mount, role, principal and metadata) is
 * let in, once. Rows below `core/approval/`: `id/<id>`, `like/<hmac of what was asked>` and `expiry/<time>/<id>`.
 */
import { createHmac } from "node:crypto";
import { type Clock, rfc3339 } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import { randomBase62 } from "../core/ids.ts";
import { isInWindow, nextOpening, parseTimeWindow } from "../core/time-window.ts";
import type { Barrier, StorageReader, StorageTransaction } from "./barrier/index.ts";
import type { AuthGrant, Caller, MountInfo } from "./plugin.ts";
import { decodeRow, encodeRow, timeKey } from "./row-cache.ts";
import type { ApprovalRequest, ApprovalService, IdentityService } from "./services.ts";
import { principalOf } from "./tokens/issue.ts";

interface Row extends ApprovalRequest {
  /** Names the row under `like/`. */
  readonly like: string;
}

const PREFIX = "core/approval/";
const LIFE = 3_600_000;
/** Each waits for people; more is a mistake or an attack, and the oldest end by themselves. */
const MOST_WAITING = 1_000;
const PAGE = 200;
const idKey = (id: string): string => `id/${id}`;
const likeKey = (like: string): string => `like/${like}`;
const expiryKey = ({ expires, id }: Row): string => `expiry/${timeKey(expires)}/${id}`;
const EMPTY = Buffer.from("1");

/** Passes a login's grant on, or ends the login. */
export type Allow = (grant: AuthGrant, root: StorageTransaction) => Promise<AuthGrant>;

/** Ends the login's transaction, so that nothing of it is kept. */
class NotAgreed extends Error {
  readonly asked: Row;

  constructor(asked: Row) {
    super("nobody agreed yet");
    this.asked = asked;
  }
}

export class Approvals implements ApprovalService {
  readonly #barrier: Barrier;
  readonly #clock: Clock;
  readonly #identities: Pick<IdentityService, "view">;

  constructor(barrier: Barrier, clock: Clock, identities: Pick<IdentityService, "view">) {
    this.#barrier = barrier;
    this.#clock = clock;
    this.#identities = identities;
  }

  /**
   * Runs a login, which passes its grant through `allow` in its own transaction: there an agreement is used up, in the same commit as the
   * credential and the token. Without one nothing of the login is kept, and a request is left in its place. Throws
   * `auth.outside-window`, `auth.approval-needed`, `auth.approval-denied`.
   */
  async whereAllowed<T>(mount: MountInfo, login: (allow: Allow) => Promise<T>): Promise<T> {
    try {
      return await login((grant, root) => this.#allow(grant, mount, root.scope(PREFIX)));
    } catch (error) {
      if (!(error instanceof NotAgreed)) throw error;
      const { asked } = error;
      const request = await this.#view().transaction((tx) => this.#ask(tx, asked));
      const details = { request: nameOf(request), needed: asked.needed };
      throw new BulkheadError(
        request.state === "denied" ? "auth.approval-denied" : "auth.approval-needed",
        details,
      );
    }
  }

  /** For a login that leaves nothing behind and so cannot ask anybody. */
  refuseUnasked({ conditions }: AuthGrant): void {
    const { window, approvals = 0 } = conditions ?? {};
    if (window !== undefined) this.#inWindow(window);
    if (approvals > 0)
      throw new BulkheadError("inline.invalid", { problem: "logins of this role wait for another person" });
  }

  async #allow(grant: AuthGrant, mount: MountInfo, tx: StorageTransaction): Promise<AuthGrant> {
    const { window, approvals = 0 } = grant.conditions ?? {};
    if (window !== undefined) this.#inWindow(window);
    if (approvals <= 0) return grant;
    const asked = { ...this.#asked(grant, mount), needed: approvals };
    const request = await this.#like(tx, asked);
    // the role may ask for more people since
    if (request?.state !== "approved" || request.approvals.length < approvals) throw new NotAgreed(asked);
    remove(tx, request);
    return grant;
  }

  async list(): Promise<ApprovalRequest[]> {
    const found: ApprovalRequest[] = [];
    for (const key of await this.#view().keys("id/")) {
      const row = await this.#row(this.#view(), key.slice("id/".length));
      if (row !== null) found.push(row);
    }
    return found.sort((a, b) => a.created - b.created);
  }

  async get(id: string): Promise<ApprovalRequest | null> {
    return await this.#row(this.#view(), id);
  }

  async approve(id: string, by: Caller): Promise<ApprovalRequest> {
    const logins = await this.#loginsOf(by);
    return await this.#decide(id, by, (row) => {
      if (row.state === "denied") throw new BulkheadError("approval.over", { state: row.state });
      if (row.requesters.some((one) => same(one, by) || logins.has(one)))
        throw new BulkheadError("approval.own");
      if (row.approvals.some((one) => one.principal === by.principal || same(one.entity, by)))
        throw new BulkheadError("approval.twice");
      const { principal, displayName, entityId } = by;
      const agreed = { principal, displayName, entity: entityId, time: this.#clock.now() };
      const approvals = [...row.approvals, agreed];
      return { ...row, approvals, state: approvals.length >= row.needed ? "approved" : "waiting" };
    });
  }

  async deny(id: string, by: Caller): Promise<ApprovalRequest> {
    return await this.#decide(id, by, (row) => ({ ...row, state: "denied" }));
  }

  /** Drops what nobody decided in time and what is used up. */
  async tidy(): Promise<void> {
    const now = timeKey(this.#clock.now());
    for (const key of await this.#view().keys("expiry/", { limit: PAGE })) {
      const [, time = "", id = ""] = key.split("/");
      if (time > now) return;
      await this.#view().transaction(async (tx) => {
        const bytes = await tx.get(idKey(id));
        if (bytes !== null) remove(tx, decodeRow<Row>(bytes));
        tx.delete(key);
      });
    }
  }

  #inWindow(text: string): void {
    const window = parseTimeWindow(text);
    const now = this.#clock.now();
    // a window that cannot be read is never open
    const opens = window === null ? "never" : rfc3339(nextOpening(window, now));
    if (window === null || !isInWindow(window, now))
      throw new BulkheadError("auth.outside-window", { window: text, opens });
  }

  #asked(grant: AuthGrant, mount: MountInfo): Row {
    const now = this.#clock.now();
    const principal = principalOf(grant, mount);
    const { role = "", alias } = grant;
    const facts = [mount.uuid, role, principal, alias?.name ?? "", Object.entries(grant.metadata).sort()];
    const { project = "-", environment = "-", actor } = grant.metadata;
    return {
      id: randomBase62(10),
      like: createHmac("sha256", this.#barrier.deriveKey("approvals"))
        .update(JSON.stringify(facts))
        .digest("hex"),
      project: segment(project),
      environment: segment(environment),
      mount: mount.path,
      role,
      metadata: grant.metadata,
      // a workflow's own `actor` is whoever pressed the button there
      requesters: [principal, ...(actor === undefined || actor === "" ? [] : [actor])],
      needed: 0,
      approvals: [],
      state: "waiting",
      created: now,
      expires: now + LIFE,
    };
  }

  /** The request like this one, made when there is none. */
  async #ask(tx: StorageTransaction, asked: Row): Promise<Row> {
    const before = await this.#like(tx, asked);
    if (before !== null) return before;
    if ((await tx.keys("id/", { limit: MOST_WAITING })).length >= MOST_WAITING)
      throw new BulkheadError("approval.too-many");
    write(tx, asked);
    return asked;
  }

  async #like(tx: StorageTransaction, { like }: Row): Promise<Row | null> {
    const known = await tx.get(likeKey(like));
    return known === null ? null : await this.#row(tx, known.toString("utf8"));
  }

  async #decide(id: string, by: Caller, change: (row: Row) => Row): Promise<ApprovalRequest> {
    if (by.actor !== "person" || by.principal === "") throw new BulkheadError("approval.no-person");
    return await this.#view().transaction(async (tx) => {
      const row = await this.#row(tx, id);
      if (row === null) throw new BulkheadError("approval.unknown", { request: id.slice(0, 40) });
      const after = change(row);
      tx.put(idKey(id), encodeRow(after));
      return after;
    });
  }

  /** Every principal that the same person has: one for each alias of the entity. */
  async #loginsOf({ entityId }: Caller): Promise<ReadonlySet<string>> {
    const aliases = (await this.#identities.view(entityId))?.templates.entity.aliases ?? [];
    return new Set(aliases.map(({ mountAccessor, name }) => `${mountAccessor}/${name}`));
  }

  async #row(from: StorageReader, id: string): Promise<Row | null> {
    const bytes = /^\w{1,40}$/.test(id) ? await from.get(idKey(id)) : null;
    const row = bytes === null ? null : decodeRow<Row>(bytes);
    return row === null || row.expires <= this.#clock.now() ? null : row;
  }

  #view() {
    return this.#barrier.view(PREFIX);
  }
}

/** As people pass it on: the policy path of the decision below `bulkhead/approvals/`. */
export const nameOf = ({ project, environment, id }: ApprovalRequest): string =>
  `${project}/${environment}/${id}`;

/** Metadata is the caller's word; in a path it must be one plain segment. */
const segment = (text: string): string => (/^[\w-]{1,64}$/.test(text) ? text : "-");

/** A principal, an entity's id, or a bare name as a CI system gives it. */
function same(one: string, { principal, entityId }: Caller): boolean {
  if (one === "") return false;
  const name = principal.slice(principal.indexOf("/") + 1);
  return one === principal || one === entityId || one.toLowerCase() === name.toLowerCase();
}

function write(tx: StorageTransaction, row: Row): void {
  tx.put(idKey(row.id), encodeRow(row));
  tx.put(likeKey(row.like), Buffer.from(row.id));
  tx.put(expiryKey(row), EMPTY);
}

function remove(tx: StorageTransaction, row: Row): void {
  tx.delete(idKey(row.id));
  tx.delete(likeKey(row.like));
  tx.delete(expiryKey(row));
}
