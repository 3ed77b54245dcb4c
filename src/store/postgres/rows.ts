/**
 * The statements. Each read gives, of one snapshot, the sequence besides what it was asked for, and refuses a store that a newer
 * Bulkhead migrated meanwhile and a server that has become a standby.
 */
import { BulkheadError } from "../../core/errors.ts";
import type { Fence, ListOptions, StoreEntry } from "../../core/ports/store.ts";
import { childrenOf, compareKeys, prefixEnd } from "../keys.ts";
import { inFlight, type Query, type Row } from "./connections.ts";
import { checkFormat, quoted, refuseStandby } from "./schema.ts";

/** What was read, and the sequence it was read at. */
export interface Seen<T> {
  readonly sequence: number;
  readonly result: T;
}

/** Above every UTF-8 text. */
const ABOVE_ALL_KEYS = Buffer.of(0xff);
const AFTER_SLASH = "0";
/** Keys of one folder that are read before the rest of it is jumped over. */
const JUMP_AFTER = 64;
/** Rows and bytes of one INSERT. */
const BATCH_ROWS = 500;
const BATCH_BYTES = 4 * 1024 * 1024;

const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const text = (key: unknown): string => (key as Buffer).toString("utf8");
/** The first key above `key`: no key holds a NUL. */
const above = (key: string): Buffer => bytes(`${key}\0`);
const rowLimit = (limit: number | undefined): number | null =>
  limit === undefined || limit === Number.POSITIVE_INFINITY ? null : limit;

export interface Entry {
  readonly key: string;
  readonly version: number;
  readonly value: Buffer;
}

/** The commits of one process are numbered, one after the other. */
export interface Commit {
  /** A UUID. */
  readonly writer: string;
  readonly number: number;
}

export class Rows {
  readonly #query: Query;
  readonly #schema: string;
  readonly #path: string;

  constructor(query: Query, { schema, path }: { schema: string; path: string }) {
    this.#query = query;
    this.#schema = quoted(schema);
    this.#path = path;
  }

  async sequence(): Promise<number> {
    return (await this.#read("", "", [])).sequence;
  }

  /** What stands under these keys; values only where they are wanted (else empty). */
  async entries(keys: ReadonlyMap<string, boolean>): Promise<Seen<ReadonlyMap<string, StoreEntry>>> {
    if (keys.size === 0) return { sequence: await this.sequence(), result: new Map() };
    const join = `LEFT JOIN ${this.#schema}.entries e ON e.key = ANY ($1::bytea[])`;
    const wanted = [...keys].filter(([, value]) => value).map(([key]) => bytes(key));
    const { sequence, rows } = await this.#read(
      ", e.key, e.version, CASE WHEN e.key = ANY ($2::bytea[]) THEN e.value END AS value",
      join,
      [[...keys.keys()].map(bytes), wanted],
    );
    const found = rows.filter(({ key }) => key !== null);
    const entry = ({ version, value }: Row): StoreEntry => ({
      version: Number(version),
      value: (value as Buffer | null) ?? Buffer.alloc(0),
    });
    return { sequence, result: new Map(found.map((row) => [text(row.key), entry(row)])) };
  }

  /** Of the keys that are there. */
  async versions(keys: readonly string[]): Promise<Seen<ReadonlyMap<string, number>>> {
    const join = `LEFT JOIN ${this.#schema}.entries e ON e.key = ANY ($1::bytea[])`;
    const { sequence, rows } = await this.#read(", e.key, e.version", join, [keys.map(bytes)]);
    const found = rows.filter(({ key }) => key !== null);
    return { sequence, result: new Map(found.map(({ key, version }) => [text(key), Number(version)])) };
  }

  async list(prefix: string, { after, limit }: ListOptions = {}): Promise<Seen<string[]>> {
    const from = after === undefined || compareKeys(after, prefix) < 0 ? bytes(prefix) : above(after);
    const sql = `SELECT key FROM ${this.#schema}.entries WHERE key >= $1 AND key < $2 ORDER BY key LIMIT $3::bigint`;
    return this.#keys(sql, [from, endOf(prefix), rowLimit(limit)]);
  }

  /**
   * Reads a few keys, jumps in the index over what is left of the folder the last one stands in, and so on, in one statement. With a
   * limit one key at a time, so that it can end where enough names are found.
   */
  async children(prefix: string, { after, limit }: ListOptions = {}): Promise<Seen<string[]>> {
    const entries = `${this.#schema}.entries`;
    const most = rowLimit(limit);
    const page = most === null ? JUMP_AFTER : 1;
    const last = "c.keys[cardinality(c.keys)]";
    const slash = `position('\\x2f'::bytea IN substring(${last} FROM $4::integer))`;
    const next = `CASE WHEN ${slash} > 0 THEN substring(${last} FROM 1 FOR $4::integer - 2 + ${slash}) || '\\x30'::bytea
      ELSE ${last} || '\\x00'::bytea END`;
    const some = (from: string): string =>
      `ARRAY(SELECT key FROM ${entries} WHERE key >= ${from} AND key < $2 ORDER BY key LIMIT ${page})`;
    const sql = `WITH RECURSIVE c (keys) AS (
        SELECT ${some("$1")} UNION ALL SELECT ${some(next)} FROM c WHERE cardinality(c.keys) = ${page}
      ) SELECT unnest(keys) AS key FROM c LIMIT $3::bigint`;
    const start = Buffer.byteLength(prefix) + 1;
    const from = firstChild(prefix, after);
    const { sequence, result } = await this.#keys(sql, [from, endOf(prefix), most, start]);
    return { sequence, result: childrenOf(prefix, result) };
  }

  /** Begins a transaction that no other writer runs beside; whatever was begun before it has ended. */
  async lock(waitMs: number): Promise<{ sequence: number }> {
    const [state] = await this.#query(
      `BEGIN ISOLATION LEVEL READ COMMITTED;
       SET LOCAL lock_timeout = ${waitMs}; SET LOCAL idle_in_transaction_session_timeout = ${waitMs};
       SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
       SELECT sequence, format FROM ${this.#schema}.state FOR UPDATE`,
    );
    checkFormat(state, this.#path);
    return { sequence: Number(state?.sequence) };
  }

  /** Whether the lock stands; it cannot pass on before this transaction ends. */
  async holds({ name, number }: Fence): Promise<boolean> {
    const rows = await this.#query(
      `SELECT 1 AS one FROM ${this.#schema}.locks
       WHERE name = $1 AND number = $2 AND until > clock_timestamp() FOR SHARE`,
      [name, number],
    );
    return rows.length > 0;
  }

  async put(entries: readonly Entry[]): Promise<void> {
    const sent: Promise<unknown>[] = [];
    for (const batch of batches(entries)) {
      const rows = batch.map((_, at) => `($${3 * at + 1}, $${3 * at + 2}, $${3 * at + 3})`);
      sent.push(
        this.#query(
          `INSERT INTO ${this.#schema}.entries (key, version, value) VALUES ${rows.join(", ")}
           ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value`,
          batch.flatMap(({ key, version, value }) => [bytes(key), version, value]),
        ),
      );
    }
    await inFlight(sent);
  }

  async delete(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#query(`DELETE FROM ${this.#schema}.entries WHERE key = ANY ($1::bytea[])`, [keys.map(bytes)]);
  }

  /** Writes down beside it that this commit was kept, so that its writer can find out when the answer is lost. */
  async commit(sequence: number, { writer, number }: Commit): Promise<void> {
    const old = `DELETE FROM ${this.#schema}.writers WHERE at < now() - interval '1 day';`;
    await this.#query(
      `${number === 1 ? old : ""} UPDATE ${this.#schema}.state SET sequence = ${sequence};
       INSERT INTO ${this.#schema}.writers VALUES ('${writer}', ${number}, now())
         ON CONFLICT (id) DO UPDATE SET number = excluded.number, at = excluded.at; COMMIT`,
    );
  }

  /** Which commit of this writer was the last to be kept; 0: none. */
  async lastCommit(writer: string): Promise<number> {
    const [row] = await this.#query(`SELECT number FROM ${this.#schema}.writers WHERE id = $1::uuid`, [
      writer,
    ]);
    return Number(row?.number ?? 0);
  }

  async rollback(): Promise<void> {
    await this.#query("ROLLBACK");
  }

  async #keys(sql: string, values: Parameters<Query>[1]): Promise<Seen<string[]>> {
    const { sequence, rows } = await this.#read(
      ", e.key",
      `LEFT JOIN LATERAL (${sql}) e ON true ORDER BY e.key`,
      values,
    );
    return { sequence, result: rows.filter(({ key }) => key !== null).map(({ key }) => text(key)) };
  }

  async #read(
    columns: string,
    join: string,
    values: Parameters<Query>[1],
  ): Promise<{ sequence: number; rows: readonly Row[] }> {
    const rows = await this.#query(
      `SELECT s.sequence, s.format, pg_is_in_recovery() AS standby${columns} FROM ${this.#schema}.state s ${join}`,
      values,
    );
    const [state] = rows;
    if (state === undefined) throw new BulkheadError("store.corrupt", { path: this.#path });
    refuseStandby(state);
    checkFormat(state, this.#path);
    return { sequence: Number(state.sequence), rows };
  }
}

function endOf(prefix: string): Buffer {
  const end = prefixEnd(prefix);
  return end === null ? ABOVE_ALL_KEYS : bytes(end);
}

/** Where the first name above `after` may stand: below a folder there is no further name. */
function firstChild(prefix: string, after: string | undefined): Buffer {
  if (after === undefined) return above(prefix);
  const slash = after.indexOf("/");
  return slash < 0 ? above(prefix + after) : bytes(prefix + after.slice(0, slash) + AFTER_SLASH);
}

function* batches(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let size = 0;
  for (const entry of entries) {
    if (batch.length > 0 && (batch.length >= BATCH_ROWS || size + entry.value.length > BATCH_BYTES)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(entry);
    size += entry.value.length;
  }
  if (batch.length > 0) yield batch;
}
