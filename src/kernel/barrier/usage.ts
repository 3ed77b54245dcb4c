/**
 * How often each term has encrypted. One of 2^n encryptions is counted, as 2^n; which one is decided by the random nonce. That
 * needs no reservation and no last word of a process that ends, and loses nothing when one is killed: at 3.9e9 encryptions the
 * estimate is right to about 0.1 % (one standard deviation), far inside the distance to 2^32.
 */
import type { Store } from "../../core/ports/store.ts";

const USAGE_PATH = "core/keyring-usage";

export interface UsageCodec {
  encrypt(path: string, value: Buffer): Buffer;
  decrypt(path: string, entry: Buffer): Promise<Buffer>;
}

export type Usage = Readonly<Record<string, number>>;

export async function readUsage(store: Pick<Store, "get">, codec: UsageCodec): Promise<Usage> {
  const entry = await store.get(USAGE_PATH);
  if (entry === null) return {};
  return JSON.parse((await codec.decrypt(USAGE_PATH, entry.value)).toString()) as Usage;
}

/** Gives the term's count after the addition. */
export function addUsage(store: Store, codec: UsageCodec, term: number, count: number): Promise<number> {
  return store.transaction(async (tx) => {
    const usage = await readUsage(tx, codec);
    const total = (usage[term] ?? 0) + count;
    tx.put(USAGE_PATH, codec.encrypt(USAGE_PATH, Buffer.from(JSON.stringify({ ...usage, [term]: total }))));
    return total;
  });
}
