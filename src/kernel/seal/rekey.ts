/**
 * New shares in place of the old ones. Enough old shares are handed in, new ones come back, and the old ones are worth nothing from
 * then on; with `verify`, from when enough of the new ones were handed in again. One write changes from the one to the other.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Authority } from "./authority.ts";
import { Gathering } from "./gathering.ts";
import { digestOf } from "./recovery.ts";
import { problemOf, splitKey } from "./shares.ts";
import type { ShareCounts } from "./types.ts";

export interface RekeyProgress {
  /** Empty: none is going on. */
  readonly nonce: string;
  readonly counts: ShareCounts;
  readonly progress: number;
  /** Old shares that are asked for. */
  readonly required: number;
  readonly verify: boolean;
  /** Empty until the new shares are out and wait to be verified. */
  readonly verificationNonce: string;
}

/** `keys`: the new shares, once; the caller zeroes them. */
export type RekeyAnswer = RekeyProgress & { readonly keys: readonly Buffer[] | null };

export interface VerifyProgress {
  readonly nonce: string;
  readonly counts: ShareCounts;
  readonly progress: number;
  readonly complete: boolean;
}

interface Pending {
  nonce: string;
  /** SHA-256 of the new key. */
  readonly digest: Buffer;
  readonly commit: () => Promise<void>;
  readonly shares: Gathering;
}

interface Operation {
  readonly nonce: string;
  readonly counts: ShareCounts;
  readonly verify: boolean;
  readonly shares: Gathering;
  pending: Pending | null;
}

const KEY_BYTES = 32;
const refused = (problem: string): BulkheadError => new BulkheadError("seal.refused", { problem });

export class Rekey {
  readonly #authority: Authority;
  /** In Vault's words for what is not going on. */
  readonly #what: string;
  readonly #done: () => void;
  #operation: Operation | null = null;

  constructor(authority: Authority, { what, done }: { what: string; done: () => void }) {
    this.#authority = authority;
    this.#what = what;
    this.#done = done;
  }

  async progress(): Promise<RekeyProgress> {
    const required = (await this.#required()).threshold;
    const operation = this.#operation;
    const none = { nonce: "", counts: { shares: 0, threshold: 0 }, verify: false };
    const { nonce, counts, verify } = operation ?? none;
    return {
      ...{ nonce, counts, verify, required },
      progress: operation?.shares.progress ?? 0,
      verificationNonce: operation?.pending?.nonce ?? "",
    };
  }

  async start(counts: ShareCounts, verify: boolean): Promise<RekeyProgress> {
    await this.#required();
    const problem = problemOf(counts);
    if (problem !== null) throw refused(`invalid rekey seal configuration: ${problem}`);
    if (this.#operation !== null) throw refused("rekey already in progress");
    const operation = { nonce: uuid(), counts, verify, pending: null, shares: new Gathering() };
    this.#operation = operation;
    return await this.progress();
  }

  cancel(): void {
    this.#operation?.shares.clear();
    this.#operation?.pending?.shares.clear();
    this.#operation = null;
  }

  /** Throws `seal.refused`, `seal.wrong-shares` (then all shares are asked for again), `store.contended`. */
  async update(share: Buffer, nonce: string): Promise<RekeyAnswer> {
    const { threshold } = await this.#required();
    const operation = this.#operation;
    if (operation === null) throw refused(`no ${this.#what} in progress`);
    if (operation.pending !== null)
      throw refused(
        `rekey operation already finished; verification must be performed; nonce for the verification operation is "${operation.pending.nonce}"`,
      );
    if (nonce !== operation.nonce)
      throw refused(`incorrect nonce supplied; nonce for this rekey operation is "${operation.nonce}"`);
    if (!operation.shares.add(share))
      throw refused("given key has already been provided during this generation operation");
    if (operation.shares.progress < threshold) return { ...(await this.progress()), keys: null };
    return await this.#replace(operation);
  }

  verification(): VerifyProgress {
    const { pending, counts } = this.#verifying();
    return { nonce: pending.nonce, counts, progress: pending.shares.progress, complete: false };
  }

  async verify(share: Buffer, nonce: string): Promise<VerifyProgress> {
    if (this.#operation === null) throw refused("no rekey in progress");
    const { pending, counts } = this.#verifying();
    if (nonce !== pending.nonce)
      throw refused(`incorrect nonce supplied; nonce for this verify operation is "${pending.nonce}"`);
    if (!pending.shares.add(share))
      throw refused("given key has already been provided during this verify operation");
    if (pending.shares.progress < counts.threshold) return this.verification();
    const key = await pending.shares.take();
    const right = key !== null && timingSafeEqual(digestOf(key), pending.digest);
    key?.fill(0);
    if (!right) {
      this.restartVerification();
      throw refused("rekey verification failed; incorrect key shares supplied");
    }
    await this.#commit(pending.commit);
    return { nonce: pending.nonce, counts, progress: 0, complete: true };
  }

  /** Asks for all new shares again, under another nonce. */
  restartVerification(): VerifyProgress {
    const { pending } = this.#verifying();
    pending.shares.clear();
    pending.nonce = uuid();
    return this.verification();
  }

  async #required(): Promise<ShareCounts> {
    const counts = await this.#authority.counts();
    if (counts === null) throw refused(`${this.#what}ing not supported`);
    return counts;
  }

  #verifying(): { pending: Pending; counts: ShareCounts } {
    const { pending = null, counts = { shares: 0, threshold: 0 } } = this.#operation ?? {};
    if (pending === null) throw refused("no rekey configuration found");
    return { pending, counts };
  }

  async #replace(operation: Operation): Promise<RekeyAnswer> {
    const old = await operation.shares.take();
    const next = randomBytes(KEY_BYTES);
    try {
      const commit = await this.#authority.replace(old, next, operation.counts);
      const keys = await splitKey(next, operation.counts);
      if (!operation.verify) {
        const before = await this.progress();
        await this.#commit(commit);
        return { ...before, keys };
      }
      const pending = { nonce: uuid(), digest: digestOf(next), commit, shares: new Gathering() };
      operation.pending = pending;
      return { ...(await this.progress()), keys };
    } finally {
      old?.fill(0);
      next.fill(0);
    }
  }

  async #commit(commit: () => Promise<void>): Promise<void> {
    try {
      await commit();
    } finally {
      this.cancel();
    }
    this.#done();
  }
}
