/** What a run asked of the network: one row for each host and port, with what was allowed, refused and carried. Names, never contents. */

export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  readonly refused: number;
  /** Why it was refused the first time, null where it never was. */
  readonly reason: string | null;
  /** Bytes from the job, and to it. */
  readonly sent: number;
  readonly received: number;
}

/** More different destinations than this are counted under one name: a job that tries a million makes no receipt of a million lines. */
const MOST = 1_000;
export const OTHERS = "(others)";

interface Row {
  connections: number;
  refused: number;
  reason: string | null;
  sent: number;
  received: number;
}

export class DestinationRecord {
  readonly #rows = new Map<string, { host: string; port: number; row: Row }>();

  #row(host: string, port: number): Row {
    const key = `${host}:${port}`;
    const found = this.#rows.get(key);
    if (found !== undefined) return found.row;
    if (this.#rows.size >= MOST && host !== OTHERS) return this.#row(OTHERS, 0);
    const row = { connections: 0, refused: 0, reason: null, sent: 0, received: 0 };
    this.#rows.set(key, { host, port, row });
    return row;
  }

  connected(host: string, port: number): void {
    this.#row(host, port).connections++;
  }

  refused(host: string, port: number, reason: string): void {
    const row = this.#row(host, port);
    row.refused++;
    row.reason ??= reason;
  }

  carried(host: string, port: number, sent: number, received: number): void {
    const row = this.#row(host, port);
    row.sent += sent;
    row.received += received;
  }

  /** Sorted by host and port. */
  list(): readonly Destination[] {
    return [...this.#rows.values()]
      .map(({ host, port, row }) => ({ host, port, ...row }))
      .sort((a, b) => (a.host === b.host ? a.port - b.port : a.host < b.host ? -1 : 1));
  }
}
