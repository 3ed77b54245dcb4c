/** The database and aws engines under other people's clients, unmodified, against a real server: hvac and the `bao` CLI. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startAccount } from "../support/moto-account.ts";
import { NO_POSTGRES, type Postgres, startPostgres } from "../support/postgres.ts";
import { NO_PIP } from "../support/python.ts";
import { baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { startTestServer } from "../support/server.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});

async function database(context: TestContext): Promise<Postgres | null> {
  const postgres = await startPostgres();
  if (postgres === null) {
    context.skip(NO_POSTGRES);
    return null;
  }
  context.after(() => postgres.stop());
  await postgres.sql(
    `CREATE TABLE public.t (x int); CREATE ROLE app LOGIN; CREATE ROLE vault LOGIN SUPERUSER PASSWORD '${postgres.password}'`,
  );
  return postgres;
}

const urlOf = ({ port }: Postgres): string =>
  `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/postgres?sslmode=disable`;
const users = async (postgres: Postgres): Promise<number> =>
  (await postgres.sql("SELECT 1 FROM pg_roles WHERE rolname LIKE 'v-%'")).length;

test("hvac's database calls", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const postgres = await database(t);
  if (postgres === null) return;
  const server = await startTestServer();
  t.after(() => server.stop());
  const env = { PG_URL: urlOf(postgres), PG_PASSWORD: postgres.password };
  await runHvac("hvac_database.py", { packages, server, env, checks: 24 });
  assert.equal(await users(postgres), 0);
});

test("hvac's aws calls", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const account = await startAccount();
  if (account === null) return t.skip(NO_PIP);
  t.after(() => account.stop());
  const made = await account.iam("CreateRole", { RoleName: "hvac", AssumeRolePolicyDocument: TRUST });
  const server = await startTestServer();
  t.after(() => server.stop());
  const env = {
    AWS_KEY: account.admin.accessKeyId,
    AWS_SECRET: account.admin.secretAccessKey,
    AWS_ENDPOINT: account.address,
    AWS_ROLE: made.text("Arn"),
  };
  await runHvac("hvac_aws.py", { packages, server, env, checks: 16 });
});

test("the bao CLI on database: write, read, lease renew, lease revoke", async (t) => {
  const postgres = await database(t);
  if (postgres === null) return;
  const server = await startTestServer();
  t.after(() => server.stop());
  const bao = await baoCli(t, server);
  if (bao === null) return;
  const run = bao.ok;
  await run("secrets", "enable", "database");
  await run(
    "write",
    "database/config/db",
    "plugin_name=postgresql-database-plugin",
    `connection_url=${urlOf(postgres)}`,
    "username=vault",
    `password=${postgres.password}`,
    "allowed_roles=app,other",
  );
  assert.match(await run("read", "database/config/db"), /allowed_roles\s+\[app other\]/);
  await run(
    "write",
    "database/roles/app",
    "db_name=db",
    `creation_statements=CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'; GRANT SELECT, INSERT ON public.t TO "{{name}}"`,
    "default_ttl=1h",
    "max_ttl=24h",
  );
  const made = JSON.parse(await run("read", "-format=json", "database/creds/app")) as {
    lease_id: string;
    data: { username: string };
  };
  assert.match(made.data.username, /^v-root-app-/);
  assert.equal(await users(postgres), 1);
  assert.match(await run("lease", "lookup", made.lease_id), /renewable\s+true/);
  assert.match(await run("lease", "renew", "-increment=7200", made.lease_id), /lease_duration\s+2h/);
  await run("lease", "revoke", made.lease_id);
  assert.equal(await users(postgres), 0);
  await run("write", "-f", "database/rotate-root/db");
  await run("read", "database/creds/app");
  assert.match(await run("list", "database/roles"), /^app$/m);
  await run("lease", "revoke", "-prefix", "database/creds/app");
  assert.equal(await users(postgres), 0);
  await run("secrets", "disable", "database");
});
