/**
 * A root token for those who hold enough shares. It leaves XORed with a one-time pad that only whoever began knows, so that
 * neither the last holder of a share nor a log of answers has it.
 */
import { BulkheadError } from "../../core/errors.ts";
import { randomBase62, uuid } from "../../core/ids.ts";
import { Secret } from "../../core/secret.ts";
import type { Authority } from "./authority.ts";
import { Gathering } from "./gathering.ts";

/** `hvs.` and 24 characters. */
export const PAD_LENGTH = 28;

export interface RootProgress {
  /** Empty: none is going on. */
  readonly nonce: string;
  readonly progress: number;
  readonly required: number;
}

/** `encoded`: base64 without padding, once it is complete. */
export type RootAnswer = RootProgress & { readonly encoded: string | null };

interface Attempt {
  readonly nonce: string;
  readonly pad: Secret;
  readonly shares: Gathering;
}

const refused = (problem: string): BulkheadError => new BulkheadError("seal.refused", { problem });

export class RootGeneration {
  readonly #authority: Authority;
  readonly #mint: () => Promise<Secret>;
  #attempt: Attempt | null = null;

  constructor(authority: Authority, mint: () => Promise<Secret>) {
    this.#authority = authority;
    this.#mint = mint;
  }

  async progress(): Promise<RootProgress> {
    return {
      nonce: this.#attempt?.nonce ?? "",
      progress: this.#attempt?.shares.progress ?? 0,
      required: await this.#required(),
    };
  }

  /** Without a pad makes one; gives it back only then. */
  async start(given: Secret | null): Promise<RootProgress & { readonly pad: Secret | null }> {
    await this.#required();
    if (given !== null && given.length !== PAD_LENGTH) throw refused("OTP string has incorrect length");
    if (this.#attempt !== null) throw refused("root generation already in progress for this namespace");
    const pad = Secret.copy(given === null ? randomBase62(PAD_LENGTH) : given.reveal());
    const attempt = { nonce: uuid(), pad, shares: new Gathering() };
    this.#attempt = attempt;
    return { ...(await this.progress()), pad: given === null ? Secret.copy(pad.reveal()) : null };
  }

  cancel(): void {
    this.#attempt?.shares.clear();
    this.#attempt?.pad.wipe();
    this.#attempt = null;
  }

  /** Throws `seal.refused`, and `seal.wrong-shares`: then all shares are asked for again. */
  async update(share: Buffer, nonce: string): Promise<RootAnswer> {
    const required = await this.#required();
    const attempt = this.#attempt;
    if (attempt === null) throw refused("no root generation in progress");
    if (nonce !== attempt.nonce)
      throw refused(
        `incorrect nonce supplied; nonce for this root generation operation is "${attempt.nonce}"`,
      );
    if (!attempt.shares.add(share))
      throw refused("given key has already been provided during this generation operation");
    const progress = attempt.shares.progress;
    if (progress < required) return { nonce, progress, required, encoded: null };
    const key = await attempt.shares.take();
    try {
      await this.#authority.check(key);
    } finally {
      key?.fill(0);
    }
    const token = await this.#mint();
    const encoded = padded(token.reveal(), attempt.pad.reveal());
    token.wipe();
    this.cancel();
    return { nonce, progress, required, encoded };
  }

  async #required(): Promise<number> {
    const counts = await this.#authority.counts();
    if (counts === null) throw refused("this seal has no shares: whoever can open the store is its operator");
    return counts.threshold;
  }
}

function padded(token: Buffer, pad: Buffer): string {
  if (token.length !== pad.length) throw new TypeError("a root token has the pad's length");
  const mixed = Buffer.from(token.map((byte, at) => byte ^ (pad[at] ?? 0)));
  const text = mixed.toString("base64").replace(/=+$/, "");
  mixed.fill(0);
  return text;
}
