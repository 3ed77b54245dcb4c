/**
 * A key in shares (Shamir's scheme over GF(256), by the audited library): a share is the key's length and one byte for its place.
 * The scheme cannot tell right shares from wrong ones; whoever uses the combined key must find out whether it opens anything.
 * A key of one share is the key itself, as in Vault.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { ShareCounts } from "./types.ts";

const MOST = 255;
const SHORTEST = 16;
const LONGEST = 33;
const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Vault's words for what is wrong with the numbers; null: nothing. */
export function problemOf({ shares, threshold }: ShareCounts): string | null {
  if (shares < 1) return "shares must be at least one";
  if (threshold < 1) return "threshold must be at least one";
  if (shares > MOST) return `shares must be less than ${MOST + 1}`;
  if (threshold > MOST) return `threshold must be less than ${MOST + 1}`;
  if (shares > 1 && threshold === 1) return "threshold must be greater than one for multiple shares";
  return threshold > shares ? "threshold cannot be larger than shares" : null;
}

/** `key` stays the caller's; the caller zeroes the shares. */
export async function splitKey(key: Buffer, { shares, threshold }: ShareCounts): Promise<Buffer[]> {
  if (shares === 1) return [Buffer.from(key)];
  const { split } = await import("shamir-secret-sharing");
  const plain = new Uint8Array(key); // the library takes no Buffer
  const made = await split(plain, shares, threshold);
  plain.fill(0);
  return made.map((share) => Buffer.from(share.buffer, share.byteOffset, share.byteLength));
}

/** null when these cannot be shares of one key. The caller zeroes the key, and the shares. */
export async function combineShares(shares: readonly Buffer[]): Promise<Buffer | null> {
  const [first] = shares;
  if (first === undefined) return null;
  if (shares.length === 1) return Buffer.from(first);
  const { combine } = await import("shamir-secret-sharing");
  const plain = shares.map((share) => new Uint8Array(share));
  try {
    const key = await combine(plain);
    return Buffer.from(key.buffer, key.byteOffset, key.byteLength);
  } catch {
    return null; // of different lengths, or two for one place
  } finally {
    for (const share of plain) share.fill(0);
  }
}

/** Hex or base64, as the holder was given it; `text` is ASCII bytes and stays the caller's. Throws `seal.bad-share`. */
export function readShare(text: Buffer): Buffer {
  const written = text.toString("latin1");
  const share = HEX.test(written)
    ? Buffer.from(written, "hex")
    : BASE64.test(written)
      ? Buffer.from(written, "base64")
      : Buffer.alloc(0);
  if (share.length < SHORTEST)
    throw new BulkheadError("seal.refused", { problem: "'key' must be a valid hex or base64 string" });
  if (share.length > LONGEST) {
    share.fill(0);
    throw new BulkheadError("seal.refused", {
      problem: `invalid key: key is longer than maximum ${LONGEST} bytes`,
    });
  }
  return share;
}
