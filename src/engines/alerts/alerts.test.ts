import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { SMTPServer } from "smtp-server";
import {
  DAY,
  type Event,
  HOUR,
  START,
  cell,
  job,
  path,
  recordsOfAll,
  usualMonth,
} from "../../../test/support/access-history.ts";
import { makeCertificate } from "../../../test/support/certificates.ts";
import { fake } from "../../../test/support/fake.ts";
import { type Json, type TestKernel, openTestKernel } from "../../../test/support/kernel.ts";
import { openAuditLog } from "../../audit-log/index.ts";
import { ManualClock } from "../../core/clock.ts";

const TODAY = START + 10 * DAY;
const stolen: readonly Event[] = job({
  at: TODAY + 10 * HOUR,
  stage: "serve",
  secrets: ["hub"],
  remote: "203.0.113.5",
  metadata: { job: "evil <!channel> @here\nX" },
});

/** Entries as another process on the same folder writes them, at their own times. */
async function write(kernel: TestKernel, events: readonly Event[]): Promise<void> {
  const clock = new ManualClock(0);
  const log = await openAuditLog({ folder: kernel.auditFolder, clock });
  for (const { time, entry } of recordsOfAll(events)) {
    clock.advance(Date.parse(time) - clock.now());
    log.append(entry).catch(assert.fail);
  }
  await log.close();
}

async function open(t: TestContext, days = 0): Promise<TestKernel> {
  const kernel = await openTestKernel();
  t.after(() => kernel.close());
  kernel.clock.advance(TODAY + 11 * HOUR - kernel.clock.now());
  if (days > 0) await write(kernel, usualMonth(days));
  return kernel;
}

async function listed(kernel: TestKernel, query: Readonly<Record<string, string>> = {}): Promise<Json[]> {
  const { json } = await kernel.call("LIST", "bulkhead/alerts/entries", { query });
  return Object.values((json?.data as Json | undefined)?.key_info ?? {}) as Json[];
}

test("what stands in the log is found once, by whichever process, and again only after a person has seen it", async (t) => {
  const kernel = await open(t, 10);
  await kernel.kernel.tidy();
  assert.deepEqual(await listed(kernel), []);
  await write(kernel, stolen);
  await kernel.kernel.tidy();
  const first = await listed(kernel);
  assert.deepEqual(first.map(({ rule }) => rule).sort(), ["new-network", "new-reader"]);
  const reader = first.find(({ rule }) => String(rule) === "new-reader") as Json;
  assert.match(
    String(reader.text),
    /^fraud\/serve in prod read secret\/fraud\/prod\/hub, which only fraud\/train in prod had read/,
  );
  const { project, stage, run, job: named, commit } = reader.who as Json;
  assert.deepEqual([project, stage], ["fraud", "serve"]);
  assert.match(String(run), /^\d+$/);
  assert.match(String(commit), /^[0-9a-f]{40}$/);
  assert.equal(named, "evil ?!channel? (at)here?X");

  const other = await kernel.second();
  await kernel.kernel.tidy();
  await other.kernel.tidy();
  await other.close();
  assert.equal((await listed(kernel)).length, 2);

  const id = String(reader.id);
  const machine = await kernel.call("POST", "auth/token/create", {
    body: { policies: ["root"], meta: { stage: "x" } },
  });
  assert.equal(machine.status, 200);
  const policy = 'path "bulkhead/alerts/*" { capabilities = ["create","read","update","list","sudo"] }';
  await kernel.call("POST", "sys/policies/acl/alerts", { body: { policy } });
  const plain = await kernel.call("POST", "auth/token/create", { body: { policies: ["alerts"] } });
  const token = String((plain.json?.auth as Json).client_token);
  const refused = await kernel.call("POST", `bulkhead/alerts/entries/${id}/acknowledge`, { token });
  assert.equal(refused.status, 403);
  const seen = await kernel.call("POST", `bulkhead/alerts/entries/${id}/acknowledge`, {
    body: { note: "a drill" },
  });
  assert.equal((seen.json?.data as Json).state, "acknowledged");
  assert.equal(
    (await kernel.call("POST", `bulkhead/alerts/entries/${"0".repeat(32)}/acknowledge`)).status,
    404,
  );
  assert.equal((await listed(kernel, { state: "open" })).length, 1);
});

test("what a process learned stands in the store: the next goes on from there, though the old log is gone", async (t) => {
  const kernel = await open(t, 10);
  const other = await kernel.second();
  await other.kernel.tidy();
  // a change of the rules makes it write down where it stands
  await other.call("POST", "bulkhead/alerts/rules/sweep", { body: { settings: { secrets: "30" } } });
  await other.kernel.tidy();
  await other.close();
  const files = readdirSync(kernel.auditFolder).filter((name) => name.endsWith(".jsonl"));
  const largest = files.sort((a, b) => size(kernel, b) - size(kernel, a))[0] ?? "";
  rmSync(join(kernel.auditFolder, largest));
  await write(kernel, stolen);
  await kernel.kernel.tidy();
  const found = await listed(kernel);
  assert.deepEqual(found.map(({ rule }) => rule).sort(), ["log-broken", "new-network", "new-reader"]);
  assert.ok(found.every(({ count }) => Number(count) === 1));
});

const size = (kernel: TestKernel, name: string): number => statSync(join(kernel.auditFolder, name)).size;

test("the same again is counted and told once; when a person has seen it, it is a new one", async (t) => {
  const kernel = await open(t);
  const chat = await receiver(t);
  await kernel.call("POST", "bulkhead/alerts/sinks/chat", {
    body: { type: "slack", options: { url: chat.url } },
  });
  const asked = (at: number): Event => ({
    ...{ at, path: path("prod", "openai"), status: 403, token: "d", metadata: cell("train", "dev") },
  });
  for (const hour of [1, 3, 5]) {
    await write(kernel, [asked(TODAY + hour * HOUR)]);
    await kernel.kernel.tidy();
  }
  const [only, ...others] = await listed(kernel);
  assert.deepEqual([only?.count, others.length, chat.got.length], [3, 0, 1]);
  await kernel.call("POST", `bulkhead/alerts/entries/${String(only?.id)}/acknowledge`);
  await write(kernel, [asked(TODAY + 7 * HOUR)]);
  await kernel.kernel.tidy();
  assert.deepEqual([(await listed(kernel)).length, chat.got.length], [2, 2]);
});

test("the rules: listed with their words, tuned, refused when wrong, switched off", async (t) => {
  const kernel = await open(t, 10);
  const { json } = await kernel.call("LIST", "bulkhead/alerts/rules");
  const info = (json?.data as Json).key_info as Json;
  for (const rule of Object.values(info) as Json[])
    for (const name of ["title", "reason", "says", "silent"]) assert.ok(String(rule[name]).length > 10);
  const bad = await kernel.call("POST", "bulkhead/alerts/rules/sweep", {
    body: { settings: { secrets: "many" } },
  });
  assert.equal(bad.status, 400);
  assert.equal(
    (await kernel.call("POST", "bulkhead/alerts/rules/nothing", { body: { off: true } })).status,
    404,
  );
  await kernel.call("POST", "bulkhead/alerts/rules/new-network", { body: { off: true } });
  await kernel.kernel.tidy();
  await write(kernel, stolen);
  await kernel.kernel.tidy();
  assert.deepEqual(
    (await listed(kernel)).map(({ rule }) => rule),
    ["new-reader"],
  );
});

test("Bulkhead's own log is read as it is written: old versions, ended tokens, removed roles, other compartments", async (t) => {
  const kernel = await open(t);
  const { call, clock } = kernel;
  await call("POST", "sys/mounts/secret", { body: { type: "kv", options: { version: "2" } } });
  await call("POST", "sys/auth/approle", { body: { type: "approle" } });
  for (const environment of ["dev", "prod"])
    for (const value of ["one", "two"])
      await call("POST", `secret/data/fraud/${environment}/openai`, {
        body: { data: { value: fake(`${environment}-${value}-`, 20) } },
      });
  const policy = 'path "secret/data/fraud/dev/*" { capabilities = ["read"] }';
  await call("POST", "sys/policies/acl/dev", { body: { policy } });
  const metadata = { project: "fraud", stage: "train", environment: "dev" };
  await call("POST", "auth/approle/role/train", {
    body: { token_policies: ["dev"], token_metadata: metadata, token_num_uses: 0 },
  });
  const roleId = ((await call("GET", "auth/approle/role/train/role-id")).json?.data as Json).role_id;
  const login = async () => {
    const made = (
      await call("POST", "auth/approle/role/train/secret-id", {
        body: { metadata: JSON.stringify({ run: "42", job: "train.yml", commit: "abc" }) },
      })
    ).json?.data as Json;
    const answer = await call("POST", "auth/approle/login", {
      token: null,
      body: { role_id: roleId, secret_id: made.secret_id },
      remote: "10.0.0.1",
    });
    return String((answer.json?.auth as Json).client_token);
  };
  const token = await login();
  // the log has the machine's own clock; what the rules wait for is set to nothing
  await call("POST", "bulkhead/alerts/rules/superseded-version", {
    body: { settings: { grace: "0s", settle: "0s" } },
  });
  await call("POST", "bulkhead/alerts/rules/after-revocation", { body: { settings: { grace: "0s" } } });
  await call("POST", "bulkhead/alerts/rules/revoked-identity", { body: { settings: { grace: "0s" } } });
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(
    (await call("GET", "secret/data/fraud/dev/openai", { token, remote: "10.0.0.1" })).status,
    200,
  );
  assert.equal(
    (
      await call("GET", "secret/data/fraud/dev/openai", {
        token,
        remote: "10.0.0.1",
        query: { version: "1" },
      })
    ).status,
    200,
  );
  assert.equal(
    (await call("GET", "secret/data/fraud/prod/openai", { token, remote: "10.0.0.1" })).status,
    403,
  );
  const made = (await call("POST", "auth/approle/role/train/secret-id")).json?.data as Json;
  await call("POST", "bulkhead/runs/revoke", { body: { project: "fraud", stage: "train" } });
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(
    (await call("GET", "secret/data/fraud/dev/openai", { token, remote: "10.9.9.9" })).status,
    403,
  );
  await call("DELETE", "auth/approle/role/train");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(
    (
      await call("POST", "auth/approle/login", {
        token: null,
        body: { role_id: roleId, secret_id: made.secret_id },
        remote: "10.9.9.9",
      })
    ).status,
    400,
  );
  clock.advance(Date.now() + HOUR - clock.now());
  await kernel.kernel.tidy();
  const texts = Object.fromEntries(
    (await listed(kernel)).map(({ rule, text }) => [
      String(rule),
      String(text).replace(/\d+ seconds?/, "N seconds"),
    ]),
  );
  assert.deepEqual(texts, {
    "superseded-version":
      "fraud/train in dev read version 1 of secret/fraud/dev/openai, which version 2 replaced N seconds ago, job train.yml, run 42, commit abc",
    "wrong-compartment":
      "fraud/train in dev asked for secret/data/fraud/prod/openai, which belongs to the environment prod: refused, job train.yml, run 42, commit abc",
    "after-revocation":
      "a token of fraud/train in dev was used N seconds after it was revoked, from 10.9.9.9, job train.yml, run 42, commit abc",
    "revoked-identity":
      "a login as train at approle from 10.9.9.9 was refused, N seconds after train was removed",
  });
});

test("a log that was cut, and one of another version, are said and read all the same", async (t) => {
  const kernel = await open(t, 3);
  await kernel.kernel.tidy();
  await kernel.call("POST", "bulkhead/alerts/rules/sweep", { body: {} });
  const file = join(kernel.auditFolder, "0002.00001.jsonl");
  const log = await openAuditLog({ folder: kernel.auditFolder });
  await log.append({ type: "quantum", id: "1" });
  await log.close();
  await kernel.kernel.tidy();
  assert.deepEqual(
    (await listed(kernel)).map(({ rule }) => rule),
    ["log-unread"],
  );
  truncateSync(file, readFileSync(file).lastIndexOf(10, 4_000) + 1);
  await kernel.kernel.tidy();
  const broken = (await listed(kernel)).find(({ rule }) => String(rule) === "log-broken");
  assert.match(
    String(broken?.text),
    /^segment 0002 ends before entry \d+, up to which it had been read: its end was cut off$/,
  );
  await write(kernel, []);
  await kernel.kernel.tidy();
  assert.equal((await listed(kernel)).length, 2);
});

interface Received {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

async function receiver(
  t: TestContext,
  status: () => number = () => 200,
): Promise<{ readonly url: string; readonly got: Received[] }> {
  const got: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (status() === 200) got.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status()).end("no matter");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, got };
}

test("each sink is told each alert once, signed, harmless; one that is away is told later and keeps no other waiting", async (t) => {
  const kernel = await open(t, 10);
  await kernel.kernel.tidy();
  let status = 500;
  const [hook, slack] = [await receiver(t, () => status), await receiver(t)];
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-alerts-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o700);
  const key = fake("", 32);
  const sinks = {
    hook: { type: "webhook", options: { url: hook.url, key } },
    chat: { type: "slack", options: { url: slack.url } },
    lines: { type: "file", options: { path: join(folder, "alerts.jsonl") }, least: "high" },
    quiet: { type: "slack", options: { url: slack.url }, least: "critical" },
  };
  for (const [name, body] of Object.entries(sinks))
    assert.equal((await kernel.call("POST", `bulkhead/alerts/sinks/${name}`, { body })).status, 204, name);
  await write(kernel, stolen);
  await kernel.kernel.tidy();
  assert.equal(hook.got.length, 0);
  assert.equal(slack.got.length, 2);
  assert.equal(readFileSync(join(folder, "alerts.jsonl"), "utf8").trim().split("\n").length, 2);
  const shown = (await kernel.call("LIST", "bulkhead/alerts/sinks")).text;
  assert.match(shown, /it answered 500/);
  assert.ok(!shown.includes(key) && !shown.includes("/hook"), "what is secret of a sink is not shown");
  status = 200;
  await kernel.kernel.tidy();
  assert.equal(hook.got.length, 0, "not before its time");
  kernel.clock.advance(TODAY + 12 * HOUR - kernel.clock.now());
  await kernel.kernel.tidy();
  await kernel.kernel.tidy();
  assert.equal(hook.got.length, 2);
  assert.equal(slack.got.length, 2);
  for (const { headers, body } of hook.got) {
    const [, time = "", mac = ""] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers["x-bulkhead-signature"])) ?? [];
    assert.equal(mac, createHmac("sha256", key).update(`${time}.${body}`).digest("hex"));
    assert.match(body, /"commit":"[0-9a-f]{40}"/);
  }
  for (const { body } of slack.got) {
    const { text, ...rest } = JSON.parse(body) as { text: string };
    assert.deepEqual(rest, { mrkdwn: false, link_names: false, parse: "none", unfurl_links: false });
    assert.doesNotMatch(text, /[<>]|@here|@\w/);
    assert.match(text, /\njob: evil .*\n/);
    assert.match(text, /\nrun: \d+\ncommit: [0-9a-f]{40}\n/);
  }
});

test("a flood is told as one", async (t) => {
  const kernel = await open(t, 10);
  await kernel.kernel.tidy();
  const chat = await receiver(t);
  await kernel.call("POST", "bulkhead/alerts/sinks/chat", {
    body: { type: "slack", options: { url: chat.url } },
  });
  const flood = Array.from(
    { length: 60 },
    (_, n): Event => ({
      at: TODAY + 10 * HOUR + n * 1_000,
      path: path("prod", `x${n}`),
      status: 403,
      token: `t${n}`,
      metadata: cell(`s${n}`, "dev"),
      remote: "10.1.1.1",
    }),
  );
  await write(kernel, flood);
  for (let n = 0; n < 5; n++) await kernel.kernel.tidy();
  assert.ok((await listed(kernel, { limit: "1000" })).length >= 60);
  assert.equal(chat.got.length, 1);
  assert.match(chat.got[0]?.body ?? "", /6\d more alerts/);
  await write(
    kernel,
    Array.from(
      { length: 3 },
      (_, n): Event => ({ ...(flood[0] as Event), at: TODAY + 10.5 * HOUR, path: path("prod", `y${n}`) }),
    ),
  );
  await kernel.kernel.tidy();
  assert.equal(chat.got.length, 4, "and goes on with single ones");
});

test("mail goes out over TLS to those who are named, and nowhere else", async (t) => {
  const kernel = await open(t);
  const authority = makeCertificate({ cn: "mail CA", ca: true });
  const own = makeCertificate({
    cn: "localhost",
    names: [{ kind: "dns", value: "localhost" }],
    by: authority,
  });
  const [ca, cert, key] = [authority.pem, own.pem, own.keyPem];
  const mails: string[] = [];
  const password = fake("", 20);
  const server = new SMTPServer({
    cert,
    key,
    onAuth: ({ username, password: given }, _, done) =>
      done(username === "bulkhead" && given === password ? null : new Error("no"), { user: "bulkhead" }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        mails.push(
          `${session.secure} ${session.envelope.rcptTo.map(({ address }) => address).join()} ${Buffer.concat(chunks).toString()}`,
        );
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  t.after(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const { port } = server.server.address() as AddressInfo;
  const options = {
    host: "localhost",
    port: String(port),
    from: "bulkhead@example.com",
    to: "ana@example.com, ben@example.com",
    username: "bulkhead",
    password,
    ca,
  };
  const put = (more: Readonly<Record<string, string>>) =>
    kernel.call("POST", "bulkhead/alerts/sinks/mail", {
      body: { type: "smtp", options: { ...options, ...more } },
    });
  assert.equal((await put({})).status, 204);
  const sent = await kernel.call("POST", "bulkhead/alerts/sinks/mail/test");
  assert.equal(sent.status, 200, sent.text);
  assert.match(mails[0] ?? "", /^true ana@example.com,ben@example.com [^]*Subject: Bulkhead: a test\r\n/);
  await put({ password: `${password}x` });
  const refused = await kernel.call("POST", "bulkhead/alerts/sinks/mail/test");
  assert.equal(refused.status, 502);
  assert.match(refused.text, /EAUTH 535/);
  assert.ok(!refused.text.includes(password));
  for (const wrong of [
    { to: "a@b\r\nBcc: x@y.z" },
    { from: "<x>" },
    { host: "a b" },
    { tls: "none", host: "mail.example.com" },
    { port: "x" },
    { tls: "some" },
  ])
    assert.equal((await put(wrong)).status, 400, JSON.stringify(wrong));
});

test("no sink leads where it could do harm", async (t) => {
  const kernel = await open(t);
  const put = async (type: string, options: Readonly<Record<string, string>>) =>
    (await kernel.call("POST", "bulkhead/alerts/sinks/x", { body: { type, options } })).status;
  assert.equal(await put("slack", { url: "http://example.com/hook" }), 400);
  assert.equal(await put("slack", { url: "https://user:pass@example.com/hook" }), 400);
  assert.equal(await put("slack", { url: "https://example.com", more: "1" }), 400);
  assert.equal(await put("webhook", { url: "https://example.com", key: "short" }), 400);
  assert.equal(await put("pager", {}), 400);
  for (const bad of [
    join(kernel.auditFolder, "0001.00001.jsonl"),
    join(kernel.auditFolder, "x.log"),
    join(kernel.folder, "x.log"),
    "stdout",
    "/dev/null",
    "/etc/passwd",
    "relative.log",
    "/tmp/.x/y.log",
  ])
    assert.equal(await put("file", { path: bad }), 400, bad);
  assert.equal(await put("slack", { url: "https://169.254.169.254/latest" }), 204);
  const test = await kernel.call("POST", "bulkhead/alerts/sinks/x/test");
  assert.equal(test.status, 502);
  assert.match(test.text, /metadata service/);
});
