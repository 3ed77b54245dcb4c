/** The whole store at once: read as it stood at one moment, or replaced in one transaction that holds the writers' lock. */
import { randomUUID } from "node:crypto";
import type { StoredEntry } from "../../core/ports/store.ts";
import { checkKey, checkValue } from "../keys.ts";
import type { Connections } from "./connections.ts";
import { failure } from "./failure.ts";
import { type Entry, Rows } from "./rows.ts";
import { quoted } from "./schema.ts";

const PAGE = 200;
const BATCH_BYTES = 4 * 1024 * 1024;

export async function readAll(
  connections: Connections,
  schema: string,
  each: (entry: StoredEntry) => void | Promise<void>,
): Promise<void> {
  try {
    await connections.using(async (query) => {
      await query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      const sql = `SELECT key, value FROM ${quoted(schema)}.entries WHERE key > $1 ORDER BY key LIMIT ${PAGE}`;
      let after: Buffer = Buffer.alloc(0);
      for (;;) {
        const rows = await query(sql, [after]);
        for (const { key, value } of rows)
          await each({ key: (key as Buffer).toString("utf8"), value: value as Buffer });
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) break;
        after = last.key as Buffer;
      }
      await query("COMMIT");
    });
  } catch (error) {
    throw failure(error, connections.name);
  }
}

export async function replaceAll(
  connections: Connections,
  { schema, path }: { schema: string; path: string },
  entries: AsyncIterable<StoredEntry>,
): Promise<void> {
  try {
    await connections.using(async (query) => {
      const rows = new Rows(query, { schema, path });
      const { sequence } = await rows.lock(connections.patience);
      await query("SET LOCAL idle_in_transaction_session_timeout = 0");
      await query(`DELETE FROM ${quoted(schema)}.entries`);
      let batch: Entry[] = [];
      let size = 0;
      for await (const { key, value } of entries) {
        checkKey(key);
        checkValue(value);
        batch.push({ key, value, version: sequence + 1 });
        size += value.length;
        if (size < BATCH_BYTES && batch.length < PAGE) continue;
        await rows.put(batch);
        [batch, size] = [[], 0];
      }
      await rows.put(batch);
      await rows.commit(sequence + 1, { writer: randomUUID(), number: 1 });
    });
  } catch (error) {
    throw failure(error, connections.name);
  }
}
