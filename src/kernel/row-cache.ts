/**
 * Rows of the barrier in parsed form. While the store's change token stands still nobody has written and a row is used as it
 * is; afterwards only a row whose version changed is parsed again. So nothing stale is ever used, and policies and mounts are
 * compiled once.
 */
import type { Barrier } from "./barrier/index.ts";

interface Row<T> {
  token: string;
  readonly version: number;
  readonly value: T;
}

const MOST_ROWS = 10_000;

export class RowCache<T> {
  readonly #barrier: Barrier;
  readonly #prefix: string;
  readonly #parse: (bytes: Buffer | null, key: string) => T;
  readonly #rows = new Map<string, Row<T>>();

  /** `parse` gets null for a row that is not there; its result is shared by all readers. */
  constructor(barrier: Barrier, prefix: string, parse: (bytes: Buffer | null, key: string) => T) {
    this.#barrier = barrier;
    this.#prefix = prefix;
    this.#parse = parse;
  }

  /**
   * `seen`: a change token taken when the request came, for the steps before its handler; without it the row is as fresh as
   * this call, which what reads its own writes needs.
   */
  async get(key: string, seen?: string): Promise<T> {
    const token = seen ?? (await this.#barrier.changeToken());
    const row = this.#rows.get(key);
    if (row?.token === token) return row.value;
    const entry = await this.#barrier.view(this.#prefix).getEntry(key);
    const version = entry?.version ?? 0;
    if (row?.version === version) {
      row.token = token;
      return row.value;
    }
    const value = this.#parse(entry?.value ?? null, key);
    if (this.#rows.size >= MOST_ROWS) this.#rows.clear();
    this.#rows.set(key, { token, version, value });
    return value;
  }

  clear(): void {
    this.#rows.clear();
  }
}

/** JSON rows of the kernel's own (no secrets among them). */
export const encodeRow = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
export const decodeRow = <T>(bytes: Buffer): T => JSON.parse(bytes.toString("utf8")) as T;

/** Milliseconds as 15 digits, so that keys sort by time. */
export const timeKey = (ms: number): string => String(Math.max(0, Math.floor(ms))).padStart(15, "0");
