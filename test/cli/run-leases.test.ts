/** Minted credentials in a run: made for it, renewed while it goes on, gone after it, also after kill -9; and a job told of a newer value. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { fake } from "../support/fake.ts";
import { startAccount } from "../support/moto-account.ts";
import { NO_POSTGRES, type Postgres, startPostgres } from "../support/postgres.ts";
import { NO_PIP } from "../support/python.ts";
import { rest } from "../support/rest.ts";
import { BIN, type Sandbox, sandbox, startServer } from "./support.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

interface Job {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  readonly stderr: () => string;
}

function start(box: Sandbox, args: readonly string[], env: Readonly<Record<string, string>>): Job {
  const child = spawn(process.execPath, [BIN, "run", ...args], {
    cwd: box.project,
    env: { ...box.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  box.atEnd(() => child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Awaited<Job["ended"]>>((resolve) =>
    child.once("close", (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, stderr: () => stderr };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await delay(100);
  }
  assert.fail(`${what}: it never came to that`);
}

const FEATURES = `project: demo
environments: { dev: { people: true } }
secrets:
  features: { kind: training-data, purpose: reads, owner: me, dynamic: "database/creds/features-{env}" }
stages:
  ingest: { run: "sh ingest.sh", use: { PGUSER: features.username, PGPASSWORD: features.password } }
`;
/** The job keeps what it got, which only a test's job does, and waits to be let go. */
const INGEST =
  'echo "user $PGUSER"; printf "%s\\n%s" "$PGUSER" "$PGPASSWORD" > got; while [ ! -e go ]; do sleep 0.1; done';

interface Database {
  readonly box: Sandbox;
  readonly postgres: Postgres;
  readonly env: Readonly<Record<string, string>>;
  users(): Promise<string[]>;
  got(): readonly [string, string];
  canLogIn(user: string, password: string): Promise<boolean>;
}

async function database(t: TestContext, ttl: string): Promise<Database | null> {
  const postgres = await startPostgres();
  if (postgres === null) {
    t.skip(NO_POSTGRES);
    return null;
  }
  t.after(() => postgres.stop());
  await postgres.sql(`CREATE ROLE vault LOGIN SUPERUSER PASSWORD '${postgres.password}'`);
  const box = sandbox(t);
  const server = await startServer(box);
  const root = rest(server.address, server.token);
  t.after(() => root.close());
  const done = async (path: string, body: object): Promise<void> => {
    const { status, text } = await root("POST", path, body);
    assert.ok(status === 200 || status === 204, `${path}: ${text}`);
  };
  await done("sys/mounts/database", { type: "database" });
  await done("database/config/db", {
    plugin_name: "postgresql-database-plugin",
    connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${postgres.port}/postgres?sslmode=disable`,
    username: "vault",
    password: postgres.password,
    allowed_roles: "features-dev",
  });
  await done("database/roles/features-dev", {
    db_name: "db",
    creation_statements: `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`,
    default_ttl: ttl,
    max_ttl: "1h",
  });
  box.write("bulkhead.yaml", FEATURES);
  box.write("ingest.sh", INGEST);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  const applied = box.bulkhead(["apply"], { env });
  assert.equal(applied.code, 0, applied.stderr);
  return {
    ...{ box, postgres, env },
    users: async () =>
      (await postgres.sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'v-%'")).map(({ rolname }) =>
        String(rolname),
      ),
    got: () => {
      const [user = "", password = ""] = readFileSync(join(box.project, "got"), "utf8").split("\n");
      return [user, password];
    },
    canLogIn: async (user, password) => {
      const client = new pg.Client({
        host: "127.0.0.1",
        port: postgres.port,
        database: "postgres",
        user,
        password,
      });
      try {
        await client.connect();
        await client.end();
        return true;
      } catch {
        return false;
      }
    },
  };
}

test("a database login is minted for the run, renewed past its first end, masked, and gone with the run", async (t) => {
  const at = await database(t, "4s");
  if (at === null) return;
  const { box } = at;
  const { ended } = start(box, ["ingest", "--isolation=0", "--leaks=off"], at.env);
  await until("the job has its login", () => existsSync(join(box.project, "got")) && at.got()[1] !== "");
  const [user, password] = at.got();
  assert.deepEqual(await at.users(), [user]);
  assert.ok(await at.canLogIn(user, password));
  await delay(7_000); // its first time is over by now
  assert.ok(await at.canLogIn(user, password), "renewed while the job runs");
  box.write("go", "");
  const done = await ended;
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^user \*\*\*$/m);
  assert.ok(!(done.stdout + done.stderr).includes(password));
  assert.deepEqual(await at.users(), [], "revoked at the run's end");
  assert.ok(!(await at.canLogIn(user, password)));
});

test("kill -9 of Bulkhead: the job is gone at once, the login soon after", async (t) => {
  const at = await database(t, "3s");
  if (at === null) return;
  const { box } = at;
  const { child, ended } = start(box, ["ingest"], at.env);
  await until("the job has its login", () => existsSync(join(box.project, "got")) && at.got()[1] !== "");
  const [user, password] = at.got();
  child.kill("SIGKILL");
  await ended;
  await until("the login ends", async () => !(await at.canLogIn(user, password)));
  await until("and the role is dropped", async () => (await at.users()).length === 0);
});

test("an AWS key of the aws engine is minted for the run and deleted with it", async (t) => {
  const account = await startAccount();
  if (account === null) return t.skip(NO_PIP);
  t.after(() => account.stop());
  const box = sandbox(t);
  const server = await startServer(box);
  const root = rest(server.address, server.token);
  t.after(() => root.close());
  const done = async (path: string, body: object): Promise<void> => {
    const { status, text } = await root("POST", path, body);
    assert.ok(status === 200 || status === 204, `${path}: ${text}`);
  };
  await done("sys/mounts/aws", { type: "aws" });
  await done("aws/config/root", {
    access_key: account.admin.accessKeyId,
    secret_key: account.admin.secretAccessKey,
    region: "us-east-1",
    iam_endpoint: account.address,
    sts_endpoint: account.address,
  });
  const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
  await done("aws/roles/train", { credential_type: "iam_user", policy_document: JSON.stringify(policy) });
  box.write(
    "bulkhead.yaml",
    `project: demo
environments: { dev: { people: true } }
secrets:
  cloud: { provider: aws, purpose: reads, owner: me, dynamic: aws/creds/train }
stages:
  train: { run: "sh train.sh", use: { AWS_ACCESS_KEY_ID: cloud.access_key, AWS_SECRET_ACCESS_KEY: cloud.secret_key } }
`,
  );
  box.write("train.sh", 'printf %s "$AWS_ACCESS_KEY_ID" > got; echo "$AWS_SECRET_ACCESS_KEY"');
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  assert.equal(box.bulkhead(["apply"], { env }).code, 0);
  const { code, stdout, stderr } = await start(box, ["train", "--isolation=0", "--leaks=off"], env).ended;
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "***\n");
  const [receipt] = box.json<Readonly<Record<string, unknown>>[]>(["receipts", "list"], { env });
  assert.deepEqual(
    [receipt?.worth, receipt?.revoked, receipt?.revocations],
    [
      "valid",
      true,
      [
        { what: "token", of: "train", result: "revoked", proof: "refused" },
        { what: "lease", of: "cloud", result: "revoked", proof: "absent" },
      ],
    ],
  );
  const key = readFileSync(join(box.project, "got"), "utf8");
  assert.match(key, /^AKIA/);
  const left = await account.iam("ListUsers", {});
  assert.ok(!JSON.stringify(left).includes("vault-"), "the user is deleted");
});

const WATCHED = (change: string): string => `project: demo
environments: { dev: { people: true } }
secrets:
  openai: { provider: openai, purpose: explains, owner: me }
stages:
  serve: { run: "sh serve.sh", on-change: ${change}, use: { OPENAI_API_KEY: openai, OPEN_FILE: { secret: openai, as: file } } }
`;

test("a superseded value: the job is started again with the new one, in variable and file, and both stay masked", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const [old, young] = [fake("sk-", 40), fake("sk-", 40)];
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token, BULKHEAD_CHANGE_INTERVAL: "1s" };
  box.write("bulkhead.yaml", WATCHED("restart"));
  box.write(
    "serve.sh",
    `echo "$OPENAI_API_KEY"; cat old 2>/dev/null; echo; printf %s "$OPENAI_API_KEY" > old; printf %s "$OPENAI_API_KEY" | sha256sum | cut -c1-64; sha256sum < "$OPEN_FILE" | cut -c1-64; echo x >> starts; [ "$(wc -l < starts)" = 2 ] && exit 5; while :; do sleep 0.1; done`,
  );
  assert.equal(box.bulkhead(["apply"], { env }).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { env, input: old }).code, 0);
  const { ended } = start(box, ["serve", "--isolation=0", "--leaks=off"], env);
  await until("it runs", () => existsSync(join(box.project, "starts")));
  assert.equal(box.bulkhead(["secret", "put", "openai"], { env, input: young }).code, 0);
  const { code, stdout, stderr } = await ended;
  assert.equal(code, 5, stderr);
  assert.deepEqual(
    stdout.split("\n").filter((line) => line !== "" && !line.startsWith("***")),
    [digest(old), digest(old), digest(young), digest(young)],
  );
  for (const value of [old, young]) assert.ok(!(stdout + stderr).includes(value));
  assert.match(stderr, /openai: superseded, so the job is started again/);
});

test("a superseded value: the job is sent the signal it wants, and without on-change nothing", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token, BULKHEAD_CHANGE_INTERVAL: "1s" };
  box.write("serve.sh", 'trap "echo told; exit 6" HUP; echo x > starts; while :; do sleep 0.1; done');
  box.write("bulkhead.yaml", WATCHED("{ signal: HUP }"));
  assert.equal(box.bulkhead(["apply"], { env }).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { env, input: fake("sk-", 40) }).code, 0);
  const { ended } = start(box, ["serve"], env);
  await until("it runs", () => existsSync(join(box.project, "starts")));
  assert.equal(box.bulkhead(["secret", "put", "openai"], { env, input: fake("sk-", 40) }).code, 0);
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stdout], [6, "told\n"], stderr);
});

test("the server is lost while a job runs: it is told, the job goes on and keeps its code", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  box.write("bulkhead.yaml", WATCHED("none"));
  box.write("serve.sh", "echo x > starts; while [ ! -e go ]; do sleep 0.1; done; exit 4");
  assert.equal(box.bulkhead(["apply"], { env }).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { env, input: fake("sk-", 40) }).code, 0);
  const { ended } = start(box, ["serve", "-v"], env);
  await until("it runs", () => existsSync(join(box.project, "starts")));
  await server.stop("SIGKILL");
  box.write("go", "");
  const { code, stderr } = await ended;
  assert.equal(code, 4, stderr);
  assert.match(stderr, /could not be revoked/);
  assert.equal(readdirSync(join(box.store, "runs")).length, 1, "the receipt is written all the same");
});
