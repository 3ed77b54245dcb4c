/** The database engine on a real PostgreSQL: users issued, used, renewed, expired, revoked and refused; what is wrong or hostile. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import pg from "pg";
import { type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { startPostgresProxy } from "../../../test/support/postgres-proxy.ts";
import { NO_POSTGRES, type Postgres, startPostgres } from "../../../test/support/postgres.ts";
import { sys } from "../sys/index.ts";
import { database } from "./index.ts";

interface Ready {
  readonly api: PluginApi;
  readonly postgres: Postgres;
  configure(name: string, more?: object, port?: number): Promise<void>;
}

const CREATE = `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'; GRANT SELECT, INSERT ON public.t TO "{{name}}"`;

async function ready(context: TestContext): Promise<Ready | null> {
  const postgres = await startPostgres();
  if (postgres === null) {
    context.skip(NO_POSTGRES);
    return null;
  }
  context.after(() => postgres.stop());
  const api = await pluginApi(context, { engines: [sys, database] });
  api.clock.advance(Date.now() - api.clock.now()); // PostgreSQL's clock is the real one
  await postgres.sql("CREATE TABLE public.t (x int); INSERT INTO public.t VALUES (1)");
  assert.equal((await api.call("POST", "sys/mounts/database", { type: "database" })).status, 204);
  const configure = async (name: string, more: object = {}, port = postgres.port): Promise<void> => {
    const answer = await api.call("POST", `database/config/${name}`, {
      plugin_name: "postgresql-database-plugin",
      connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/postgres`,
      username: "bulkhead",
      password: postgres.password,
      allowed_roles: "*",
      ...more,
    });
    assert.equal(answer.status, 204, answer.text);
  };
  await configure("a");
  return { api, postgres, configure };
}

interface User {
  readonly username: string;
  readonly password: string;
  readonly lease: string;
}

async function role(api: PluginApi, name: string, more: object = {}): Promise<void> {
  const answer = await api.call("POST", `database/roles/${name}`, {
    db_name: "a",
    creation_statements: CREATE,
    default_ttl: "1h",
    max_ttl: "24h",
    ...more,
  });
  assert.equal(answer.status, 204, answer.text);
}

async function issue(api: PluginApi, name: string, token?: string): Promise<User> {
  const answer = await api.call(
    "GET",
    `database/creds/${name}`,
    undefined,
    token === undefined ? {} : { token },
  );
  assert.equal(answer.status, 200, answer.text);
  return {
    username: answer.textAt("data.username"),
    password: answer.textAt("data.password"),
    lease: answer.textAt("lease_id"),
  };
}

async function connectAs(postgres: Postgres, user: string, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port: postgres.port,
    user,
    password,
    database: "postgres",
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function works(
  postgres: Postgres,
  { username, password }: Pick<User, "username" | "password">,
): Promise<boolean> {
  try {
    const client = await connectAs(postgres, username, password);
    await client.end();
    return true;
  } catch (error) {
    assert.equal((error as { code?: string }).code, "28P01", String(error));
    return false;
  }
}

const made = async (postgres: Postgres): Promise<string[]> =>
  (await postgres.sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%' ORDER BY 1")).map((row) =>
    String(row.rolname),
  );
const notes = async (api: PluginApi, kind: string): Promise<number> =>
  (await api.rows("logical/")).filter((row) => row.includes(`/${kind}/`)).length;
const revoke = (api: PluginApi, lease: string) => api.call("PUT", "sys/leases/revoke", { lease_id: lease });

test("a user is issued, used, renewed, and refused when the lease is revoked or over", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres } = at;
  await role(api, "app");
  const first = await issue(api, "app");
  assert.match(first.username, /^v-root-app-[0-9A-Za-z]{20}-\d{10}$/);
  const client = await connectAs(postgres, first.username, first.password);
  assert.equal((await client.query("SELECT x FROM public.t")).rowCount, 1);
  await assert.rejects(client.query("DROP TABLE public.t"), /must be owner/);
  const [stored] = await postgres.sql(
    `SELECT rolpassword, rolvaliduntil FROM pg_authid WHERE rolname = '${first.username}'`,
  );
  assert.match(String(stored?.rolpassword), /^SCRAM-SHA-256\$4096:/);
  const until = Number(stored?.rolvaliduntil as Date);
  assert.ok(Math.abs(until - api.clock.now() - 3_600_000) < 2_000);
  assert.equal(await notes(api, "user"), 0, "the lease took the note's place");

  api.clock.advance(1_800_000);
  const renewed = await api.call("PUT", "sys/leases/renew", { lease_id: first.lease, increment: 7_200 });
  assert.equal(renewed.get("lease_duration"), 7_200);
  const [after] = await postgres.sql(
    `SELECT rolvaliduntil FROM pg_authid WHERE rolname = '${first.username}'`,
  );
  assert.ok(Math.abs(Number(after?.rolvaliduntil as Date) - api.clock.now() - 7_200_000) < 2_000);

  const gone = new Promise((resolve) => client.once("end", resolve));
  assert.equal((await revoke(api, first.lease)).status, 204);
  await gone; // its session too
  assert.equal(await works(postgres, first), false);
  assert.deepEqual(await made(postgres), []);

  const second = await issue(api, "app");
  assert.equal(await works(postgres, second), true);
  api.clock.advance(3_600_001);
  await api.kernel.tidy();
  assert.equal(await works(postgres, second), false);
  assert.deepEqual(await made(postgres), []);
});

test("a user ends with the token that asked, with the mount, and keeps nobody's tables from staying", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres } = at;
  await role(api, "maker", { creation_statements: `${CREATE}; GRANT CREATE ON SCHEMA public TO "{{name}}"` });
  const policy = 'path "database/creds/*" { capabilities = ["read"] }';
  await api.call("POST", "sys/policies/acl/db", { policy });
  const token = (
    await api.kernel.services.tokens.issue(
      { policies: ["db"], metadata: {}, displayName: "x" },
      { path: "test", parent: null },
    )
  ).token;
  const user = await issue(api, "maker", token?.revealText() ?? "");
  const client = await connectAs(postgres, user.username, user.password);
  await client.query("CREATE TABLE public.result (y int)");
  await client.end();
  const hash = (await api.kernel.services.tokens.lookup(token as NonNullable<typeof token>))?.tokenHash ?? "";
  await api.kernel.services.tokens.revoke(hash);
  assert.deepEqual(await made(postgres), []);
  const [owner] = await postgres.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'result'");
  assert.equal(owner?.tableowner, "bulkhead", "what it made stays");

  await issue(api, "maker");
  assert.equal((await made(postgres)).length, 1);
  assert.equal((await api.call("DELETE", "sys/mounts/database")).status, 204);
  assert.deepEqual(await made(postgres), []);
});

test("a user that is no superuser can make and end users", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres, configure } = at;
  const secret = postgres.password;
  await postgres.sql(
    `CREATE ROLE vault LOGIN CREATEROLE PASSWORD '${secret}'; ALTER TABLE public.t OWNER TO vault; GRANT CREATE ON SCHEMA public TO vault`,
  );
  await configure("low", { username: "vault", password: secret });
  await role(api, "low", { db_name: "low", creation_statements: `${CREATE}` });
  const user = await issue(api, "low");
  const client = await connectAs(postgres, user.username, user.password);
  await client.query("SELECT x FROM public.t");
  assert.equal((await revoke(api, user.lease)).status, 204);
  assert.equal(await works(postgres, user), false);
  assert.deepEqual(await made(postgres), []);
  await client.end();
});

test("a role's own statements are used, also when the role is gone", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres } = at;
  await postgres.sql("CREATE TABLE public.log (what text, name text)");
  await role(api, "own", {
    renew_statements: [`INSERT INTO public.log VALUES ('renew; not two', '{{name}}')`],
    revocation_statements: `INSERT INTO public.log VALUES ('revoke', '{{name}}'); DROP OWNED BY "{{name}}"; DROP ROLE "{{name}}"`,
  });
  const user = await issue(api, "own");
  await api.call("PUT", "sys/leases/renew", { lease_id: user.lease });
  assert.equal((await api.call("DELETE", "database/roles/own")).status, 204);
  assert.equal((await revoke(api, user.lease)).status, 204);
  assert.deepEqual(await postgres.sql("SELECT * FROM public.log"), [
    { what: "renew; not two", name: user.username },
    { what: "revoke", name: user.username },
  ]);
});

test("a creation that fails half-way leaves nothing, and says no more than it may", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres } = at;
  await role(api, "half", { creation_statements: [CREATE, 'GRANT SELECT ON public.missing TO "{{name}}"'] });
  const answer = await api.call("GET", "database/creds/half");
  assert.equal(answer.status, 502);
  assert.match(answer.errors[0] ?? "", /refused creation statement 3: undefined table \(SQLSTATE 42P01\)/);
  assert.deepEqual(await made(postgres), []);
  assert.equal(await notes(api, "user"), 0);
  await role(api, "leak", { creation_statements: `SELECT '{{password}}'::int` });
  const leaky = await api.call("GET", "database/creds/leak");
  assert.equal(leaky.status, 502);
  assert.doesNotMatch(leaky.text, /SCRAM|invalid input/, "PostgreSQL's words would have quoted it");
});

test("a connection that breaks at COMMIT leaves no user for long, and no connection stays open", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres, configure } = at;
  const proxy = await startPostgresProxy(postgres.port);
  context.after(() => proxy.stop());
  await configure("a", {}, proxy.port);
  await role(api, "app");
  await postgres.sql("ALTER SYSTEM SET log_min_duration_statement = -1");
  for (const when of ["before", "after"] as const) {
    proxy.interrupt({ at: "COMMIT", when, act: () => undefined });
    const answer = await api.call("GET", "database/creds/app");
    assert.equal(answer.status, 502, when);
    assert.match(answer.errors[0] ?? "", /cannot be reached/);
    assert.deepEqual(await made(postgres), [], "cleaned up at once: the database answers again");
    assert.equal(await notes(api, "user"), 0);
  }
  const user = await issue(api, "app");
  proxy.cut(); // idle connections break: nobody notices
  await issue(api, "app");
  await api.call("POST", "database/reset/a");
  const open = async (): Promise<number> =>
    Number(
      (
        await postgres.sql("SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'bulkhead'")
      )[0]?.n,
    );
  while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await revoke(api, user.lease)).status, 204);
  assert.ok((await open()) > 0);
  await api.kernel.seal();
  while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
});

test("while the server is down a lease is kept and tried again; in the end it is shown as irrevocable", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres } = at;
  await role(api, "app");
  const [kept, lost] = [await issue(api, "app"), await issue(api, "app")];
  await postgres.halt();
  assert.equal((await revoke(api, kept.lease)).status, 502);
  assert.equal((await api.call("PUT", "sys/leases/renew", { lease_id: lost.lease })).status, 502);
  const shown = await api.call("PUT", "sys/leases/lookup", { lease_id: lost.lease });
  assert.equal(
    shown.get("data.last_renewal"),
    null,
    "a renewal that did not reach the database did not happen",
  );
  const away = await api.call("GET", "database/creds/app");
  assert.equal(away.status, 502);
  assert.match(away.errors[0] ?? "", /the database cannot be reached: connection refused/);
  assert.doesNotMatch(away.text, new RegExp(`${postgres.password}|127\\.0\\.0\\.1|postgresql:`));
  await postgres.restart();
  api.clock.advance(12_500); // ten seconds, and the quarter that chance may add
  await api.kernel.tidy();
  assert.equal(await works(postgres, kept), false);
  assert.equal((await api.call("PUT", "sys/leases/lookup", { lease_id: kept.lease })).status, 400);
  await postgres.halt();
  await revoke(api, lost.lease);
  for (let i = 0; i < 8; i++) {
    api.clock.advance(1_000_000);
    await api.kernel.tidy();
  }
  const last = await api.call("PUT", "sys/leases/lookup", { lease_id: lost.lease });
  assert.equal(last.get("data.irrevocable"), true);
  await postgres.restart();
  assert.equal((await revoke(api, lost.lease)).status, 204, "by hand it can be tried again");
  assert.equal(await works(postgres, lost), false);
});

test("names that attack the statements they stand in stay names", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres, configure } = at;
  const hostile = [
    `x"; DROP TABLE public.t; --`,
    `x'; DROP TABLE public.t; --`,
    `x$$; DROP TABLE public.t; $$`,
    `x\\'; DROP TABLE public.t; --`,
    `x\n; DROP TABLE public.t; --`,
    `x"" SUPERUSER "`,
    `x' SUPERUSER PASSWORD 'known`,
    "{{password}}",
  ];
  const shapes = [
    CREATE,
    `CREATE ROLE {{name}} LOGIN PASSWORD {{password}} VALID UNTIL {{expiration}}`,
    `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}'; COMMENT ON ROLE "{{name}}" IS 'for {{name}}' -- {{name}}`,
    `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}'; COMMENT ON ROLE "{{name}}" IS E'for \\'{{name}}\\''`,
    `DO $$ BEGIN CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}'; END $$`,
    `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}'; COMMENT ON ROLE "{{name}}" IS $x$for {{name}}$x$`,
  ];
  await configure("a", { username_template: "v-{{.DisplayName | truncate 40}}-{{random 8}}" });
  await api.call("POST", "sys/policies/acl/db", {
    policy: 'path "database/creds/*" { capabilities = ["read"] }',
  });
  let issued = 0;
  for (const [index, shape] of shapes.entries()) {
    await role(api, `r${index}`, { creation_statements: shape });
    for (const displayName of hostile) {
      const minted = await api.kernel.services.tokens.issue(
        { policies: ["db"], metadata: {}, displayName },
        { path: "test", parent: null },
      );
      const token = minted.token?.revealText() ?? "";
      const answer = await api.call("GET", `database/creds/r${index}`, undefined, { token });
      if (answer.status === 200) {
        issued++;
        const username = answer.textAt("data.username");
        assert.equal(await works(postgres, { username, password: answer.textAt("data.password") }), true);
        assert.equal((await revoke(api, answer.textAt("lease_id"))).status, 204);
      } else assert.equal(answer.status, 400, answer.text); // code that is not read takes plain names only
    }
  }
  assert.ok(issued >= 30, String(issued));
  assert.equal((await postgres.sql("SELECT x FROM public.t")).length, 1);
  assert.deepEqual(
    await postgres.sql("SELECT rolname FROM pg_roles WHERE rolsuper AND rolname <> 'bulkhead'"),
    [],
  );
  assert.deepEqual(await made(postgres), []);
});

test("a name that is taken already is not dropped in its owner's place", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres, configure } = at;
  const fixed = await api.call("POST", "database/config/a", {
    username_template: "app{{ random 8 | truncate 0 }}",
  });
  assert.equal(fixed.status, 400);
  for (const username_template of [
    "v-app",
    "{{.RoleName}}",
    "{{unix_time}}",
    '{{ random 8 | sha256 | replace "" "" | truncate_sha256 9 | printf "v-app%s" | truncate 5 }}',
  ]) {
    const answer = await api.call("POST", "database/config/a", { username_template });
    assert.match(answer.errors[0] ?? "", /makes the same name again/, username_template);
  }
  await configure("a", { username_template: "v-app-{{random 1}}" });
  await role(api, "app");
  for (const letter of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    await postgres.sql(`CREATE ROLE "v-app-${letter}" LOGIN`);
  const answer = await api.call("GET", "database/creds/app");
  assert.match(answer.errors[0] ?? "", /duplicate object/);
  assert.equal((await made(postgres)).length, 62);
  assert.equal(await notes(api, "user"), 0);
});

test("what a role's statements set is gone for the next one", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres, configure } = at;
  await configure("a", { max_open_connections: 1 });
  await postgres.sql("CREATE ROLE weak");
  await role(api, "evil", {
    creation_statements: `${CREATE}; SET SESSION ROLE weak; SET search_path TO nowhere`,
  });
  await role(api, "app");
  await issue(api, "evil");
  assert.equal(await works(postgres, await issue(api, "app")), true);
});

test("the pool is bounded, and many may ask at once", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres, configure } = at;
  await configure("a", { max_open_connections: 2 });
  await role(api, "app");
  let most = 0;
  const watch = setInterval(() => {
    void postgres.sql("SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'bulkhead'").then(
      ([row]) => (most = Math.max(most, Number(row?.n))),
      () => undefined,
    );
  }, 10);
  const users = await Promise.all(Array.from({ length: 20 }, () => issue(api, "app")));
  clearInterval(watch);
  assert.equal(new Set(users.map(({ username }) => username)).size, 20);
  assert.ok(most <= 2, String(most));
});

test("a configuration keeps its secrets, and lends the server's own to nobody", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres } = at;
  const url = `postgresql://{{username}}:{{password}}@127.0.0.1:${postgres.port}/postgres`;
  const shown = await api.call("GET", "database/config/a");
  assert.doesNotMatch(shown.text, new RegExp(postgres.password));
  // whoever may write the configuration points it at a server of his own
  const moved = await api.call("POST", "database/config/a", {
    connection_url: url.replace("127.0.0.1", "localhost"),
  });
  assert.equal(moved.status, 400);
  assert.match(moved.errors[0] ?? "", /the kept password is not sent to another address/);
  for (const more of [{ tls_ca: "x" }, { disable_escaping: true }])
    assert.equal((await api.call("POST", "database/config/a", more)).status, 400);
  assert.equal(
    (await api.call("POST", "database/config/a", { allowed_roles: "x" })).status,
    204,
    "the rest may change",
  );
  const before = { ...process.env };
  Object.assign(process.env, { PGPASSWORD: postgres.password, PGUSER: "bulkhead", PGHOST: "127.0.0.1" });
  context.after(() => {
    for (const name of ["PGPASSWORD", "PGUSER", "PGHOST"])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  });
  const plugin = { plugin_name: "postgresql-database-plugin", allowed_roles: "*" };
  for (const [body, problem] of [
    [{ connection_url: `postgresql://bulkhead@127.0.0.1:${postgres.port}/postgres` }, /has no password/],
    [{ connection_url: url, username: "bulkhead" }, /has no password/],
    [{ connection_url: url, password: "x" }, /names no user/],
    [{ connection_url: "postgresql://a:b@/postgres" }, /invalid URL|names no host/],
    [{ connection_url: "postgresql://a:b@h/d?host=/run/postgresql" }, /twice/],
    [{ connection_url: "host=/run/postgresql user=a password=b" }, /Unix sockets/],
    [{ connection_url: "postgresql://a:b@h/d?sslrootcert=/etc/passwd" }, /a parameter that is not offered/],
    [{ connection_url: "postgresql://a:b@h/d?sslmode=prefer" }, /sslmode/],
    [{ connection_url: "postgresql://a:b@h/d?sslmode=toString" }, /sslmode/],
    [{ connection_url: "postgresql://a:b@h/d?sslmode=constructor" }, /sslmode/],
    [{ connection_url: "postgresql://a:b@h1,h2/d" }, /several hosts|invalid URL/],
    [{ connection_url: "postgresql://a:%zz@h/d" }, /%/],
    [
      { connection_url: `postgresql://a:b@127.0.0.1:${postgres.port}/d?sslmode=require` },
      /does not offer TLS/,
    ],
  ] as const) {
    const answer = await api.call("POST", "database/config/b", { ...plugin, ...body });
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.errors[0] ?? "", problem);
    assert.doesNotMatch(answer.text, /%zz|:b@/);
  }
});

test("TLS: the certificate must be of the given CA and of the host", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, postgres, configure } = at;
  const [cert, key] = [join(postgres.folder, "tls.crt"), join(postgres.folder, "tls.key")];
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=db -addext subjectAltName=IP:127.0.0.1";
  if (spawnSync("openssl", [...words.split(" "), "-keyout", key, "-out", cert]).status !== 0)
    return context.skip("no openssl to make a certificate");
  await postgres.halt();
  await postgres.restart(["ssl=on", `ssl_cert_file=${cert}`, `ssl_key_file=${key}`]);
  const ca = readFileSync(cert, "utf8");
  const url = (rest: string): string => `postgresql://{{username}}:{{password}}@${rest}`;
  const refused = async (rest: string, more: object): Promise<void> => {
    const answer = await api.call("POST", "database/config/tls", {
      plugin_name: "postgresql-database-plugin",
      connection_url: url(rest),
      username: "bulkhead",
      password: postgres.password,
      ...more,
    });
    assert.equal(answer.status, 400, rest);
    assert.match(answer.errors[0] ?? "", /certificate does not hold/);
  };
  const host = `127.0.0.1:${postgres.port}/postgres`;
  await refused(`${host}?sslmode=require`, {});
  await refused(host.replace("127.0.0.1", "localhost"), { tls_ca: ca });
  await configure("named", {
    connection_url: url(`${host.replace("127.0.0.1", "localhost")}?sslmode=verify-ca`),
    tls_ca: ca,
  });
  await configure("a", { connection_url: url(host), tls_ca: ca });
  await role(api, "app");
  await issue(api, "app");
  const [seen] = await postgres.sql(
    "SELECT bool_and(ssl) AS all FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'bulkhead'",
  );
  assert.equal(seen?.all, true, "with a CA given there is no connection in clear, on loopback either");
  return undefined;
});
