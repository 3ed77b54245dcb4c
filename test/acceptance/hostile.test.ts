/** Bad input, bad luck and bad intent against a real server: a clear code and message, nothing lost, and it serves on. */
import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { verifyAuditLog } from "../../src/audit-log/index.ts";
import { fake } from "../support/fake.ts";
import { FORMAT } from "../../src/store/sqlite/file.ts";
import { type ServerProcess, type StartFailed, smallDisk, spawnServer } from "../support/process.ts";
import { type Rest, type RestAnswer, rest } from "../support/rest.ts";

let home = "";
let server: ServerProcess;
let root: Rest;
const kept = fake("kept_", 24);

before(async () => {
  home = mkdtempSync(join(tmpdir(), "bulkhead-hostile-"));
  server = await spawnServer({ home, env: { TEST_MAX_BODY: String(1024 * 1024) } });
  root = rest(server.address, server.token);
  assert.equal((await root("POST", "secret/data/kept", { data: { value: kept } })).status, 200);
});

after(async () => {
  root.close();
  await server.end("SIGTERM");
  rmSync(home, { recursive: true, force: true });
});

const codeOf = ({ headers }: RestAnswer): string => String(headers["x-bulkhead-code"]);

/** The server still answers, and what stood there still stands. */
async function stillServes(call = root): Promise<void> {
  const { status, json, text } = await call("GET", "secret/data/kept");
  assert.equal(status, 200, text);
  assert.equal(json.data?.data?.value, kept);
  assert.equal(json.data?.metadata?.version, 1);
}

/** In Vault's form, in words, and without an inner detail. */
function clear({ status, text, json }: RestAnswer, expected: number, words?: RegExp): void {
  assert.equal(status, expected, text);
  assert.ok(Array.isArray(json.errors) && json.errors.length > 0, text);
  assert.doesNotMatch(text, /\bat .*\.ts:\d|node:internal|TypeError|undefined|\[object/);
  if (words !== undefined) assert.match(text, words);
}

test("tokens that are wrong, missing, expired, revoked or oversized", async () => {
  const made = async (body: object): Promise<string> =>
    String((await root("POST", "auth/token/create", body)).json.auth?.client_token);
  const expired = await made({ policies: ["root"], ttl: "1s" });
  const revoked = await made({ policies: ["root"], ttl: "1h" });
  await root("POST", "auth/token/revoke", { token: revoked });
  await delay(1_100);
  const wrong = [
    "hvs.unknown",
    expired,
    revoked,
    server.token.slice(0, -1),
    `${server.token}x`,
    "a".repeat(8_000),
  ];
  for (const token of wrong) {
    const answer = await root.as(token)("GET", "secret/data/kept");
    clear(answer, 403, /permission denied|bad token/);
    assert.equal(codeOf(answer), "auth.missing-token", "as if there were none: nothing is told of it");
  }
  for (const token of [null, "", "   "])
    clear(await root.as(token)("GET", "secret/data/kept"), 403, /permission denied/);
  const odd = root.as(null);
  for (const authorization of ["Basic eDp5", "Bearer", `Bearer  ${server.token} x`, `Token ${server.token}`])
    clear(await odd("GET", "secret/data/kept", undefined, { authorization }), 403);
  await stillServes();
});

test("a token of five uses serves five of forty requests at once, and its last use ends it", async () => {
  const made = await root("POST", "auth/token/create", { policies: ["root"], num_uses: 5 });
  const own = root.as(String(made.json.auth?.client_token));
  const answers = await Promise.all(Array.from({ length: 40 }, () => own("GET", "secret/data/kept")));
  assert.equal(answers.filter(({ status }) => status === 200).length, 5);
  assert.equal(answers.filter(({ status }) => status === 403).length, 35);
  const accessor = String(made.json.auth?.accessor);
  clear(await root("POST", "auth/token/lookup-accessor", { accessor }), 400, /invalid accessor/);
  await stillServes();
});

test("the same across two servers on one store", async () => {
  const other = await spawnServer({ home });
  const second = rest(other.address, other.token);
  try {
    for (let round = 0; round < 5; round++) {
      const made = await root("POST", "auth/token/create", { policies: ["root"], num_uses: 3 });
      const token = String(made.json.auth?.client_token);
      const callers = [root.as(token), second.as(token)];
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, at) => (callers[at % 2] as Rest)("GET", "secret/data/kept")),
      );
      assert.equal(answers.filter(({ status }) => status === 200).length, 3, `round ${round}`);
    }
    // revoked here is refused there at once
    const made = await root("POST", "auth/token/create", { policies: ["root"], ttl: "1h" });
    const token = String(made.json.auth?.client_token);
    assert.equal((await second.as(token)("GET", "secret/data/kept")).status, 200);
    assert.equal((await root("POST", "auth/token/revoke", { token })).status, 204);
    assert.equal((await second.as(token)("GET", "secret/data/kept")).status, 403);
  } finally {
    second.close();
    await other.end("SIGTERM");
  }
  await stillServes();
});

test("bodies that are malformed, huge, deep or of the wrong type", async () => {
  const deep = (levels: number): string => `{"data":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}`;
  const cases: (readonly [string | Buffer, number, RegExp?])[] = [
    ["{", 400],
    ["", 400],
    ["[]", 400],
    ['"text"', 400],
    ["null", 400],
    ["{}", 400, /no data provided/],
    ['{"data":1}', 400],
    ['{"data":"x"}', 400],
    ['{"data":{"value":"x"}', 400],
    ['{"data":{"value":"x"}} more', 400],
    ['{"data":{"value":"a\nb"}}', 400],
    ["{'data':{}}", 400],
    ['{"data":{"value":NaN}}', 400],
    ['{"data":{},"options":{"cas":"many"}}', 400],
    [Buffer.from([0xff, 0xfe, 0x7b, 0x00]), 400],
    [Buffer.concat([Buffer.from('{"data":{"value":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}}')]), 400],
    [deep(20_000), 400],
    [`{"data":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, 400],
    [`{"data":{"value":"${"x".repeat(2 * 1024 * 1024)}"}}`, 413, /larger than 1048576 bytes/],
  ];
  for (const [body, status, words] of cases)
    clear(await root("POST", "secret/data/hostile", body), status, words);
  clear(await root("PATCH", "secret/data/kept", { data: {} }, { "content-type": "text/plain" }), 415);
  assert.equal((await root("GET", "secret/metadata/hostile")).status, 404, "nothing was written");
  // names that mean something to JavaScript are names
  const names =
    '{"data":{"__proto__":{"polluted":"yes"},"constructor":"c","toString":"t","":"empty","a.b":"dot"}}';
  assert.equal((await root("POST", "secret/data/names", names)).status, 200);
  const { text } = await root("GET", "secret/data/names");
  for (const piece of ['"__proto__":{"polluted":"yes"}', '"constructor":"c"', '"":"empty"'])
    assert.ok(text.includes(piece), text);
  await stillServes();
});

test("names in paths: stored under exactly that name, or refused", async () => {
  for (const name of [
    "a b",
    "é/日本/😀",
    "a%25b",
    "a%2541",
    "..%252f",
    "a+b*c",
    "a\\b".replace("\\", "%5C"),
    "con",
    "-rf",
    "%7Bx%7D",
    "'or'1'='1",
    "a%22b",
    "x".repeat(500),
    Array.from({ length: 200 }, () => "d").join("/"),
    "__proto__",
    "metadata",
    "data/data",
    "%C3%A9",
  ]) {
    const path = encodeURI(decodeURIComponent(name)).replaceAll("?", "%3F").replaceAll("#", "%23");
    const value = fake("named_", 16);
    const { status, text } = await root("POST", `secret/data/odd/${path}`, { data: { value } });
    assert.equal(status, 200, `${name}: ${text}`);
    assert.equal((await root("GET", `secret/data/odd/${path}`)).json.data?.data?.value, value, name);
  }
  for (const name of [
    "..",
    "../kept",
    "a/../../kept",
    "%2e%2e/kept",
    "a/./b",
    "%00",
    "a%00b",
    "a%0Ab",
    "a%7Fb",
    "x".repeat(3_000),
    `${"x".repeat(700)}`,
  ]) {
    const answer = await root("POST", `secret/data/odd/${name}`, { data: { value: "x" } });
    clear(answer, 400);
  }
  for (const name of ["%", "%zz", "%ff", "%c3%28", "%ed%a0%80"])
    clear(await root("POST", `secret/data/odd/${name}`, { data: { value: "x" } }), 404);
  await stillServes();
});

test("bytes that are no HTTP, headers without end, requests that never come", async () => {
  const port = Number(new URL(server.address).port);
  const send = (bytes: string | Buffer): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
      socket.on("error", () => undefined).on("close", () => resolve(text));
      socket.end(bytes);
    });
  for (const bytes of [
    "\0\0\0\0",
    "GET\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00",
    "GET /v1/sys/health HTTP/9.9\r\n\r\n",
    "LIS",
    "LIST",
    "LISTEN /v1/x HTTP/1.1\r\n\r\n",
    `GET /v1/sys/health HTTP/1.1\r\nHost: x\r\n${"X-A: b\r\n".repeat(10_000)}\r\n`,
    `GET /v1/${"x".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    "POST /v1/secret/data/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
    "POST /v1/secret/data/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /v1/secret/data/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "POST /v1/secret/data/x HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "GET http://elsewhere/v1/secret/data/kept HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /v1/sys/health HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
  ]) {
    const text = await send(bytes);
    assert.ok(!text.includes(kept));
    assert.match(text, /^$|^HTTP\/1\.1 [2345]/, JSON.stringify(text.slice(0, 80)));
  }
  // fifty connections that say half a word, and one that works
  const idle = Array.from({ length: 50 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  for (const socket of idle)
    socket.write("POST /v1/secret/data/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  await stillServes();
  for (const socket of idle) socket.destroy();
  await stillServes();
});

test("what a sealed server answers, and that it is opened where its store lives", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-sealed-"));
  const own = await spawnServer({ home: folder });
  const call = rest(own.address, own.token);
  try {
    assert.equal((await call("POST", "secret/data/kept", { data: { value: kept } })).status, 200);
    assert.equal((await call("PUT", "sys/seal")).status, 204);
    for (const [method, path, body] of [
      ["GET", "secret/data/kept"],
      ["POST", "secret/data/kept", { data: { value: "x" } }],
      ["LIST", "secret/metadata/"],
      ["POST", "auth/approle/login", { role_id: "x", secret_id: "y" }],
      ["GET", "sys/mounts"],
      ["GET", "nowhere"],
    ] as const)
      clear(await call(method, path, body), 503, /sealed/);
    const status = await call.as(null)("GET", "sys/seal-status");
    assert.equal(status.status, 200);
    assert.equal(status.json.sealed, true);
    assert.equal((await call.as(null)("GET", "sys/health")).status, 503);
    clear(await call("PUT", "sys/unseal", { key: "00".repeat(32) }), 400, /unsealed where it lives/);
    await own.end("SIGTERM");
    const again = await spawnServer({ home: folder });
    const next = rest(again.address, again.token);
    await stillServes(next);
    next.close();
    await again.end("SIGTERM");
  } finally {
    call.close();
    await own.end();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A store with one secret in it, closed. */
async function filled(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-file-"));
  const own = await spawnServer({ home: folder });
  const call = rest(own.address, own.token);
  assert.equal((await call("POST", "secret/data/kept", { data: { value: kept } })).status, 200);
  call.close();
  assert.equal(await own.end("SIGTERM"), 0);
  return folder;
}

/** Does not start, says why, and leaves the files as they were. */
async function refused(
  folder: string,
  code: string,
  words: RegExp,
  wrap: readonly string[] = [],
): Promise<void> {
  const file = join(folder, "store.db");
  const before = existsSync(file) && statSync(file).isFile() ? readFileSync(file) : null;
  await assert.rejects(spawnServer({ home: folder, wrap }), (error: StartFailed) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    assert.ok(error.hint.length > 10);
    assert.doesNotMatch(error.message, /[A-Z]\w*Error|\n/);
    return true;
  });
  if (before !== null) assert.deepEqual(readFileSync(file), before, "the file is as it was");
}

async function opensAgain(folder: string): Promise<void> {
  const own = await spawnServer({ home: folder });
  const call = rest(own.address, own.token);
  await stillServes(call);
  call.close();
  await own.end("SIGTERM");
}

test("a store of a newer version is refused untouched; one that is migrated while it is open too", async () => {
  const folder = await filled();
  const file = join(folder, "store.db");
  const setVersion = (version: number): void => {
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA user_version = ${version}; PRAGMA wal_checkpoint(TRUNCATE);`);
    database.close();
  };
  try {
    setVersion(99);
    await refused(folder, "store.newer", /newer Bulkhead \(format 99, this one knows \d+\)/);
    setVersion(FORMAT);
    await opensAgain(folder);
    const own = await spawnServer({ home: folder });
    const call = rest(own.address, own.token);
    try {
      await stillServes(call);
      setVersion(FORMAT + 1); // the newer one works on it beside us
      for (const [method, body] of [["GET"], ["POST", { data: { value: "late" } }], ["DELETE"]] as const)
        clear(await call(method, "secret/data/kept", body), 500, /newer Bulkhead/);
      setVersion(FORMAT);
      await stillServes(call);
    } finally {
      call.close();
      await own.end("SIGTERM");
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a damaged, foreign, truncated or absent store file, and a seal key that is wrong, missing or exposed", async () => {
  const folder = await filled();
  const [file, key] = [join(folder, "store.db"), join(folder, "seal.key")];
  const [goodFile, goodKey] = [readFileSync(file), readFileSync(key, "utf8")];
  const restore = (): void => {
    for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
    writeFileSync(file, goodFile, { mode: 0o600 });
    rmSync(key, { force: true });
    writeFileSync(key, goodKey, { mode: 0o600 });
  };
  try {
    for (const [what, bytes, code, words] of [
      [
        "text",
        Buffer.from("hello, this is no database\n".repeat(50)),
        "store.foreign",
        /is not a Bulkhead store/,
      ],
      ["empty", Buffer.alloc(0), "store.foreign", /is not a Bulkhead store/],
      ["header only", goodFile.subarray(0, 60), "store.corrupt", /damaged/],
      ["first page only", goodFile.subarray(0, 4_096), "store.corrupt", /damaged/],
      [
        "zeroes after the header",
        Buffer.concat([goodFile.subarray(0, 100), Buffer.alloc(goodFile.length - 100)]),
        "store.corrupt",
        /damaged/,
      ],
    ] as const) {
      writeFileSync(file, bytes);
      await refused(folder, code, words).catch((error: unknown) => {
        throw new Error(what, { cause: error });
      });
      restore();
    }
    const other = join(folder, "other.db");
    const database = new DatabaseSync(other);
    database.exec("CREATE TABLE mine (x)");
    database.close();
    copyFileSync(other, file);
    await refused(folder, "store.foreign", /is not a Bulkhead store/);
    restore();
    // one bit of what is stored, and the rest still opens
    const damaged = Buffer.from(goodFile);
    for (let at = 8_192; at < damaged.length; at += 64) damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(file, damaged);
    await assert.rejects(spawnServer({ home: folder }), (error: StartFailed) =>
      ["store.corrupt", "barrier.corrupt", "seal.wrong-key", "seal.not-initialized"].includes(error.code),
    );
    restore();
    rmSync(key);
    await refused(folder, "seal.missing-key", /is missing/);
    assert.ok(!existsSync(key), "no key is made for a store that has one");
    writeFileSync(key, `${"0".repeat(64)}\n`, { mode: 0o600 });
    await refused(folder, "seal.wrong-key", /does not open this store/);
    writeFileSync(key, "short\n");
    await refused(folder, "seal.wrong-key", /does not open this store/);
    writeFileSync(key, goodKey);
    chmodSync(key, 0o644);
    await refused(folder, "seal.key-exposed", /is not private/);
    restore();
    chmodSync(folder, 0o755);
    await refused(folder, "home.exposed", /can be read by others/);
    chmodSync(folder, 0o700);
    await opensAgain(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a home that is a file, below a file, or a link that leads nowhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-place-"));
  try {
    writeFileSync(join(folder, "file"), "x");
    symlinkSync(join(folder, "nowhere", "deep"), join(folder, "link"));
    for (const name of ["file", "file/below", "link"])
      await assert.rejects(spawnServer({ home: join(folder, name) }), (error: StartFailed) => {
        assert.match(error.code, /^(io\.failed|home\.exposed|store\.\w+)$/, `${name}: ${error.message}`);
        return true;
      });
    assert.equal(readFileSync(join(folder, "file"), "utf8"), "x");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a port that is in use", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-port-"));
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  try {
    const start = (): Promise<ServerProcess> =>
      spawnServer({ home: folder, env: { TEST_LISTEN: `127.0.0.1:${port}` } });
    await assert.rejects(start(), (error: StartFailed) => {
      assert.equal(error.code, "server.port-in-use");
      assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}: it is in use`));
      return true;
    });
    await new Promise((resolve) => taken.close(resolve));
    const own = await start();
    assert.equal(await own.end("SIGTERM"), 0);
  } finally {
    taken.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a full disk under the store: refused with a word why, nothing acknowledged is lost, and with space it goes on", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-disk-"));
  const disk = join(folder, "home");
  mkdirSync(disk, { mode: 0o700 });
  const wrap = smallDisk(disk, "2m");
  if (typeof wrap === "string") return t.skip(wrap);
  const own = await spawnServer({ home: disk, wrap });
  const call = rest(own.address, own.token);
  const inside = `/proc/${own.pid}/root${disk}`;
  try {
    assert.equal((await call("POST", "secret/data/kept", { data: { value: kept } })).status, 200);
    const room = join(inside, "room");
    writeFileSync(room, Buffer.alloc(400 * 1024, 1)); // given back below
    const stored = new Map<string, string>();
    const refusals = new Map<string, RestAnswer>();
    for (let at = 0; refusals.size < 5 && at < 400; at++) {
      const value = fake("big_", 30_000);
      const answer = await call("POST", `secret/data/fill/${at}`, { data: { value } });
      if (answer.status === 200) stored.set(`fill/${at}`, value);
      else refusals.set(`fill/${at}`, answer);
    }
    assert.ok(stored.size > 5 && refusals.size === 5, `${stored.size} stored, ${refusals.size} refused`);
    for (const answer of refusals.values()) {
      assert.ok([500, 507].includes(answer.status), answer.text);
      clear(answer, answer.status, /cannot be written/);
    }
    rmSync(room);
    await stillServes(call);
    for (const [path, value] of stored) {
      const { json } = await call("GET", `secret/data/${path}`);
      assert.equal(json.data?.data?.value, value, path);
    }
    for (const [path, refusal] of refusals) {
      const { status } = await call("GET", `secret/data/${path}`);
      // where the last entry of the audit log is what failed, the write may be done, and nobody was told that it was
      if (codeOf(refusal) !== "audit.unwritable" || status !== 200)
        assert.equal(status, 404, `${path} was refused`);
    }
    assert.equal((await call("POST", "secret/data/after", { data: { value: "now" } })).status, 200);
    assert.ok((await verifyAuditLog(join(inside, "audit"))).every(({ ok }) => ok));
  } finally {
    call.close();
    await own.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
});

test("after all of that the first server still serves, and its log verifies", async () => {
  await stillServes();
  assert.ok((await verifyAuditLog(join(home, "audit"))).every(({ ok }) => ok));
  assert.doesNotMatch(
    server.log(),
    /"reason":"(?!aborted)[^"]*(TypeError|RangeError|ERR_)/,
    "no inner error was logged",
  );
});
