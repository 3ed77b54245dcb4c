/**
 * Rows of the mount: `rotation/<id>` (the whole rotation), `active/<place>` (the one under way of a secret), `handle/<place>` (what the
 * provider calls the current key), `claim/<id>` (who works on it) and `expiry/<time>/<ref>` (what falls due when: `r/<id>` a rotation,
 * `s/<place>` a secret whose period ends). A place is `project/environment/secret`.
 */
import { hostname } from "node:os";
import { BulkheadError } from "../../core/errors.ts";
import { randomBase62 } from "../../core/ids.ts";
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import { dueKey } from "../../kernel/jobs/index.ts";
import { FINAL, type Row } from "../../rotate/types.ts";

const ROW = "rotation/";
const CLAIM_MS = 60_000;

export interface Place {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
}

export const placeOf = ({ project, environment, secret }: Place): string =>
  `${project}/${environment}/${secret}`;

/** What the provider calls the key of this version. */
export interface HandleRow {
  readonly handle: string;
  readonly version: number;
}

interface Claim {
  readonly holder: string;
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export async function readJson<T>(from: Pick<StorageReader, "get">, key: string): Promise<T | null> {
  const bytes = await from.get(key);
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString("utf8")) as T;
  } finally {
    bytes.fill(0);
  }
}

export function putJson(tx: StorageTransaction, key: string, value: object): void {
  const bytes = Buffer.from(JSON.stringify(value));
  tx.put(key, bytes);
  bytes.fill(0);
}

export const loadRow = (from: Pick<StorageReader, "get">, id: string): Promise<Row | null> =>
  /^[0-9A-Za-z]{1,40}$/.test(id) ? readJson<Row>(from, ROW + id) : Promise.resolve(null);

/** The newest first: ids begin with their time. */
export const rowIds = async (from: StorageReader): Promise<string[]> => (await from.list(ROW)).reverse();

/** Sorts by time. */
export const newId = (now: number): string =>
  now.toString(36).padStart(9, "0") + randomBase62(8).toLowerCase();

/** When somebody has to look at it; null: it waits for a person. */
export function dueOf(row: Row, now: number): number | null {
  if (FINAL.has(row.state)) return null;
  if (row.nextTry !== null) return row.nextTry;
  return WAITS.has(row.state) ? null : now;
}

const WAITS: ReadonlySet<string> = new Set(["approval", "asking", "checking", "killing"]);

/** With its due row, and (when it is over) what it leaves behind. */
export async function putRow(tx: StorageTransaction, row: Row, now: number): Promise<void> {
  const before = await readJson<Row & { readonly due?: number | null }>(tx, ROW + row.id);
  if (typeof before?.due === "number") tx.delete(dueKey(before.due, `r/${row.id}`));
  const due = dueOf(row, now);
  if (due !== null) tx.put(dueKey(due, `r/${row.id}`), Buffer.from("1"));
  putJson(tx, ROW + row.id, { ...row, due });
  if (!FINAL.has(row.state)) {
    tx.put(`active/${placeOf(row)}`, Buffer.from(row.id));
    return;
  }
  tx.delete(`active/${placeOf(row)}`);
  tx.delete(`claim/${row.id}`);
  const version = row.newVersion;
  // what was promoted and not taken back is the current one, also where the old one's death could not be proved
  if (version !== null && row.state !== "rolled-back" && row.handle !== "")
    putJson(tx, `handle/${placeOf(row)}`, { handle: row.handle, version } satisfies HandleRow);
}

export async function activeId(from: Pick<StorageReader, "get">, place: Place): Promise<string | null> {
  return (await from.get(`active/${placeOf(place)}`))?.toString("utf8") ?? null;
}

/** A rotation's working claim: whoever has it may save the row. */
export class Working {
  readonly #storage: Storage;
  readonly #id: string;
  readonly #holder = randomBase62(12);
  readonly #now: () => number;

  constructor(storage: Storage, id: string, now: () => number) {
    this.#storage = storage;
    this.#id = id;
    this.#now = now;
  }

  /** Gives the row as it is now. Throws `rotation.unknown`, `rotation.taken`. */
  async begin(): Promise<Row> {
    return await this.#storage.transaction(async (tx) => {
      const row = await loadRow(tx, this.#id);
      if (row === null) throw new BulkheadError("rotation.unknown", { id: this.#id });
      const claim = await readJson<Claim>(tx, `claim/${this.#id}`);
      if (
        claim !== null &&
        claim.until > this.#now() &&
        claim.until <= this.#now() + CLAIM_MS &&
        isAlive(claim)
      )
        throw new BulkheadError("rotation.taken", { id: this.#id });
      this.#claim(tx);
      return row;
    });
  }

  /** Throws `rotation.taken` when it is another's by now. */
  async save(row: Row): Promise<Row> {
    await this.#storage.transaction(async (tx) => {
      const claim = await readJson<Claim>(tx, `claim/${this.#id}`);
      if (claim?.holder !== this.#holder) throw new BulkheadError("rotation.taken", { id: this.#id });
      this.#claim(tx);
      await putRow(tx, row, this.#now());
    });
    return row;
  }

  async end(): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      const claim = await readJson<Claim>(tx, `claim/${this.#id}`);
      if (claim?.holder === this.#holder) tx.delete(`claim/${this.#id}`);
    });
  }

  #claim(tx: StorageTransaction): void {
    putJson(tx, `claim/${this.#id}`, {
      ...{ holder: this.#holder, host: hostname(), pid: process.pid },
      until: this.#now() + CLAIM_MS,
    } satisfies Claim);
  }
}

/** A process of this machine that is gone leaves nobody waiting. */
function isAlive({ host, pid }: Claim): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
