/**
 * An optimistic transaction: what it read is recorded, what it writes is kept back. Each read is a statement of its own, so no
 * connection waits for the caller; when somebody committed since the last one, all earlier reads are checked again in one snapshot.
 * So it sees one state of the store, plus its own writes.
 */
import type { ListOptions, StoreEntry } from "../../core/ports/store.ts";
import { checkKey } from "../keys.ts";
import { type Attempt, Conflict, OwnWrites } from "../optimistic.ts";
import type { Read } from "./reads.ts";
import type { Rows, Seen } from "./rows.ts";

/** Looked at again with each read; a transaction that read more is checked by itself, when somebody committed meanwhile. */
const MOST_KNOWN = 50;
const NOTHING: ReadonlyMap<string, number> = new Map();

interface Scan {
  readonly kind: "list" | "children";
  readonly prefix: string;
  readonly options: ListOptions;
  readonly names: readonly string[];
}

/** How reads reach the database: one statement, or several in one snapshot. */
export interface ReadGate {
  get(key: string, known: Iterable<string>): Promise<Read>;
  one<T>(read: (rows: Rows) => Promise<T>): Promise<T>;
  snapshot<T>(read: (rows: Rows) => Promise<T>): Promise<T>;
}

export class OptimisticTransaction implements Attempt {
  readonly #gate: ReadGate;
  readonly #own = new OwnWrites();
  readonly #versions = new Map<string, number>();
  readonly #scans: Scan[] = [];
  /** At which everything recorded is known to hold. */
  #sequence: number | null = null;
  /** Reads may run side by side; what they saw is recorded one after the other. */
  #recording: Promise<unknown> = Promise.resolve();

  constructor(gate: ReadGate) {
    this.#gate = gate;
  }

  get writes(): ReadonlyMap<string, Buffer | null> {
    return this.#own.all;
  }

  get hasRead(): boolean {
    return this.#sequence !== null;
  }

  get hasScanned(): boolean {
    return this.#scans.length > 0;
  }

  get readKeys(): Iterable<string> {
    return this.#versions.keys();
  }

  async get(key: string): Promise<StoreEntry | null> {
    checkKey(key);
    const own = this.#own.get(key);
    if (own === null) return null;
    if (own !== undefined) return { value: Buffer.from(own), version: (this.#versions.get(key) ?? 0) + 1 };
    // what was read before is looked at again in the same statement
    const few = this.#scans.length === 0 && this.#versions.size <= MOST_KNOWN;
    const known = few ? new Map(this.#versions) : NOTHING;
    const read = await this.#gate.get(key, known.keys());
    const version = read.result?.version ?? 0;
    await this.#record(read, () => {
      if ((this.#versions.get(key) ?? version) !== version) throw new Conflict();
      const all = this.#scans.length === 0 && known.size === this.#versions.size;
      this.#versions.set(key, version);
      if (!all) return;
      for (const [other, was] of known) if (read.version(other) !== was) throw new Conflict();
      this.#sequence = read.sequence;
    });
    return read.result;
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

  /** True when nothing can have changed since it was read: no query is needed. */
  standsAt(sequence: number): boolean {
    return this.#sequence === null || this.#sequence === sequence;
  }

  /** True when everything that was read is as it was. `rows` must show one state throughout. */
  async isCurrent(rows: Rows): Promise<boolean> {
    return (await this.#stillHolds(rows)) !== null;
  }

  /** True when the scans find what they found. */
  async scansHold(rows: Rows): Promise<boolean> {
    for (const { kind, prefix, options, names } of this.#scans) {
      const { result } = await rows[kind](prefix, options);
      if (result.length !== names.length || result.some((name, index) => name !== names[index])) return false;
    }
    return true;
  }

  /** True when the keys that were read have these versions (0: missing). */
  versionsHold(version: (key: string) => number): boolean {
    for (const [key, read] of this.#versions) if (version(key) !== read) return false;
    return true;
  }

  /** The sequence at which it all still holds; null when it does not. */
  async #stillHolds(rows: Rows): Promise<number | null> {
    const { sequence, result } = await rows.versions([...this.#versions.keys()]);
    if (this.#sequence === sequence) return sequence;
    if (!this.versionsHold((key) => result.get(key) ?? 0)) return null;
    return (await this.scansHold(rows)) ? sequence : null;
  }

  async #scan(kind: Scan["kind"], prefix: string, options: ListOptions): Promise<string[]> {
    const asked = { ...options };
    const seen = await this.#gate.one((rows) => rows[kind](prefix, asked));
    await this.#record(seen, () => {
      this.#scans.push({ kind, prefix, options: asked, names: [...seen.result] });
    });
    return seen.result;
  }

  #record({ sequence }: Seen<unknown>, add: () => void): Promise<void> {
    const recorded = this.#recording.then(async () => {
      add();
      this.#sequence ??= sequence;
      if (this.#sequence === sequence) return;
      const now = await this.#gate.snapshot((rows) => this.#stillHolds(rows));
      if (now === null) throw new Conflict();
      this.#sequence = now;
    });
    this.#recording = recorded.catch(() => undefined);
    return recorded;
  }
}
