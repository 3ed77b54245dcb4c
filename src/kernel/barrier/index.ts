/**
 * The barrier: everything the kernel keeps is AES-256-GCM ciphertext in the store, bound to its path, under a ring of keys
 * that is itself encrypted under the root key. docs/spec/barrier.md has the bytes and test vectors.
 *
 * Several processes share a store: a key ring that another one extended, or brought back with a snapshot, is noticed when an entry of
 * an unknown term turns up, and in the very transaction when this one writes.
 */
import { createSecretKey, type KeyObject } from "node:crypto";
import { systemClock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Store, StoreEntry, StoreReader } from "../../core/ports/store.ts";
import { decrypt, encrypt, nonceSample, ROOT_TERM, termOf } from "./cipher.ts";
import { type KeyRing, type KeyTerm, newRing, readRing, withNewTerm } from "./keyring.ts";
import type {
  Barrier,
  BarrierOptions,
  KeyStatus,
  KeyTermStatus,
  RotationSettings,
  Storage,
  StorageTransaction,
} from "./types.ts";
import { addUsage, readUsage } from "./usage.ts";
import { readRotation, writeRotation } from "./rotation.ts";
import { type Codec, KEYRING_PATH, SEAL_PATH, View } from "./views.ts";

export type * from "./types.ts";
export { rootOf } from "./views.ts";

const ROOT_KEY_BYTES = 32;
const ROTATE_AFTER = 3.9e9;
const SAMPLE_BITS = 12;

export function createBarrier(store: Store, options: BarrierOptions = {}): Barrier {
  return new StoreBarrier(store, options);
}

interface Unsealed {
  readonly root: KeyObject;
  ring: KeyRing;
  /** Version of the key ring's row. */
  version: number;
}

class StoreBarrier implements Barrier, Codec {
  readonly #store: Store;
  readonly #clock: { now(): number };
  readonly #rotateAfter: number;
  readonly #sampleBits: number;
  #unsealed: Unsealed | null = null;
  #uncounted = 0;
  #counting: Promise<void> | null = null;

  constructor(store: Store, options: BarrierOptions) {
    this.#store = store;
    this.#clock = options.clock ?? systemClock;
    this.#rotateAfter = options.rotateAfter ?? ROTATE_AFTER;
    this.#sampleBits = options.sampleBits ?? SAMPLE_BITS;
  }

  get sealed(): boolean {
    return this.#unsealed === null;
  }

  async initialize(rootKey: Buffer, sealRow?: Buffer): Promise<boolean> {
    const ring = newRing(this.#clock.now());
    const entry = sealRing(rootKeyObject(rootKey), ring);
    ring.fill(0);
    if (sealRow === undefined) return this.#store.put(KEYRING_PATH, entry, { ifVersion: 0 });
    return this.#store.transaction(async (tx) => {
      if ((await tx.get(KEYRING_PATH)) !== null || (await tx.get(SEAL_PATH)) !== null) return false;
      tx.put(KEYRING_PATH, entry);
      tx.put(SEAL_PATH, sealRow);
      return true;
    });
  }

  async unseal(rootKey: Buffer): Promise<void> {
    const root = rootKeyObject(rootKey);
    this.#unsealed = { root, ...(await this.#loadRing(root)) };
  }

  async seal(): Promise<void> {
    this.#unsealed = null;
    this.#uncounted = 0;
    await this.#counting;
  }

  async rotate(): Promise<number> {
    return this.#rotateFrom(null);
  }

  async keyStatus(): Promise<KeyStatus> {
    await this.#reload();
    const { ring } = this.#open();
    const usage = await readUsage(this.#store, this);
    const status = ({ term, created }: KeyTerm): KeyTermStatus => ({
      term,
      created: new Date(created).toISOString(),
      encryptions: usage[term] ?? 0,
    });
    return { active: status(ring.active), terms: ring.terms.map(status), rotateAfter: this.#rotateAfter };
  }

  rotation(): Promise<RotationSettings> {
    return readRotation(this.#store, this, this.#rotateAfter);
  }

  async setRotation(settings: RotationSettings): Promise<void> {
    await this.#reload();
    await writeRotation(this.#store, this, settings);
  }

  async rotateWhenDue(): Promise<void> {
    const { enabled, interval } = await this.rotation();
    const { term, created } = this.#open().ring.active;
    if (enabled && interval > 0 && this.#clock.now() - created >= interval) await this.#rotateFrom(term);
  }

  async reload(): Promise<void> {
    const { root } = this.#open();
    this.#unsealed = { root, ...(await this.#loadRing(root)) };
  }

  view(prefix: string): Storage {
    this.check();
    return new View(this, this.#store, prefix);
  }

  async transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.view("").transaction(work);
  }

  deriveKey(purpose: string): KeyObject {
    return this.#open().ring.deriveKey(purpose);
  }

  changeToken(): Promise<string> {
    return this.#store.changeToken();
  }

  cacheToken(): Promise<string> {
    return this.#store.own?.token() ?? this.#store.changeToken();
  }

  onCommit(listener: (paths: readonly string[]) => void): void {
    this.#store.own?.onCommit(listener);
  }

  purge(): Promise<void> {
    return this.#store.purge();
  }

  check(): void {
    this.#open();
  }

  async adopt(tx: StoreReader): Promise<void> {
    const unsealed = this.#open();
    const entry = await tx.get(KEYRING_PATH);
    // an older one is a view of the past, which is not committed
    if (entry === null || entry.version > unsealed.version) this.#take(unsealed.root, entry);
  }

  async counted(): Promise<void> {
    await this.#counting;
  }

  encrypt(path: string, value: Buffer): Buffer {
    const { term, key } = this.#open().ring.active;
    const entry = encrypt({ key, term, path, value });
    if (nonceSample(entry) % 2 ** this.#sampleBits === 0) this.#count();
    return entry;
  }

  async decrypt(path: string, entry: Buffer): Promise<Buffer> {
    const term = termOf(entry);
    if (term === null) throw new BulkheadError("barrier.corrupt", { path });
    if (this.#open().ring.find(term) === undefined) await this.#reload();
    const key = this.#open().ring.find(term)?.key;
    const value = key === undefined ? null : decrypt(key, path, entry);
    if (value === null) throw new BulkheadError("barrier.corrupt", { path });
    return value;
  }

  #open(): Unsealed {
    if (this.#unsealed === null) throw new BulkheadError("seal.sealed");
    return this.#unsealed;
  }

  async #loadRing(root: KeyObject): Promise<Omit<Unsealed, "root">> {
    return ringOf(root, await this.#store.get(KEYRING_PATH));
  }

  async #reload(): Promise<void> {
    const { root } = this.#open();
    this.#take(root, await this.#store.get(KEYRING_PATH));
  }

  #take(root: KeyObject, entry: StoreEntry | null): void {
    const loaded = ringOf(root, entry);
    const unsealed = this.#unsealed;
    if (unsealed?.root !== root) return; // sealed meanwhile
    if (loaded.version <= unsealed.version) return;
    unsealed.ring = loaded.ring;
    unsealed.version = loaded.version;
  }

  /** Adds a term; with `from`, only while that is still the active one. */
  async #rotateFrom(from: number | null): Promise<number> {
    const { root } = this.#open();
    await this.#store.transaction(async (tx) => {
      const entry = await tx.get(KEYRING_PATH);
      if (entry === null) throw new BulkheadError("seal.not-initialized");
      const ring = openRing(root, entry.value);
      if (from === null || readRing(ring)?.active.term === from) {
        const longer = withNewTerm(ring, this.#clock.now());
        tx.put(KEYRING_PATH, sealRing(root, longer));
        longer.fill(0);
      }
      ring.fill(0);
    });
    await this.#reload();
    return this.#open().ring.active.term;
  }

  /** Adds to the count in the background, one writer at a time. */
  #count(): void {
    this.#uncounted += 2 ** this.#sampleBits;
    this.#counting ??= this.#saveCount().finally(() => {
      this.#counting = null;
    });
  }

  /** A count that can't be saved is added to the next one; the write that it belongs to tells its caller what is wrong. */
  async #saveCount(): Promise<void> {
    const codec = {
      encrypt: (path: string, value: Buffer): Buffer => {
        const { term, key } = this.#open().ring.active;
        return encrypt({ key, term, path, value }); // not counted itself: it would never end
      },
      decrypt: (path: string, entry: Buffer): Promise<Buffer> => this.decrypt(path, entry),
    };
    try {
      while (this.#uncounted > 0) {
        const count = this.#uncounted;
        const { term } = this.#open().ring.active;
        const total = await addUsage(this.#store, codec, term, count);
        this.#uncounted = Math.max(0, this.#uncounted - count);
        const { enabled, maxOperations } = await readRotation(this.#store, codec, this.#rotateAfter);
        const limit = enabled ? Math.min(maxOperations, this.#rotateAfter) : this.#rotateAfter;
        if (total >= limit) await this.#rotateFrom(term);
      }
    } catch {
      return;
    }
  }
}

function rootKeyObject(rootKey: Buffer): KeyObject {
  if (rootKey.length !== ROOT_KEY_BYTES) throw new BulkheadError("seal.wrong-key");
  return createSecretKey(rootKey);
}

function sealRing(root: KeyObject, ring: Buffer): Buffer {
  return encrypt({ key: root, term: ROOT_TERM, path: KEYRING_PATH, value: ring });
}

function ringOf(root: KeyObject, entry: StoreEntry | null): Omit<Unsealed, "root"> {
  if (entry === null) throw new BulkheadError("seal.not-initialized");
  const bytes = openRing(root, entry.value);
  const ring = readRing(bytes);
  bytes.fill(0);
  if (ring === null) throw new BulkheadError("barrier.corrupt", { path: KEYRING_PATH });
  return { ring, version: entry.version };
}

/** The ring's bytes; the caller zeroes them. */
function openRing(root: KeyObject, entry: Buffer): Buffer {
  const ring = termOf(entry) === ROOT_TERM ? decrypt(root, KEYRING_PATH, entry) : null;
  if (ring === null) throw new BulkheadError("seal.wrong-key");
  return ring;
}
