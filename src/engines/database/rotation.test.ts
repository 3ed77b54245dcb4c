/** Passwords that change: root rotation and static roles on a real PostgreSQL, with the process killed at each step. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import pg from "pg";
import { type TestKernel, openTestKernel } from "../../../test/support/kernel.ts";
import { type PostgresProxy, startPostgresProxy } from "../../../test/support/postgres-proxy.ts";
import { NO_POSTGRES, type Postgres, startPostgres } from "../../../test/support/postgres.ts";

interface Ready {
  readonly at: TestKernel;
  readonly postgres: Postgres;
  readonly proxy: PostgresProxy;
}

async function ready(context: TestContext): Promise<Ready | null> {
  const postgres = await startPostgres();
  if (postgres === null) {
    context.skip(NO_POSTGRES);
    return null;
  }
  context.after(() => postgres.stop());
  const proxy = await startPostgresProxy(postgres.port);
  context.after(() => proxy.stop());
  const at = await openTestKernel();
  context.after(() => at.close());
  at.clock.advance(Date.now() - at.clock.now());
  await at.call("POST", "sys/mounts/database", { body: { type: "database" } });
  await postgres.sql(
    `CREATE ROLE app LOGIN; CREATE ROLE vault LOGIN SUPERUSER PASSWORD '${postgres.password}'`,
  );
  await ok(at, "config/a", {
    plugin_name: "postgresql-database-plugin",
    connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${proxy.port}/postgres`,
    username: "vault",
    password: postgres.password,
    allowed_roles: "*",
  });
  await ok(at, "roles/r", {
    db_name: "a",
    creation_statements: `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}'`,
    default_ttl: "1h",
  });
  return { at, postgres, proxy };
}

async function ok(at: TestKernel, path: string, body: object = {}): Promise<void> {
  const answer = await at.call("POST", `database/${path}`, { body });
  assert.equal(answer.status, 204, `${path}: ${answer.text}`);
}

async function opens(postgres: Postgres, user: string, password: string): Promise<boolean> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: postgres.port,
    user,
    password,
    database: "postgres",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** A process that makes one call; killed by the proxy at some statement. Gives its exit signal. */
async function callAndKill(
  { at, proxy }: Ready,
  path: string,
  method: "GET" | "POST",
  cut: { readonly at: string; readonly when: "before" | "after" },
): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "../../../test/support/call-main.ts"), at.folder],
    {
      stdio: ["pipe", "pipe", "inherit"],
      env: { PATH: process.env.PATH ?? "", HOME: at.folder },
    },
  );
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once("close", (_, signal) => resolve(signal)),
  );
  proxy.interrupt({ ...cut, act: () => child.kill("SIGKILL") });
  child.stdin.end(
    JSON.stringify({
      rootKey: at.rootKey.toString("hex"),
      token: at.root,
      method,
      path,
      body: {},
      now: at.clock.now(),
    }),
  );
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  assert.equal(await ended, "SIGKILL", `${path} ${cut.when} ${cut.at}: ${said}`);
}

const POINTS = [
  { at: "BEGIN", when: "before" },
  { at: "ALTER ROLE", when: "before" },
  { at: "ALTER ROLE", when: "after" },
  { at: "COMMIT", when: "before" },
  { at: "COMMIT", when: "after" },
] as const;

test("the root password is changed to one that nobody else knows", async (context) => {
  const all = await ready(context);
  if (all === null) return;
  const { at, postgres } = all;
  await ok(at, "rotate-root/a");
  assert.equal(await opens(postgres, "vault", postgres.password), false);
  assert.equal((await at.call("GET", "database/creds/r")).status, 200);
  await ok(at, "rotate-root/a");
  const [stored] = await postgres.sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'vault'");
  assert.match(String(stored?.rolpassword), /^SCRAM-SHA-256\$/);
  const other = await at.second(); // another process has it at once
  assert.equal((await other.call("GET", "database/creds/r")).status, 200);
  await ok(at, "rotate-root/a");
  assert.equal((await other.call("GET", "database/creds/r")).status, 200);
  await other.close();
});

test("a root rotation that is killed at any point leaves a password that opens the database", async (context) => {
  const all = await ready(context);
  if (all === null) return;
  const { at, postgres } = all;
  for (const point of POINTS) {
    await callAndKill(all, "database/rotate-root/a", "POST", point);
    const label = `${point.when} ${point.at}`;
    const used = await at.call("GET", "database/creds/r");
    assert.equal(used.status, 200, `${label}: ${used.text}`);
    at.clock.advance(120_001);
    await at.kernel.tidy();
    assert.equal(
      await opens(postgres, "vault", postgres.password),
      false,
      `${label}: the rotation was finished`,
    );
    const next = await at.call("GET", "database/creds/r");
    assert.equal(next.status, 200, `${label}, finished: ${next.text}`);
    const again = await at.call("POST", "database/rotate-root/a");
    assert.equal(again.status, 204, `${label}: nothing is left noted: ${again.text}`);
    await postgres.sql(`ALTER ROLE vault PASSWORD '${postgres.password}'`);
    await ok(at, "config/a", { password: postgres.password });
  }
});

test("a user whose maker is killed at any point is gone ten minutes later", async (context) => {
  const all = await ready(context);
  if (all === null) return;
  const { at, postgres } = all;
  const made = async (): Promise<number> =>
    (await postgres.sql("SELECT 1 FROM pg_roles WHERE rolname LIKE 'v-%'")).length;
  for (const point of [
    { at: "BEGIN", when: "before" },
    { at: "CREATE ROLE", when: "after" },
    { at: "COMMIT", when: "before" },
    { at: "COMMIT", when: "after" },
    { at: "DISCARD ALL", when: "after" },
  ] as const) {
    await callAndKill(all, "database/creds/r", "GET", point);
    const left = await made();
    if (point.at === "DISCARD ALL" || (point.at === "COMMIT" && point.when === "after"))
      assert.equal(left, 1);
    await at.kernel.tidy();
    assert.equal(await made(), left, "not while its request could still last");
    at.clock.advance(600_001);
    await at.kernel.tidy();
    assert.equal(await made(), 0, `${point.when} ${point.at}`);
  }
});

test("a static role's password is changed when made, by time and by hand", async (context) => {
  const all = await ready(context);
  if (all === null) return;
  const { at, postgres } = all;
  await ok(at, "static-roles/s", { db_name: "a", username: "app", rotation_period: "1h" });
  const read = async (): Promise<string> => {
    const answer = await at.call("GET", "database/static-creds/s");
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json.data?.password);
  };
  const first = await read();
  assert.equal(await opens(postgres, "app", first), true);
  at.clock.advance(3_599_000);
  await at.kernel.tidy();
  assert.equal(await read(), first);
  at.clock.advance(1_000);
  const other = await at.second();
  await Promise.all([at.kernel.tidy(), other.kernel.tidy()]); // two nodes at once: one rotation
  const second = await read();
  assert.notEqual(second, first);
  assert.deepEqual(
    [await opens(postgres, "app", first), await opens(postgres, "app", second)],
    [false, true],
  );
  await Promise.all([at.kernel.tidy(), other.kernel.tidy()]);
  assert.equal(await read(), second, "not twice");
  await other.close();
  await ok(at, "rotate-role/s");
  const third = await read();
  assert.equal(await opens(postgres, "app", third), true);

  await postgres.halt();
  at.clock.advance(3_600_000);
  await at.kernel.tidy();
  assert.equal(await read(), third, "while the database is away the old one is what there is");
  await postgres.restart();
  at.clock.advance(120_001);
  await at.kernel.tidy();
  const fourth = await read();
  assert.deepEqual([fourth === third, await opens(postgres, "app", fourth)], [false, true]);
  const refused = await at.call("POST", "database/static-roles/root", {
    body: { db_name: "a", username: "vault", rotation_period: "1h" },
  });
  assert.match(refused.text, /the configured user itself/);
  assert.equal((await at.call("DELETE", "database/static-roles/s")).status, 204);
  at.clock.advance(7_200_000);
  await at.kernel.tidy();
  assert.equal(await opens(postgres, "app", fourth), true, "forgotten, not changed");
});

test("two nodes that find many passwords due change each of them once", async (context) => {
  const all = await ready(context);
  if (all === null) return;
  const { at, postgres } = all;
  const names = ["s0", "s1", "s2", "s3", "s4", "s5"];
  await postgres.sql("CREATE TABLE public.log (name text)");
  for (const name of names) {
    await postgres.sql(`CREATE ROLE ${name} LOGIN`);
    await ok(at, `static-roles/${name}`, {
      db_name: "a",
      username: name,
      rotation_period: "1h",
      rotation_statements: [
        `ALTER ROLE "{{name}}" PASSWORD '{{password}}'`,
        `INSERT INTO public.log VALUES ('{{name}}')`,
      ],
    });
  }
  await postgres.sql("DELETE FROM public.log");
  at.clock.advance(3_600_000);
  const other = await at.second();
  await Promise.all([at.kernel.tidy(), other.kernel.tidy()]);
  await other.close();
  const changed = (await postgres.sql("SELECT name FROM public.log ORDER BY 1")).map((row) => row.name);
  assert.deepEqual(changed, names);
  for (const name of names) {
    const { json } = await at.call("GET", `database/static-creds/${name}`);
    assert.equal(await opens(postgres, name, String(json.data?.password)), true, name);
  }
});

test("a static rotation that is killed at any point ends as one rotation", async (context) => {
  const all = await ready(context);
  if (all === null) return;
  const { at, postgres } = all;
  await ok(at, "static-roles/s", { db_name: "a", username: "app", rotation_period: "24h" });
  for (const point of POINTS) {
    await callAndKill(all, "database/rotate-role/s", "POST", point);
    const label = `${point.when} ${point.at}`;
    assert.equal((await at.call("POST", "database/rotate-role/s")).status, 409, label);
    at.clock.advance(120_001);
    await at.kernel.tidy();
    const answer = await at.call("GET", "database/static-creds/s");
    const password = String(answer.json.data?.password);
    assert.equal(await opens(postgres, "app", password), true, label);
    await at.kernel.tidy();
    assert.equal(
      String((await at.call("GET", "database/static-creds/s")).json.data?.password),
      password,
      label,
    );
  }
});
