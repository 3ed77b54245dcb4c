/**
 * The bytes of a snapshot (docs/spec/snapshot.md). Read as a stream: entries are handed on before the end is known, so whoever takes
 * them must keep none until the iteration ended well.
 */
import { createHash, createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { StoredEntry } from "../../core/ports/store.ts";
import { KEYRING_PATH, SEAL_PATH } from "../barrier/views.ts";

const HEAD = Buffer.from("bulkhead.snapshot.v1\n", "latin1");
const ENTRY = 1;
const FOOT = 0;
const DIGEST_BYTES = 32;
const MOST_KEY = 1024;
const MOST_VALUE = 32 * 1024 * 1024;
const DOMAIN = "bulkhead.snapshot.v1\0";

const damaged = (problem: string): BulkheadError => new BulkheadError("snapshot.damaged", { problem });
const macOf = (key: KeyObject, digest: Buffer): Buffer =>
  createHmac("sha256", key).update(DOMAIN).update(digest).digest();

export class SnapshotWriter {
  readonly #key: KeyObject;
  readonly #hash = createHash("sha256");
  #entries = 0;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  get entries(): number {
    return this.#entries;
  }

  head(): Buffer {
    return this.#hashed(Buffer.from(HEAD));
  }

  entry({ key, value }: StoredEntry): Buffer {
    const name = Buffer.from(key, "utf8");
    const bytes = Buffer.alloc(1 + 4 + name.length + 4 + value.length);
    bytes[0] = ENTRY;
    bytes.writeUInt32BE(name.length, 1);
    name.copy(bytes, 5);
    bytes.writeUInt32BE(value.length, 5 + name.length);
    value.copy(bytes, 9 + name.length);
    this.#entries++;
    return this.#hashed(bytes);
  }

  foot(): Buffer {
    const count = Buffer.alloc(9);
    count[0] = FOOT;
    count.writeBigUInt64BE(BigInt(this.#entries), 1);
    this.#hashed(count);
    const digest = this.#hash.digest();
    return Buffer.concat([count, digest, macOf(this.#key, digest)]);
  }

  #hashed(bytes: Buffer): Buffer {
    this.#hash.update(bytes);
    return bytes;
  }
}

export interface Reading {
  /** Throws `snapshot.damaged`, `snapshot.foreign`, at the latest after the last entry. */
  readonly entries: AsyncIterable<StoredEntry>;
  /** Entries that were read. */
  readonly count: number;
}

/** `key` null: whose it is does not matter. */
export function readSnapshot(source: AsyncIterable<Buffer>, key: KeyObject | null): Reading {
  const state = { count: 0 };
  return {
    entries: entriesOf(new Source(source), key, state),
    get count() {
      return state.count;
    },
  };
}

async function* entriesOf(
  source: Source,
  key: KeyObject | null,
  state: { count: number },
): AsyncGenerator<StoredEntry> {
  if (!(await source.take(HEAD.length)).equals(HEAD)) throw damaged("it does not begin as one");
  const missing = new Set([SEAL_PATH, KEYRING_PATH]);
  let last: Buffer | null = null;
  for (;;) {
    const kind = (await source.take(1))[0];
    if (kind === FOOT) break;
    if (kind !== ENTRY) throw damaged("an entry does not begin as one");
    const bytes = await source.take(await source.number(MOST_KEY));
    const name = bytes.toString("utf8");
    const value = await source.take(await source.number(MOST_VALUE));
    if (last !== null && bytes.compare(last) <= 0) throw damaged("its entries are out of order");
    last = bytes;
    missing.delete(name);
    state.count++;
    yield { key: name, value };
  }
  const count = (await source.take(8)).readBigUInt64BE();
  const digest = source.digest();
  if (count !== BigInt(state.count)) throw damaged("entries are missing");
  if (!timingSafeEqual(await source.take(DIGEST_BYTES), digest)) throw damaged("its digest is another");
  const mac = await source.take(DIGEST_BYTES);
  if (!(await source.ended())) throw damaged("it goes on after its end");
  if (key !== null && !timingSafeEqual(mac, macOf(key, digest))) throw new BulkheadError("snapshot.foreign");
  if (missing.size > 0) throw damaged("it holds no seal and no keys");
}

/** Exact numbers of bytes out of pieces of any size, hashed until the digest is asked for. */
class Source {
  readonly #pieces: AsyncIterator<Buffer>;
  readonly #hash = createHash("sha256");
  #hashing = true;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#pieces = source[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.#held.length === 0 && !(await this.#more())) throw damaged("it is cut short");
      const part = this.#held.subarray(0, missing);
      this.#held = this.#held.subarray(part.length);
      parts.push(part);
      missing -= part.length;
    }
    const bytes = Buffer.concat(parts);
    if (this.#hashing) this.#hash.update(bytes);
    return bytes;
  }

  async number(most: number): Promise<number> {
    const number = (await this.take(4)).readUInt32BE();
    if (number > most) throw damaged("an entry is larger than any can be");
    return number;
  }

  /** Of all that was taken; what follows is not hashed. */
  digest(): Buffer {
    this.#hashing = false;
    return this.#hash.digest();
  }

  async ended(): Promise<boolean> {
    return this.#held.length === 0 && !(await this.#more());
  }

  async #more(): Promise<boolean> {
    for (;;) {
      const next = await this.#pieces.next();
      if (next.done === true) return false;
      if (next.value.length === 0) continue;
      this.#held = next.value;
      return true;
    }
  }
}
