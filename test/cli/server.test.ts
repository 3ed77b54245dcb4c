/** A server and its clients: login, tokens that end, addresses that do not answer, ports in use, and a graceful end. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, sandbox, startServer } from "./support.ts";

const devFolders = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith("bulkhead-dev-"));

test("a dev server serves the key-value engine at secret/, and its store is gone at the end", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  assert.equal(devFolders(box.root).length, 1);
  const reply = await fetch(`${server.address}/v1/secret/data/x`, {
    method: "POST",
    headers: { "x-vault-token": server.token, "content-type": "application/json" },
    body: '{"data":{"a":"b"}}',
  });
  assert.equal(reply.status, 200);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  assert.equal(box.bulkhead(["secret", "get", "secret/x", "--field", "a"], { env }).stdout, "b");
  assert.match(server.stderr(), /everything stored is lost/);
  assert.equal(await server.stop("SIGTERM"), 0);
  assert.deepEqual(devFolders(box.root), []);
  assert.ok(!existsSync(box.store), "the user's own store was not touched");
});

test("SIGINT ends it as well; a given root token is taken from the environment or a private file", async (t) => {
  const box = sandbox(t);
  const token = fake("mine-", 24);
  const file = box.write("token", `${token}\n`, 0o600);
  const server = await startServer(box, ["--dev", "--dev-root-token-file", file]);
  assert.equal(server.token, "as");
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: token };
  assert.equal(box.bulkhead(["whoami"], { env }).code, 0);
  assert.ok(!server.stderr().includes(token));
  assert.equal(await server.stop("SIGINT"), 0);
  chmodSync(file, 0o644);
  const open = box.bulkhead(["server", "--dev", "--listen", "127.0.0.1:0", "--dev-root-token-file", file]);
  assert.equal(open.code, 1);
  assert.match(open.stderr, /others can read .*token/);
});

test("login keeps a token for its server alone, in a private file, and logout revokes it", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address };
  const none = box.bulkhead(["whoami"], { env });
  assert.equal(none.code, 1);
  assert.match(none.stderr, /nobody is logged in at http:.*\n.*bulkhead login/);
  assert.equal(box.bulkhead(["status"], { env }).code, 0, "status needs no login");

  const root = { ...env, BULKHEAD_TOKEN: server.token };
  const made = box.bulkhead(["token", "create", "--policy", "default", "--ttl", "1h"], { env: root });
  assert.match(made.stdout, /^hvs\.\w+\n$/);
  assert.equal(
    box.bulkhead(["login"], { env, input: fake("hvs.", 24) }).code,
    1,
    "a wrong token is not kept",
  );
  assert.equal(box.bulkhead(["login"], { env, input: made.stdout }).code, 0);
  const file = join(box.store, "login.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const who = box.json<{ policies: string[]; ttl: number }>(["whoami"], { env });
  assert.deepEqual(who.policies, ["default"]);
  assert.ok(who.ttl > 3_000 && who.ttl <= 3_600);
  assert.match(
    box.bulkhead(["secret", "get", "secret/x"], { env }).stderr,
    /permission denied: get secret\/data\/x\n.*policies do not allow/,
  );

  let heard = "";
  const other = createServer((request, response) => {
    heard += JSON.stringify(request.headers);
    response.end("{}");
  }).listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const elsewhere = { BULKHEAD_ADDR: `http://127.0.0.1:${(other.address() as AddressInfo).port}` };
  assert.match(box.bulkhead(["whoami"], { env: elsewhere }).stderr, /nobody is logged in/);
  assert.ok(!heard.includes("hvs."), "a token is never sent to another server");

  chmodSync(file, 0o644);
  assert.match(box.bulkhead(["whoami"], { env }).stderr, /others can read .*login.json[\s\S]*chmod 600/);
  chmodSync(file, 0o600);
  assert.equal(box.bulkhead(["logout"], { env }).code, 0);
  assert.ok(!existsSync(file));
  assert.equal(
    box.bulkhead(["whoami"], { env: { ...env, BULKHEAD_TOKEN: made.stdout.trim() } }).code,
    1,
    "it is revoked",
  );
  assert.match(box.bulkhead(["logout"], { env }).stderr, /nobody is logged in/);
});

test("a machine logs in by its role, and a token that ran out is said to have", async (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address };
  const root = { ...env, BULKHEAD_TOKEN: server.token };
  assert.equal(box.bulkhead(["apply"], { env: root }).code, 0);
  const headers = { "x-vault-token": server.token, "content-type": "application/json" };
  const role = `${server.address}/v1/auth/approle/role/demo.train.dev`;
  const id = ((await (await fetch(`${role}/role-id`, { headers })).json()) as { data: { role_id: string } })
    .data.role_id;
  const made = await fetch(`${role}/secret-id`, { method: "POST", headers, body: "{}" });
  const secretId = ((await made.json()) as { data: { secret_id: string } }).data.secret_id;
  const file = box.write("id", secretId, 0o600);
  const args = ["login", "--method", "approle", "--role-id", id, "--secret-id-file", file];
  assert.equal(box.bulkhead(args, { env }).code, 0);
  assert.deepEqual(box.json<{ policies: string[] }>(["whoami"], { env }).policies, ["demo.train.dev"]);
  const again = box.bulkhead(args, { env });
  assert.equal(again.code, 1, "its secret id was for one login");
  assert.equal(box.bulkhead(["login", "--method", "approle"], { env }).code, 2);

  const short = box.bulkhead(["token", "create", "--policy", "default", "--ttl", "2s"], { env: root });
  assert.equal(box.bulkhead(["login"], { env, input: short.stdout }).code, 0);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  assert.match(box.bulkhead(["whoami"], { env }).stderr, /the login at .* ended at .*\n.*bulkhead login/);
  const late = box.bulkhead(["whoami"], { env: { ...env, BULKHEAD_TOKEN: short.stdout.trim() } });
  assert.equal(late.code, 1);
  assert.match(late.stderr, /permission denied|bad token/);
});

test("a person logs in by name and password, which never stands in the arguments", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address };
  const write = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${server.address}/v1/${path}`, {
      method: "POST",
      headers: { "x-vault-token": server.token, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 204, path);
  };
  await write("sys/auth/people/staff", { type: "userpass" });
  await write("auth/people/staff/users/ada", { password: "one two three", token_ttl: "1h" });
  const args = ["login", "--method", "userpass", "--username", "Ada", "--mount", "people/staff"];
  const done = box.bulkhead(args, { env, input: "one two three\n" });
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stderr, /logged in at .* as user Ada for (1h|59m)/);
  const self = box.json<{ display_name?: string; policies: string[] }>(["whoami"], { env });
  assert.deepEqual(self.policies, ["default"]);
  const wrong = box.bulkhead(args, { env, input: "one two four\n" });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /error: invalid username or password/);
  assert.ok(!`${done.stderr}${wrong.stderr}`.includes("one two"));
  assert.equal(box.bulkhead(args, { env, input: "" }).code, 2, "no password");
  const unnamed = box.bulkhead(["login", "--method", "userpass"], { env, input: "x" });
  assert.equal(unnamed.code, 2);
  assert.match(unnamed.stderr, /needs --username/);
});

test("a run over HTTP is the same run", async (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  assert.equal(box.bulkhead(["apply"], { env }).code, 0);
  const value = fake("sk-proj-", 60);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { env, input: value }).code, 0);
  const done = box.bulkhead(["run", "train", "--", "sh", "-c", 'test -n "$OPENAI_API_KEY" && echo have'], {
    env,
  });
  assert.deepEqual([done.code, done.stdout], [0, "have\n"]);
  const [run] = box.json<{ state: string }[]>(["runs"], { env });
  assert.equal(run?.state, "ended");
  assert.equal(box.bulkhead(["run", "train", "--env", "staging", "--", "true"], { env }).code, 125);
  const local = box.bulkhead(["audit", "tail"], { env });
  assert.equal(local.code, 2);
  assert.match(local.stderr, /works on the local store only/);
});

test("addresses that are wrong, dead or no Bulkhead are told apart", async (t) => {
  const box = sandbox(t);
  const env = (address: string): Record<string, string> => ({ BULKHEAD_ADDR: address, BULKHEAD_TOKEN: "x" });
  const dead = box.bulkhead(["whoami"], { env: env("http://127.0.0.1:9") });
  assert.equal(dead.code, 1);
  assert.match(dead.stderr, /cannot reach http:\/\/127.0.0.1:9: connection refused\n.*unset BULKHEAD_ADDR/);
  const bad = box.bulkhead(["whoami"], { env: env("127.0.0.1:8200") });
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /is not a server address/);
  const password = box.bulkhead(["whoami"], { env: env("http://user:hunter2@127.0.0.1:1") });
  assert.ok(!password.stderr.includes("hunter2"));
  assert.equal(password.code, 2);
  const page = createServer((_, response) => response.end("<html>hello</html>")).listen(0, "127.0.0.1");
  t.after(() => page.close());
  await new Promise((resolve) => page.once("listening", resolve));
  const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  const doctor = await asyncBulkhead(box, ["whoami"], env(url));
  assert.match(doctor.stderr, /is not one of Bulkhead's/);
});

async function asyncBulkhead(
  box: ReturnType<typeof sandbox>,
  args: readonly string[],
  more: Record<string, string>,
) {
  const { spawn } = await import("node:child_process");
  const child = spawn(process.execPath, [BIN, ...args], { cwd: box.project, env: { ...box.env, ...more } });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stderr };
}

test("ports in use, addresses that are not ours and half a TLS pair are refused", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["--listen", server.address.slice("http://".length)], 1, /it is in use\n.*--listen/],
    [["--listen", "nonsense"], 2, /is not an address to listen on/],
    [["--listen", "0.0.0.0:0"], 2, /not a loopback address and there is no TLS/],
    [["--listen", "127.0.0.1:0", "--tls-cert", "x"], 2, /belong together/],
    [["--listen", "127.0.0.1:0", "--request-timeout", "soon"], 2, /is not a duration/],
  ];
  for (const [args, code, says] of cases) {
    const done = box.bulkhead(["server", "--dev", ...args]);
    assert.equal(done.code, code, args.join(" "));
    assert.match(done.stderr, says, args.join(" "));
  }
});

test("the user's own store is served, and the command line uses it at the same time", async (t) => {
  const box = sandbox(t);
  assert.equal(box.bulkhead(["secret", "put", "secret/shared"], { input: "from the command line" }).code, 0);
  const server = await startServer(box, []);
  const token = box.bulkhead(["token", "create", "--policy", "root", "--orphan"]).stdout.trim();
  const reply = await fetch(`${server.address}/v1/secret/data/shared`, {
    headers: { "x-vault-token": token },
  });
  const { data } = (await reply.json()) as { data: { data: { value: string } } };
  assert.equal(data.data.value, "from the command line");
  const [accessor] = [
    box.json<{ accessor: string }>(["token", "lookup"], {
      env: { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: token },
    }).accessor,
  ];
  assert.equal(box.bulkhead(["token", "revoke", accessor]).code, 0, "revoked in another process");
  const after = await fetch(`${server.address}/v1/secret/data/shared`, {
    headers: { "x-vault-token": token },
  });
  assert.equal(after.status, 403, "and refused here at once");
  assert.equal(await server.stop(), 0);
  assert.ok(!readFileSync(join(box.store, "store.db")).includes("from the command line"));
});

test("a store sealed by passphrase needs it, from a private file", (t) => {
  const box = sandbox(t);
  const file = box.write("passphrase", "correct horse battery staple\n", 0o600);
  const env = { BULKHEAD_PASSPHRASE_FILE: file };
  assert.equal(box.bulkhead(["secret", "put", "secret/x"], { env, input: "value-x" }).code, 0);
  assert.ok(!existsSync(join(box.store, "seal.key")));
  assert.equal(box.bulkhead(["secret", "get", "secret/x"], { env }).stdout, "value-x");
  const without = box.bulkhead(["secret", "get", "secret/x"]);
  assert.equal(without.code, 1);
  assert.match(without.stderr, /passphrase/);
  const wrong = { BULKHEAD_PASSPHRASE_FILE: box.write("wrong", "incorrect", 0o600) };
  assert.match(
    box.bulkhead(["secret", "get", "secret/x"], { env: wrong }).stderr,
    /does not open this store/,
  );
});

test("a key file or folder that others can read is refused", (t) => {
  const box = sandbox(t);
  assert.equal(box.bulkhead(["policy", "list"]).code, 0);
  chmodSync(join(box.store, "seal.key"), 0o644);
  const open = box.bulkhead(["policy", "list"]);
  assert.equal(open.code, 1);
  assert.match(open.stderr, /seal.key is not private/);
  const doctor = spawnSync(process.execPath, [BIN, "doctor"], {
    env: box.env,
    cwd: box.project,
    encoding: "utf8",
  });
  assert.equal(doctor.status, 1);
  assert.match(doctor.stdout, /^fail {2}seal key +others may read .*\n +→ chmod 600/m);
  chmodSync(join(box.store, "seal.key"), 0o600);
  chmodSync(box.store, 0o755);
  assert.equal(box.bulkhead(["policy", "list"]).code, 1);
});

test("a sealed server is told from a dead one", async (t) => {
  const box = sandbox(t);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  const sealed = await fetch(`${server.address}/v1/sys/seal`, {
    method: "POST",
    headers: { "x-vault-token": server.token },
  });
  assert.equal(sealed.status, 204);
  const status = box.bulkhead(["status"], { env });
  assert.equal(status.code, 4);
  assert.match(status.stdout, /^state +sealed$/m);
  const get = box.bulkhead(["secret", "get", "secret/x"], { env });
  assert.equal(get.code, 1);
  assert.match(get.stderr, /sealed\n.*start it again/);
  const doctor = box.bulkhead(["doctor"], { env });
  assert.match(doctor.stdout, /^fail {2}server .* is sealed/m);
});

test("TLS: a server with its own CA is reached with BULKHEAD_CACERT, and refused without", async (t) => {
  const box = sandbox(t);
  const [cert, key] = [join(box.root, "tls.crt"), join(box.root, "tls.key")];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"];
  const made = spawnSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    ...names,
    "-keyout",
    key,
    "-out",
    cert,
  ]);
  if (made.status !== 0) return t.skip("no openssl to make a certificate");
  chmodSync(key, 0o600);
  const server = await startServer(box, ["--dev", "--tls-cert", cert, "--tls-key", key]);
  assert.match(server.address, /^https:/);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  const without = box.bulkhead(["whoami"], { env });
  assert.equal(without.code, 1);
  assert.match(without.stderr, /cannot reach .*certificate/);
  assert.equal(box.bulkhead(["whoami"], { env: { ...env, BULKHEAD_CACERT: cert } }).code, 0);
  return undefined;
});
