/**
 * An optimistic transaction: what it read is recorded, what it writes is kept back. It sees one state of the store (when
 * somebody else commits meanwhile, all earlier reads are checked again at the next read), plus its own writes.
 */
import type { ListOptions, StoreEntry } from "../../core/ports/store.ts";
import { checkKey } from "../keys.ts";
import { type Attempt, Conflict, OwnWrites } from "../optimistic.ts";
import type { Rows } from "./rows.ts";

interface Scan {
  readonly kind: "list" | "children";
  readonly prefix: string;
  readonly options: ListOptions;
  readonly names: readonly string[];
}

/** How reads reach the database: waits while it is locked, and checks that its format is still known. */
export type ReadGate = <T>(read: (rows: Rows) => T) => Promise<T>;

export class OptimisticTransaction implements Attempt {
  readonly #read: ReadGate;
  readonly #versions = new Map<string, number>();
  readonly #scans: Scan[] = [];
  readonly #own = new OwnWrites();
  #sequence: number | null = null;

  constructor(read: ReadGate) {
    this.#read = read;
  }

  get writes(): ReadonlyMap<string, Buffer | null> {
    return this.#own.all;
  }

  async get(key: string): Promise<StoreEntry | null> {
    checkKey(key);
    const own = this.#own.get(key);
    if (own === null) return null;
    if (own !== undefined) return { value: Buffer.from(own), version: (this.#versions.get(key) ?? 0) + 1 };
    return this.#read((rows) => {
      this.#sequence ??= rows.sequence(); // before the row: what is committed between the two must show
      const entry = rows.get(key);
      const version = entry?.version ?? 0;
      if ((this.#versions.get(key) ?? version) !== version) throw new Conflict();
      this.#versions.set(key, version);
      this.#stayConsistent(rows);
      return entry;
    });
  }

  list(prefix: string, options: ListOptions = {}): Promise<string[]> {
    return this.#own.list(prefix, options, (...asked) => this.#scan(...asked));
  }

  children(prefix: string, options: ListOptions = {}): Promise<string[]> {
    return this.#own.children(prefix, options, (...asked) => this.#scan(...asked));
  }

  put(key: string, value: Buffer): void {
    this.#own.put(key, value);
  }

  delete(key: string): void {
    this.#own.delete(key);
  }

  end(): void {
    this.#own.end();
  }

  /** True when everything that was read is as it was. */
  isCurrent(rows: Rows): boolean {
    if (this.#sequence === null || rows.sequence() === this.#sequence) return true;
    for (const [key, version] of this.#versions) if (rows.version(key) !== version) return false;
    return this.#scans.every(({ kind, prefix, options, names }) => {
      const now = rows[kind](prefix, options);
      return now.length === names.length && now.every((name, index) => name === names[index]);
    });
  }

  #scan(kind: Scan["kind"], prefix: string, options: ListOptions): Promise<string[]> {
    return this.#read((rows) => {
      this.#sequence ??= rows.sequence();
      const names = rows[kind](prefix, options);
      this.#scans.push({ kind, prefix, options: { ...options }, names: [...names] });
      this.#stayConsistent(rows);
      return names;
    });
  }

  /** All keys below `prefix` with this transaction's own writes among them. */

  #stayConsistent(rows: Rows): void {
    const sequence = rows.sequence();
    if (this.#sequence !== sequence && !this.isCurrent(rows)) throw new Conflict();
    this.#sequence = sequence;
  }
}
