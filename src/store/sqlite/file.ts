/**
 * The file itself: made whole under another name and linked into place, so that no process ever sees half a store; private to
 * its owner; and recognised by its header before SQLite touches it, so that somebody else's file stays as it was.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { BulkheadError } from "../../core/errors.ts";
import { failure } from "./failure.ts";

/** "BkHd" */
export const APPLICATION_ID = 0x426b4864;
/** The layout below; a file with a higher number belongs to a newer Bulkhead. */
export const FORMAT = 2;

const MIGRATION_WAIT_MS = 10_000;

// `span` and `until` are in milliseconds of the machine's clock that nobody can set.
const LOCKS = `
  CREATE TABLE locks (name TEXT NOT NULL PRIMARY KEY, number INTEGER NOT NULL, span REAL NOT NULL, until REAL NOT NULL);
`;

// `sequence` grows with every transaction that writes and is the version of what it wrote, so that a version never comes back,
// not even when a key is deleted and made again. `keys` are TEXT, which SQLite compares by their UTF-8 bytes.
const SCHEMA = `
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT};
  CREATE TABLE entries (key TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL);
  CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL);
  INSERT INTO state VALUES (1, 0);
  ${LOCKS}
  PRAGMA journal_mode = WAL;
`;

/** What makes of each older format the next one. A store is never older than the first. */
const MIGRATIONS: Readonly<Record<number, string>> = { 1: LOCKS };

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

function ioFailed(action: string, path: string, error: unknown): BulkheadError {
  const reason = codeOf(error);
  if (reason === "ENOSPC" || reason === "EDQUOT" || reason === "EIO")
    return new BulkheadError("store.full", { path, reason }, { cause: error });
  return new BulkheadError("io.failed", { action, path, reason }, { cause: error });
}

/** Makes the store unless there is a file; then checks that it is ours and private. */
export function prepareFile(path: string): void {
  try {
    if (!existsSync(path)) create(path);
    inspect(path);
  } catch (error) {
    if (error instanceof BulkheadError) throw error;
    throw "errcode" in Object(error) ? failure(error, path) : ioFailed("open the store", path, error);
  }
}

function create(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.new`;
  try {
    closeSync(openSync(draft, "wx", 0o600));
    const database = new DatabaseSync(draft);
    try {
      database.exec(SCHEMA);
    } finally {
      database.close();
    }
    place(draft, path);
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(draft + suffix, { force: true });
  }
}

function place(draft: string, path: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return; // another process was first: its file is as good
    if (existsSync(path)) return;
    renameSync(draft, path); // a file system without hard links
  }
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function inspect(path: string): void {
  const file = openSync(path, "r");
  const header = Buffer.alloc(100);
  let length: number;
  try {
    length = readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0")
    throw new BulkheadError("store.foreign", { path });
  if (length < header.length) throw new BulkheadError("store.corrupt", { path });
  if (header.readUInt32BE(68) !== APPLICATION_ID) throw new BulkheadError("store.foreign", { path });
  makePrivate(path);
}

/** A store that was copied or restored with a wider mode is narrowed: what it holds is ciphertext, but its paths are names. */
function makePrivate(path: string): void {
  if (process.platform === "win32" || (statSync(path).mode & 0o077) === 0) return;
  try {
    for (const suffix of ["", "-wal", "-shm"]) if (existsSync(path + suffix)) chmodSync(path + suffix, 0o600);
  } catch (error) {
    throw new BulkheadError("store.exposed", { path }, { cause: error });
  }
}

/** Brings an older store to this format. Whoever comes second finds it done; a process of the older version refuses from then on. */
export function migrate(database: DatabaseSync): void {
  const format = (): number => Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (!Object.hasOwn(MIGRATIONS, format())) return;
  const usual = Number(database.prepare("PRAGMA busy_timeout").get()?.timeout);
  database.exec(
    `PRAGMA busy_timeout = ${MIGRATION_WAIT_MS}; BEGIN IMMEDIATE; PRAGMA busy_timeout = ${usual}`,
  );
  try {
    for (let at = format(); at < FORMAT; at++)
      database.exec(`${MIGRATIONS[at] ?? ""} PRAGMA user_version = ${at + 1};`);
    database.exec("UPDATE state SET sequence = sequence + 1; COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
