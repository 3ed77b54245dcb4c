/** What lies on the disk: after 50 values were put, changed, deleted and run with, no file holds any of them, nor any token. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Writable } from "node:stream";
import { after, before, test } from "node:test";
import { runPorts } from "../../src/cli/run/ports.ts";
import { wantedOfStage } from "../../src/cli/run/wanted.ts";
import { ApiClient } from "../../src/client/index.ts";
import { httpTransport } from "../../src/client/http.ts";
import { Secret } from "../../src/core/secret.ts";
import { runStage } from "../../src/run/index.ts";
import { applyOver, loginAs, putAll } from "../support/declared.ts";
import { fake } from "../support/fake.ts";
import { type ServerProcess, spawnServer } from "../support/process.ts";
import { rest } from "../support/rest.ts";
import { findSecrets, formsOf } from "../support/search.ts";

const home = mkdtempSync(join(tmpdir(), "bulkhead-rest-"));
/** Copies made while the server ran (with its write-ahead log) and after it ended, and what it logged. */
const copies = mkdtempSync(join(tmpdir(), "bulkhead-rest-copy-"));
const secrets: Record<string, string> = {};
let jobOutput = "";
let log = "";

/** Characters that every encoding treats in its own way. */
const hard = (at: number): string =>
  fake(`v${at}_`, 20) + ["", "/+=&%", ' "\\', "é€😀", "?#[]{}", "\n\t"][at % 6];

before(async () => {
  const server = await spawnServer({ home });
  try {
    await live(server);
    cpSync(home, join(copies, "running"), { recursive: true });
  } finally {
    assert.equal(await server.end("SIGTERM"), 0);
  }
  cpSync(home, join(copies, "stopped"), { recursive: true });
  log = server.log();
});

after(() => {
  for (const folder of [home, copies]) rmSync(folder, { recursive: true, force: true });
});

async function live(server: ServerProcess): Promise<void> {
  const root = rest(server.address, server.token);
  secrets["root token"] = server.token;
  secrets["seal key"] = readFileSync(join(home, "seal.key"), "utf8").trim();
  const note = (name: string, value: unknown): string => {
    assert.ok(typeof value === "string" && value.length >= 8, name);
    secrets[name] = value;
    return value;
  };
  for (let at = 0; at < 50; at++) {
    const value = note(`value ${at}`, hard(at));
    const data = at % 3 === 0 ? { value, nested: { list: [value, 7] } } : { value };
    const { status, text } = await root("POST", `secret/data/many/s${at}`, { data });
    assert.equal(status, 200, text);
  }
  const change = async (
    method: string,
    path: string,
    body?: unknown,
    allowed = [200, 204],
  ): Promise<void> => {
    const { status, text } = await root(method, path, body);
    assert.ok(allowed.includes(status), `${method} ${path}: ${status} ${text}`);
  };
  for (let at = 0; at < 50; at++) {
    const path = `many/s${at}`;
    if (at % 7 === 1) await change("DELETE", `secret/data/${path}`);
    if (at % 7 === 2) await change("PUT", `secret/destroy/${path}`, { versions: [1] });
    if (at % 7 === 3) await change("DELETE", `secret/metadata/${path}`);
    if (at % 7 === 4)
      await change("PATCH", `secret/data/${path}`, { data: { more: note(`patch ${at}`, hard(at + 3)) } });
    if (at % 7 === 5) {
      await change("POST", `secret/data/${path}`, { data: { value: note(`second ${at}`, hard(at + 2)) } });
      await change("POST", `secret/undelete/${path}`, { versions: [1] });
    }
  }
  await change("PUT", "sys/rotate");
  await change("POST", "secret/data/many/after", { data: { value: note("after rotate", hard(5)) } });
  await change("POST", "cubbyhole/mine", { value: note("cubbyhole", hard(4)) });
  // values in places that are easily forgotten: refused, malformed and misdirected requests
  const stray = note("stray", fake("stray_", 24));
  await change("POST", "secret/data/many/s0", { data: stray }, [400]);
  await change("POST", "secret/data/many/s0", `{"data":{"value":"${stray}"`, [400]);
  await change("POST", "nowhere/at/all", { data: { value: stray } }, [404]);
  await change("POST", "sys/mounts/secret", { type: "kv", local: stray }, [400]);
  await change("POST", "auth/token/create", { ttl: stray }, [400]);
  await change("POST", "auth/token/create", { num_uses: stray }, [400]);
  await change("POST", `secret/data/many/s0?value=${encodeURIComponent(stray)}`, { data: {} }, [200]);
  await change("GET", `secret/data/many/s0?version=${encodeURIComponent(stray)}`, undefined, [400]);
  await change("PATCH", "secret/metadata/many/s0", { custom_metadata: { note: stray } }, [200, 204]);
  for (const headers of [{ "x-vault-token": stray }, { authorization: `Bearer ${stray}` }] as Record<
    string,
    string
  >[])
    assert.equal((await root.as(null)("GET", "secret/data/many/s0", undefined, headers)).status, 403);
  for (const [name, value] of await putAll(root, "fraud")) note(name, value);
  const manifest = await applyOver(server.address, server.token);
  const login = await loginAs(root, "fraud.train.prod", { run: "r1" });
  note("stage token", login.token);
  note("secret id", login.secretId);
  const child = await root("POST", "auth/token/create", { policies: ["default"], ttl: "1h" });
  note("child token", child.json.auth?.client_token);
  const custom = note("chosen token", fake("chosen-", 24));
  await change("POST", "auth/token/create", { id: custom, policies: ["default"] });
  await change("POST", "auth/token/lookup", { token: custom });
  await change("POST", "auth/token/revoke", { token: custom });
  const wrong = note("wrong secret id", fake("wrong-", 32));
  await change("POST", "auth/approle/login", { role_id: login.roleId, secret_id: wrong }, [400]);
  await runOnce(server, manifest);
  root.close();
}

/** A run that prints its secrets: its output is masked and its receipt names them only. */
async function runOnce(
  server: ServerProcess,
  manifest: Awaited<ReturnType<typeof applyOver>>,
): Promise<void> {
  const http = httpTransport({ address: server.address });
  const client = new ApiClient({ transport: http.send, token: Secret.copy(server.token) });
  const stage = manifest.stages.find(({ name }) => name === "train");
  assert.ok(stage !== undefined);
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const api = { client, where: "server", address: server.address, operator: false } as const;
  const ports = runPorts({
    ...{ wanted: wantedOfStage(manifest, stage, "dev"), entry: { as: "caller", api, own: null } },
    ...{ commit, actor: "tester", mustLogIn: false, asOperator: false, onWaiting: () => undefined },
    ...{ env: {}, cwd: home, interval: 30_000 },
  });
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      jobOutput += chunk.toString("utf8");
      done();
    },
  });
  const report = await runStage(
    {
      project: "fraud",
      stage: "train",
      environment: "dev",
      command: ["/bin/sh", "-c", 'echo "keys: $WANDB_API_KEY $HF_TOKEN"'],
      ambient: { PATH: process.env.PATH },
      cwd: home,
      home,
      hide: [],
      level: 0,
      stdout: output,
      stderr: output,
      stdin: "ignore",
      commit,
      receiptPath: (id) => join(home, "runs", `${id}.json`),
    },
    ports,
  );
  http.close();
  assert.equal(report.exit, 0);
  assert.equal(report.revoked, true);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const ownerOf = (file: string): boolean => /seal\.key$/.test(file);

test("the files that were looked at are the store, its write-ahead log, the audit log and a receipt", () => {
  const names = filesBelow(join(copies, "running")).map((file) => relative(join(copies, "running"), file));
  for (const pattern of [
    /^store\.db$/,
    /^store\.db-wal$/,
    /^store\.db-shm$/,
    /^audit\/\d+\.\d+\.jsonl$/,
    /^runs\/.+\.json$/,
  ])
    assert.ok(
      names.some((name) => pattern.test(name)),
      `${String(pattern)} in ${names.join(", ")}`,
    );
  assert.ok(statSync(join(copies, "running", "store.db-wal")).size > 100_000);
  assert.ok(log.includes("secret/data/many/s0"), "the log names the paths");
  assert.ok(existsSync(join(copies, "stopped", "store.db")));
});

test("no file and no output holds a value, a token, a secret id or the seal key in any form", () => {
  assert.ok(Object.keys(secrets).length > 70);
  const found: string[] = [];
  for (const file of filesBelow(copies)) {
    const bytes = readFileSync(file);
    const { "seal key": own, ...others } = secrets;
    const wanted = ownerOf(file) ? others : { ...others, "seal key": own ?? "" };
    found.push(...findSecrets(bytes, wanted).map((what) => `${relative(copies, file)}: ${what}`));
  }
  found.push(...findSecrets(Buffer.from(log), secrets).map((what) => `server log: ${what}`));
  found.push(...findSecrets(Buffer.from(jobOutput), secrets).map((what) => `job output: ${what}`));
  assert.deepEqual(found, []);
  assert.match(jobOutput, /keys: /);
});

test("the key inside the seal file stands nowhere as bytes either, and no hash of a value stands there plain", async () => {
  const { createHash } = await import("node:crypto");
  const key = Buffer.from(secrets["seal key"] ?? "", "hex");
  for (const file of filesBelow(copies)) {
    const bytes = readFileSync(file);
    assert.ok(!bytes.includes(key), file);
    for (const [name, value] of Object.entries(secrets)) {
      if (!/^value/.test(name)) continue;
      for (const algorithm of ["sha256", "sha1", "md5"]) {
        const digest = createHash(algorithm).update(value).digest();
        // whoever holds the disk could try guesses against it
        assert.ok(!bytes.includes(digest), `${file}: ${algorithm} of ${name}`);
        assert.ok(!bytes.includes(digest.toString("hex")), `${file}: ${algorithm} of ${name}`);
        assert.ok(
          !bytes.includes(digest.toString("base64").slice(0, 20)),
          `${file}: ${algorithm} of ${name}`,
        );
      }
    }
  }
});

test("the same search finds a value planted in each of these files, in each form", () => {
  const sources: [string, Buffer][] = filesBelow(copies).map((file) => [
    relative(copies, file),
    readFileSync(file),
  ]);
  sources.push(["server log", Buffer.from(log)], ["job output", Buffer.from(jobOutput)]);
  for (const at of [0, 1, 2, 3]) {
    const planted = hard(at);
    for (const [form, bytes] of formsOf(planted))
      for (const [name, source] of sources) {
        const place = Math.floor(source.length * Math.random());
        const copy = Buffer.concat([source.subarray(0, place), bytes, source.subarray(place)]);
        assert.ok(findSecrets(copy, { planted }).includes(`planted: ${form}`), `${name}: ${form}`);
        assert.deepEqual(findSecrets(source, { planted }), []);
      }
  }
  // base64 finds it wherever in a longer text it stood
  for (let shift = 0; shift < 6; shift++) {
    const text = Buffer.from(`${"x".repeat(shift)}${secrets["value 1"]}${"y".repeat(shift)}`).toString(
      "base64",
    );
    assert.ok(findSecrets(Buffer.from(text), { one: secrets["value 1"] ?? "" }).length > 0, `shift ${shift}`);
  }
});

test("files are private to their owner", () => {
  for (const file of filesBelow(home)) assert.equal(statSync(file).mode & 0o077, 0, file);
  for (const folder of [home, join(home, "audit"), join(home, "runs")])
    assert.equal(statSync(folder).mode & 0o077, 0, folder);
});
