/** The rows, read and written synchronously; statements are prepared when first used, because a short command needs two or three. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Fence, ListOptions, StoreEntry } from "../../core/ports/store.ts";
import { childOf, compareKeys, prefixEnd } from "../keys.ts";

/** Above every TEXT, in SQLite's order of types. */
const ABOVE_ALL_TEXT = new Uint8Array(0);
/** Keys read at once while looking for children; a folder that fills a page is jumped over. */
const PAGE = 128;

export class Rows {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #written: string[] = [];

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  get(key: string): StoreEntry | null {
    const row = this.#prepared("SELECT version, value FROM entries WHERE key = ?").get(key);
    if (row === undefined) return null;
    const value = row.value as Uint8Array;
    return {
      version: Number(row.version),
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    };
  }

  /** 0 when there is no such key. */
  version(key: string): number {
    const row = this.#prepared("SELECT version FROM entries WHERE key = ?").get(key);
    return row === undefined ? 0 : Number(row.version);
  }

  /** Keys from `from` (inclusive or not) up to the end of `prefix`. */
  #range(prefix: string, from: string, inclusive: boolean, limit: number): string[] {
    const sql = `SELECT key FROM entries WHERE key ${inclusive ? ">=" : ">"} ? AND key < ? ORDER BY key LIMIT ?`;
    const end = prefixEnd(prefix) ?? ABOVE_ALL_TEXT;
    const rows = this.#prepared(sql).all(from, end, limit === Number.POSITIVE_INFINITY ? -1 : limit);
    return rows.map((row) => row.key as string);
  }

  list(prefix: string, { after, limit = Number.POSITIVE_INFINITY }: ListOptions = {}): string[] {
    if (limit <= 0) return [];
    return after === undefined || compareKeys(after, prefix) < 0
      ? this.#range(prefix, prefix, true, limit)
      : this.#range(prefix, after, false, limit);
  }

  children(prefix: string, { after, limit = Number.POSITIVE_INFINITY }: ListOptions = {}): string[] {
    const names: string[] = [];
    let from = prefix + (after ?? "");
    let inclusive = after === undefined;
    while (names.length < limit) {
      const keys = this.#range(prefix, from, inclusive, PAGE);
      for (const key of keys) {
        const name = childOf(prefix, key);
        if (name === "" || name === names.at(-1)) continue;
        if (after !== undefined && compareKeys(name, after) <= 0) continue;
        if (names.push(name) >= limit) break;
      }
      const last = keys.at(-1);
      if (last === undefined || keys.length < PAGE) break;
      const folder = childOf(prefix, last);
      inclusive = folder.endsWith("/");
      from = inclusive ? (prefixEnd(prefix + folder) ?? last) : last;
    }
    return names;
  }

  put(key: string, value: Uint8Array, version: number): void {
    this.#written.push(key);
    this.#prepared(
      "INSERT INTO entries (key, version, value) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET version = ?2, value = ?3",
    ).run(key, version, value);
  }

  delete(key: string): void {
    this.#written.push(key);
    this.#prepared("DELETE FROM entries WHERE key = ?").run(key);
  }

  /** Grows with every transaction that wrote, in any process. */
  sequence(): number {
    return Number(this.#prepared("SELECT sequence FROM state").get()?.sequence);
  }

  setSequence(sequence: number): void {
    this.#prepared("UPDATE state SET sequence = ?").run(sequence);
  }

  /** Takes the lock, if it is free at `now`. A row from before the machine started again, when that clock stood elsewhere, does not bind. */
  takeLock(name: string, now: number, span: number): number | null {
    const row = this.#prepared(
      `INSERT INTO locks VALUES (?1, 1, ?3, ?2 + ?3)
       ON CONFLICT (name) DO UPDATE SET number = number + 1, span = ?3, until = ?2 + ?3
       WHERE until <= ?2 OR until > ?2 + span RETURNING number`,
    ).get(name, now, span);
    return row === undefined ? null : Number(row.number);
  }

  holdsLock({ name, number }: Fence, now: number): boolean {
    const sql = "SELECT 1 FROM locks WHERE name = ? AND number = ? AND until > ?";
    return this.#prepared(sql).get(name, number, now) !== undefined;
  }

  setLock({ name, number }: Fence, now: number, span: number): void {
    const sql = "UPDATE locks SET span = ?4, until = ?3 + ?4 WHERE name = ?1 AND number = ?2";
    this.#prepared(sql).run(name, number, now, span);
  }

  format(): number {
    return Number(this.#prepared("PRAGMA user_version").get()?.user_version);
  }

  /** Changes when another connection committed. Cheaper than any table. */
  dataVersion(): number {
    return Number(this.#prepared("PRAGMA data_version").get()?.data_version);
  }

  /** Keys written or deleted since the last `begin`. */
  written(): readonly string[] {
    return this.#written;
  }

  begin(kind: "IMMEDIATE" | "DEFERRED"): void {
    this.#written = [];
    this.#prepared(`BEGIN ${kind}`).run();
  }

  commit(): void {
    this.#prepared("COMMIT").run();
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#prepared("ROLLBACK").run();
  }

  /**
   * Writes the whole file anew. secure_delete zeroes the cells it frees, but not the copies that stay in a page's unused middle when
   * SQLite spreads its cells over more pages; only a rebuild leaves those behind (and the checkpoint then overwrites them).
   */
  rebuild(): void {
    this.#database.exec("PRAGMA temp_store = MEMORY; VACUUM;");
  }

  /** False while another process reads or writes what stands in the way. */
  checkpoint(): boolean {
    return Number(this.#prepared("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy) === 0;
  }
}
