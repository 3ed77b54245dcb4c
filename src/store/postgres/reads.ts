/**
 * Reads of single keys and of the change token, those of one turn of the event loop in one statement: what many requests ask for
 * at once is one round trip. A statement is begun after all that it answers was asked, so every answer is as fresh as its own.
 */
import type { StoreEntry } from "../../core/ports/store.ts";
import type { Rows, Seen } from "./rows.ts";

/** What was read, and what stood beside it at that sequence. */
export interface Read extends Seen<StoreEntry | null> {
  /** Of the keys that were to be looked at too; 0: there is none. */
  readonly version: (key: string) => number;
}

interface Ask {
  /** null: only the sequence. */
  readonly key: string | null;
  readonly resolve: (read: Read) => void;
  readonly reject: (error: unknown) => void;
}

/** Of one statement: a value may have 32 MiB. */
const MOST_KEYS = 100;

export class Reads {
  /** One statement, tried again while that may help. */
  readonly #read: <T>(read: (rows: Rows) => Promise<T>) => Promise<T>;
  #asked: Ask[] = [];
  /** Whether the value is wanted, or the version will do. */
  #keys = new Map<string, boolean>();

  constructor(read: <T>(read: (rows: Rows) => Promise<T>) => Promise<T>) {
    this.#read = read;
  }

  /** The entry, and the versions of what stands beside it (`known`) in the same state of the store. */
  get(key: string, known: Iterable<string> = []): Promise<Read> {
    for (const other of known) this.#keys.set(other, this.#keys.get(other) ?? false);
    this.#keys.set(key, true);
    return this.#ask(key);
  }

  async sequence(): Promise<number> {
    return (await this.#ask(null)).sequence;
  }

  #ask(key: string | null): Promise<Read> {
    return new Promise((resolve, reject) => {
      if (this.#asked.push({ key, resolve, reject }) === 1) setImmediate(() => this.#send());
      if (this.#keys.size >= MOST_KEYS) this.#send();
    });
  }

  #send(): void {
    const asked = this.#asked;
    const keys = this.#keys;
    this.#asked = [];
    this.#keys = new Map();
    if (asked.length === 0) return;
    this.#answer(asked, keys).catch((error: unknown) => {
      for (const { reject } of asked) reject(error);
    });
  }

  async #answer(asked: readonly Ask[], keys: ReadonlyMap<string, boolean>): Promise<void> {
    const { sequence, result } = await this.#read((rows) => rows.entries(keys));
    const version = (key: string): number => result.get(key)?.version ?? 0;
    const given = new Set<string>();
    for (const { key, resolve } of asked) {
      const found = key === null ? undefined : result.get(key);
      if (key === null || found === undefined) resolve({ sequence, version, result: null });
      // whoever gets a buffer may wipe it: of those who asked for one key each gets one of its own
      else resolve({ sequence, version, result: given.has(key) ? copyOf(found) : found });
      if (key !== null) given.add(key);
    }
  }
}

const copyOf = ({ version, value }: StoreEntry): StoreEntry => ({ version, value: Buffer.from(value) });
