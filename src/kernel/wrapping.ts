/**
 * Response wrapping: an answer is put into the cubbyhole of a fresh token that can be used once, and the caller gets that token in
 * its place. Token and answer are written in one transaction and go together. The token's record says what is told of it: its
 * path is the path of the request whose answer it holds, its policy allows nothing but to unwrap.
 */
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import { serviceTokenId } from "../core/ids.ts";
import { RawJson, checkJson, decodeString, encodeJson, members } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import type { Barrier, Storage } from "./barrier/index.ts";
import type { Actor, Caller } from "./plugin.ts";
import { RESPONSE_WRAPPING } from "./policy/builtin.ts";
import type { KeptAnswer, WrapInfo, WrappingService } from "./services.ts";
import type { Tokens } from "./tokens/index.ts";
import { blankRecord } from "./tokens/issue.ts";
import { type TokenRecord, alive } from "./tokens/record.ts";
import { TOKENS, insertRows, readRecord, removeRows } from "./tokens/rows.ts";

export interface WrappingOptions {
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly tokens: Tokens;
  /** Where the cubbyholes are; null when there is no such mount. */
  readonly cubbyholes: () => Promise<string | null>;
}

export interface AnswerToWrap {
  /** Milliseconds. */
  readonly ttl: number;
  /** Of the request. */
  readonly path: string;
  readonly status: number;
  /** The envelope, the caller's own. */
  readonly envelope: readonly Buffer[];
  /** Of the token inside; empty where there is none. */
  readonly accessor: string;
  readonly actor: Actor;
}

const answerKey = (hash: string): string => `${hash}/response`;
const invalid = (): BulkheadError => new BulkheadError("wrapping.invalid");

export const isWrapping = ({ policies }: Pick<Caller, "policies">): boolean =>
  policies.length === 1 && policies[0] === RESPONSE_WRAPPING;

export class Wrapping implements WrappingService {
  readonly #options: WrappingOptions;

  constructor(options: WrappingOptions) {
    this.#options = options;
  }

  /** Throws `request.unsupported-header` where there are no cubbyholes. */
  async wrap({ ttl, path, status, envelope, accessor, actor }: AnswerToWrap): Promise<WrapInfo> {
    const body = Buffer.concat(envelope);
    const text = Secret.own(body);
    const stored = Buffer.concat(encodeJson({ response: text }));
    text.wipe();
    try {
      const now = this.#options.clock.now();
      const record = wrappingRecord({ path, ttl, now, status, accessor, actor });
      const token = Secret.copy(serviceTokenId());
      const hash = this.#options.tokens.hash(token);
      const prefix = await this.#prefix();
      await this.#options.barrier.transaction((tx) => {
        insertRows(tx.scope(TOKENS), hash, record, null);
        tx.scope(prefix).put(answerKey(hash), stored);
        return Promise.resolve();
      });
      return infoOf(token, record);
    } finally {
      stored.fill(0);
    }
  }

  async lookup(token: Secret): ReturnType<WrappingService["lookup"]> {
    const info = await this.#options.tokens.lookup(token);
    if (info === null || !isWrapping(info)) return null;
    return { creationPath: info.path, creationTime: info.creationTime, ttl: info.creationTtl };
  }

  async unwrap(token: Secret, caller: Caller): Promise<KeptAnswer> {
    if (this.#options.tokens.hash(token) === caller.tokenHash) return await this.#openOwn(caller);
    // only a wrapping token loses a use here
    const presented = (await this.lookup(token)) === null ? null : await this.#options.tokens.present(token);
    if (presented === null) throw invalid();
    try {
      return await this.#open(presented.info.tokenHash);
    } finally {
      // it is spent already: what could not be cleaned up now, the sweep removes
      await this.#options.tokens.finish(presented).catch(() => undefined);
    }
  }

  async rewrap(token: Secret, ttl: number): Promise<WrapInfo> {
    const [before, prefix] = [this.#options.tokens.hash(token), await this.#prefix()];
    const fresh = Secret.copy(serviceTokenId());
    const hash = this.#options.tokens.hash(fresh);
    return await this.#options.barrier.transaction(async (tx) => {
      const [rows, holes, now] = [tx.scope(TOKENS), tx.scope(prefix), this.#options.clock.now()];
      const old = await readRecord(rows, before);
      const answer = await holes.get(answerKey(before));
      if (old === null || !isWrapping(old) || !alive(old, now) || answer === null) throw invalid();
      const record = wrappingRecord({
        path: old.path,
        ttl: ttl || old.creationTtl,
        now,
        status: Number(old.internal?.status),
        accessor: old.internal?.accessor ?? "",
        actor: old.actor ?? "",
      });
      removeRows(rows, before, old, null);
      holes.delete(answerKey(before));
      insertRows(rows, hash, record, null);
      holes.put(answerKey(hash), answer);
      answer.fill(0);
      return infoOf(fresh, record);
    });
  }

  async #openOwn(caller: Caller): Promise<KeptAnswer> {
    if (!isWrapping(caller)) throw invalid();
    return await this.#open(caller.tokenHash);
  }

  async #open(hash: string): Promise<KeptAnswer> {
    const [record, stored] = [
      await readRecord(this.#options.barrier.view(TOKENS), hash),
      await (await this.#holes()).get(answerKey(hash)),
    ];
    if (record === null || stored === null) throw invalid();
    try {
      const text = members(new RawJson(stored)).get("response");
      const body = text === undefined ? null : decodeString(text);
      if (body === null) throw invalid();
      return { status: Number(record.internal?.status), body: checkJson(body) };
    } finally {
      stored.fill(0);
    }
  }

  async #holes(): Promise<Storage> {
    return this.#options.barrier.view(await this.#prefix());
  }

  async #prefix(): Promise<string> {
    const prefix = await this.#options.cubbyholes();
    if (prefix === null)
      throw new BulkheadError("request.unsupported-header", { header: "x-vault-wrap-ttl" });
    return prefix;
  }
}

interface WrapOf {
  readonly path: string;
  readonly ttl: number;
  readonly now: number;
  readonly status: number;
  readonly accessor: string;
  readonly actor: Actor;
}

function wrappingRecord({ path, ttl, now, status, accessor, actor }: WrapOf): TokenRecord {
  return {
    ...blankRecord({ policies: [RESPONSE_WRAPPING], path, displayName: "token", created: now }),
    creationTtl: ttl,
    expires: now + ttl,
    explicitMaxTtl: ttl,
    maxTtl: ttl,
    numUses: 1,
    actor,
    internal: { status: String(status), accessor },
  };
}

const infoOf = (token: Secret, record: TokenRecord): WrapInfo => ({
  token,
  accessor: record.accessor,
  ttl: record.creationTtl,
  creationTime: record.created,
  creationPath: record.path,
  wrappedAccessor: record.internal?.accessor ?? "",
});
