/** The whole store at once, on a connection of its own: read as it stood at one moment, or replaced in one transaction. */
import { DatabaseSync } from "node:sqlite";
import type { StoredEntry } from "../../core/ports/store.ts";
import { checkKey, checkValue } from "../keys.ts";
import { failure } from "./failure.ts";

export async function readAll(
  path: string,
  each: (entry: StoredEntry) => void | Promise<void>,
): Promise<void> {
  const database = new DatabaseSync(path, { timeout: 5_000, readOnly: true });
  try {
    database.exec("BEGIN");
    for (const row of database.prepare("SELECT key, value FROM entries ORDER BY key").iterate()) {
      const value = row.value as Uint8Array;
      await each({
        key: row.key as string,
        value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      });
    }
  } finally {
    database.close();
  }
}

export async function replaceAll(
  path: string,
  entries: AsyncIterable<StoredEntry>,
  busyTimeout: number,
): Promise<void> {
  const database = new DatabaseSync(path, { timeout: busyTimeout });
  try {
    database.exec("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; BEGIN IMMEDIATE");
    const version = Number(database.prepare("SELECT sequence FROM state").get()?.sequence) + 1;
    database.exec("DELETE FROM entries");
    const insert = database.prepare("INSERT INTO entries (key, version, value) VALUES (?, ?, ?)");
    for await (const { key, value } of entries) {
      checkKey(key);
      checkValue(value);
      insert.run(key, version, value);
    }
    database.prepare("UPDATE state SET sequence = ?").run(version);
    database.exec("COMMIT");
  } catch (error) {
    throw failure(error, path);
  } finally {
    database.close(); // what was not committed is rolled back
  }
}
