/**
 * Rows of the barrier in parsed form. While the cache token stands still nobody else has written and a row is used as it is; afterwards
 * only a row whose version changed is parsed again. What this process writes itself is forgotten in the moment of its commit. So
 * nothing stale is ever used, policies and mounts are compiled once, and a login does not cost the next request its rows.
 */
import type { Barrier } from "./barrier/index.ts";

interface Row<T> {
  token: string;
  readonly version: number;
  readonly value: T;
}

interface Reading {
  overtaken: boolean;
}

const MOST_ROWS = 10_000;

export class RowCache<T> {
  readonly #barrier: Barrier;
  readonly #prefix: string;
  readonly #parse: (bytes: Buffer | null, key: string) => T;
  readonly #rows = new Map<string, Row<T>>();
  /** Reads under way: one whose row is written meanwhile is not remembered. */
  readonly #reading = new Map<string, Set<Reading>>();

  /** `parse` gets null for a row that is not there; its result is shared by all readers. */
  constructor(barrier: Barrier, prefix: string, parse: (bytes: Buffer | null, key: string) => T) {
    this.#barrier = barrier;
    this.#prefix = prefix;
    this.#parse = parse;
    barrier.onCommit((paths) => this.#forget(paths));
  }

  /**
   * `seen`: a cache token taken when the request came, for the steps before its handler; without it the row is as fresh as
   * this call, which what reads its own writes needs.
   */
  async get(key: string, seen?: string): Promise<T> {
    const token = seen ?? (await this.#barrier.cacheToken());
    const row = this.#rows.get(key);
    if (row?.token === token) return row.value;
    const reading: Reading = { overtaken: false };
    const all = this.#reading.get(key) ?? new Set<Reading>();
    this.#reading.set(key, all.add(reading));
    try {
      return await this.#read(key, token, reading);
    } finally {
      all.delete(reading);
      if (all.size === 0 && this.#reading.get(key) === all) this.#reading.delete(key);
    }
  }

  async #read(key: string, token: string, reading: Reading): Promise<T> {
    const entry = await this.#barrier.view(this.#prefix).getEntry(key);
    const version = entry?.version ?? 0;
    const row = this.#rows.get(key);
    if (row?.version === version && !reading.overtaken) {
      row.token = token;
      return row.value;
    }
    const value = this.#parse(entry?.value ?? null, key);
    if (reading.overtaken) return value;
    if (this.#rows.size >= MOST_ROWS) this.#rows.clear();
    this.#rows.set(key, { token, version, value });
    return value;
  }

  clear(): void {
    this.#rows.clear();
    for (const all of this.#reading.values()) for (const reading of all) reading.overtaken = true;
  }

  #forget(paths: readonly string[]): void {
    for (const path of paths) {
      if (!path.startsWith(this.#prefix)) continue;
      const key = path.slice(this.#prefix.length);
      this.#rows.delete(key);
      for (const reading of this.#reading.get(key) ?? []) reading.overtaken = true;
    }
  }
}

/** JSON rows of the kernel's own (no secrets among them). */
export const encodeRow = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
export const decodeRow = <T>(bytes: Buffer): T => JSON.parse(bytes.toString("utf8")) as T;

/** Milliseconds as 15 digits, so that keys sort by time. */
export const timeKey = (ms: number): string => String(Math.max(0, Math.floor(ms))).padStart(15, "0");
