/**
 * Locks on the database's clock, each one row. Taking and extending are single statements, so that a lost answer leaves at worst
 * a lock that nobody uses until its time is over. A row whose end lies further away than its own span was written before that
 * clock was set back (a fail-over to a server whose clock is behind): it counts as over, or the work would stand still meanwhile.
 */
import type { Fence, StoreLocks } from "../../core/ports/store.ts";
import type { Connections } from "./connections.ts";
import { quoted } from "./schema.ts";

const SPAN = "$2::float8 * interval '1 millisecond'";

export class Locks implements StoreLocks {
  readonly #connections: Connections;
  readonly #table: string;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#table = `${quoted(schema)}.locks`;
  }

  async take(name: string, ttl: number): Promise<Fence | null> {
    const [row] = await this.#connections.read(
      `INSERT INTO ${this.#table} AS l VALUES ($1, 1, ${SPAN}, clock_timestamp() + ${SPAN})
       ON CONFLICT (name) DO UPDATE SET number = l.number + 1, span = excluded.span, until = excluded.until
       WHERE l.until <= clock_timestamp() OR l.until > clock_timestamp() + l.span
       RETURNING number`,
      [name, ttl],
    );
    return row === undefined ? null : { name, number: Number(row.number) };
  }

  async extend({ name, number }: Fence, ttl: number): Promise<boolean> {
    const rows = await this.#connections.read(
      `UPDATE ${this.#table} SET span = ${SPAN}, until = clock_timestamp() + ${SPAN}
       WHERE name = $1 AND number = $3 AND until > clock_timestamp() RETURNING number`,
      [name, ttl, number],
    );
    return rows.length > 0;
  }

  async release({ name, number }: Fence): Promise<void> {
    await this.#connections.read(
      `UPDATE ${this.#table} SET until = '-infinity' WHERE name = $1 AND number = $2`,
      [name, number],
    );
  }
}
