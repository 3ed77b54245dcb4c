/**
 * Two roles in turn: `app` and `app_alt`. The one that is not in use gets a new password and the rights of the first; the other goes on
 * working until it is locked, its password taken and its sessions ended. Roles are not dropped: they own tables.
 */
import { randomBytes } from "node:crypto";
import type pg from "pg";
import { guardedLookup } from "../../core/destination.ts";
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { Parts } from "../types.ts";
import type { Driver, DriverContext } from "./types.ts";

const ALT = "_alt";
const TIMEOUT_MS = 10_000;
const text = (parts: Parts, name: string): string => parts.get(name)?.revealText() ?? "";
const other = (role: string): string => (role.endsWith(ALT) ? role.slice(0, -ALT.length) : role + ALT);
const base = (role: string): string => (role.endsWith(ALT) ? role.slice(0, -ALT.length) : role);
const name = (role: string): string => `"${role.replaceAll('"', '""')}"`;
const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Each secret says itself where it is sent. */
async function connect(parts: Parts): Promise<pg.Client> {
  const { Client } = (await import("pg")).default;
  const host = text(parts, "host") || "localhost";
  const near = ["localhost", "127.0.0.1", "::1"].includes(host);
  const client = new Client({
    ...{
      host,
      port: Number(text(parts, "port") || 5432),
      user: text(parts, "username"),
      password: text(parts, "password"),
    },
    database: text(parts, "database") || "postgres",
    ...{
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
      ssl: near ? false : { rejectUnauthorized: true },
    },
    ...{ lookup: guardedLookup() },
  } as pg.ClientConfig);
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function using<T>(
  context: DriverContext,
  what: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { minter, secret } = context;
  if (minter === null)
    throw new BulkheadError("rotation.no-minter", { provider: "PostgreSQL", secret, part: "username" });
  let client: pg.Client | null = null;
  try {
    // who may write the rotated secret must not say where the minter's password is sent
    if (text(minter, "host") === "")
      throw new BulkheadError("rotation.no-minter", { provider: "PostgreSQL", secret, part: "host" });
    client = await connect(minter);
    return await work(client);
  } catch (error) {
    if (error instanceof BulkheadError) throw error;
    const code = String((error as { code?: unknown }).code ?? "failed");
    const refused = /^(?:28|42)/.test(code);
    throw new BulkheadError(refused ? "rotation.refused" : "rotation.unavailable", {
      provider: "PostgreSQL",
      what,
      reason: code,
    });
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function create(context: DriverContext) {
  const role = text(context.old, "username");
  const [next, first] = [other(role), base(role)];
  const password = randomBytes(24).toString("base64url");
  await using(context, "change a role", async (client) => {
    const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [next]);
    await client.query("BEGIN");
    if (rowCount === 0) await client.query(`CREATE ROLE ${name(next)}`);
    if (next !== first) {
      await client.query(`GRANT ${name(first)} TO ${name(next)}`);
      // what either makes belongs to the first, so that the other may use it
      await client.query(`ALTER ROLE ${name(next)} SET role = ${literal(first)}`);
    }
    await client.query(`ALTER ROLE ${name(next)} LOGIN PASSWORD ${literal(password)}`);
    await client.query("COMMIT");
  });
  const parts = new Map([
    ["username", Secret.copy(next)],
    ["password", Secret.copy(password)],
  ]);
  return { parts, handle: next };
}

const revoke = (context: DriverContext, role: string): Promise<void> =>
  using(context, "lock a role", async (client) => {
    await client.query(`ALTER ROLE ${name(role)} NOLOGIN PASSWORD NULL`);
    await client
      .query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [role])
      .catch(() => undefined);
  });

export const postgresRoles: Driver = {
  id: "postgres-roles",
  needs: ["username", "password"],
  create,
  /** The other role, where it may log in: only a rotation lets it. */
  standing: (context) =>
    using(context, "look at roles", async (client) => {
      const found = await client.query("SELECT rolname FROM pg_roles WHERE rolname = $1 AND rolcanlogin", [
        other(text(context.old, "username")),
      ]);
      return found.rows.map((row: { rolname: string }) => row.rolname);
    }),
  handleOf: ({ old }) => Promise.resolve(text(old, "username") || null),
  revoke,
  verify: async (_, parts) => {
    try {
      const client = await connect(parts);
      await client.end();
      return { verdict: "live", reason: "PostgreSQL lets it in" };
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? "");
      if (code.startsWith("28")) return { verdict: "dead", reason: `PostgreSQL refuses it (${code})` };
      return { verdict: "unknown", reason: "PostgreSQL gave no usable answer" };
    }
  },
};
