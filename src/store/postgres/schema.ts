/**
 * The tables, made in one transaction by whichever node comes first, in a schema of their own; and the check that what is there
 * is ours, of this format, and on a server that takes writes.
 */
import { BulkheadError } from "../../core/errors.ts";
import { failure, OnStandby } from "./failure.ts";
import type { Connections, Query, Row } from "./connections.ts";

/** The layout below; a store with a higher number belongs to a newer Bulkhead. */
export const FORMAT = 2;
const APPLICATION = "bulkhead";
/** pg_xact_status over 64-bit ids. */
const OLDEST_SERVER = 130_000;

// `sequence` grows with every transaction that writes and is the version of what it wrote, so that a version never comes back,
// not even when a key is deleted and made again. Keys are bytes: ordered so, whatever the database's encoding and collation.
// Values are ciphertext: compressing them is lost work.
// `writers` has a row for each process: the number of its last commit that was kept.
const locksAndWriters = (schema: string): string => `
  CREATE TABLE ${schema}.locks (
    name text NOT NULL PRIMARY KEY, number bigint NOT NULL, span interval NOT NULL, until timestamptz NOT NULL
  );
  CREATE TABLE ${schema}.writers (id uuid NOT NULL PRIMARY KEY, number bigint NOT NULL, at timestamptz NOT NULL)
    WITH (fillfactor = 20);
`;

const tables = (schema: string): string => `
  CREATE TABLE ${schema}.entries (key bytea NOT NULL PRIMARY KEY, version bigint NOT NULL, value bytea NOT NULL);
  ALTER TABLE ${schema}.entries ALTER COLUMN value SET STORAGE EXTERNAL;
  CREATE TABLE ${schema}.state (
    id integer NOT NULL PRIMARY KEY CHECK (id = 1),
    application text NOT NULL, format integer NOT NULL, sequence bigint NOT NULL
  ) WITH (fillfactor = 20);
  INSERT INTO ${schema}.state VALUES (1, '${APPLICATION}', ${FORMAT}, 0);
  ${locksAndWriters(schema)}
`;

/** What makes of each older format the next one. A store is never older than the first. */
const MIGRATIONS: Readonly<Record<number, (schema: string) => string>> = { 1: locksAndWriters };

/** Throws `store.foreign`, `store.newer`, `store.refused`, `store.unreachable`. */
export async function prepareSchema(connections: Connections, schema: string): Promise<void> {
  const { name: path } = connections;
  const [server] = await connections.read(
    "SELECT current_setting('server_version_num')::integer AS version, pg_is_in_recovery() AS standby",
  );
  if (server?.standby === true) throw failure(new OnStandby(), path);
  if (Number(server?.version) < OLDEST_SERVER)
    throw new BulkheadError("store.refused", { path, reason: "it is older than PostgreSQL 13" });
  const columns = (query: Query): Promise<readonly Row[]> => columnsOf(query, schema);
  let found = await columns((text, values) => connections.read(text, values));
  if (found.length === 0) {
    await connections.retrying(() => connections.using((query) => create(query, schema)));
    found = await columns((text, values) => connections.read(text, values));
  }
  const ours = found.some(({ table, column }) => table === "state" && column === "application");
  if (!ours) throw new BulkheadError("store.foreign", { path });
  const [state] = await connections.read(`SELECT application, format FROM ${quoted(schema)}.state`);
  if (state?.application !== APPLICATION) throw new BulkheadError("store.foreign", { path });
  const format = Number(state.format);
  if (format < FORMAT && Object.hasOwn(MIGRATIONS, format))
    await connections.retrying(() => connections.using((query) => migrate(query, schema)));
  else checkFormat(state, path);
}

/** Under the lock of every writer; whoever comes second finds it done. A node of the older version refuses from then on. */
async function migrate(query: Query, schema: string): Promise<void> {
  await query("BEGIN");
  const [state] = await query(`SELECT format FROM ${quoted(schema)}.state FOR UPDATE`);
  for (let format = Number(state?.format); format < FORMAT; format++) {
    const change = MIGRATIONS[format]?.(quoted(schema)) ?? "";
    await query(
      `${change} UPDATE ${quoted(schema)}.state SET format = ${format + 1}, sequence = sequence + 1`,
    );
  }
  await query("COMMIT");
}

export const quoted = (schema: string): string => `"${schema}"`;

export function checkFormat(state: Row | undefined, path: string): void {
  const format = Number(state?.format);
  if (format > FORMAT) throw new BulkheadError("store.newer", { path, format, known: FORMAT });
  if (format !== FORMAT) throw new BulkheadError("store.corrupt", { path });
}

/** Throws `OnStandby`. */
export function refuseStandby(state: Row | undefined): void {
  if (state?.standby === true) throw new OnStandby();
}

/** Of every table in the schema, whoever may read them. */
function columnsOf(query: Query, schema: string): Promise<readonly Row[]> {
  return query(
    `SELECT c.relname AS table, a.attname AS column FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    [schema],
  );
}

async function create(query: Query, schema: string): Promise<void> {
  await query("BEGIN");
  await query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`bulkhead.${schema}`]);
  if ((await columnsOf(query, schema)).length === 0) {
    const [there] = await query("SELECT 1 AS one FROM pg_namespace WHERE nspname = $1", [schema]);
    await query(`${there === undefined ? `CREATE SCHEMA ${quoted(schema)};` : ""} ${tables(quoted(schema))}`);
  }
  await query("COMMIT");
}
