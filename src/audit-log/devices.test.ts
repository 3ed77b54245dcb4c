/** Audit devices against real files, sockets and servers on loopback: what they take, what they refuse, and what hangs. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { type IncomingMessage, type ServerResponse, createServer as createHttp } from "node:http";
import { type AddressInfo, type Socket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { scale } from "../../test/support/scale.ts";
import { BulkheadError } from "../core/errors.ts";
import {
  type AuditDevices,
  type AuditDevicesConfig,
  type AuditEntry,
  type AuditLog,
  openAuditDevices,
  openAuditLog,
  readAuditLog,
  verifyAuditLog,
} from "./index.ts";

function work(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-devices-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const entry = (n: number | string, filler = ""): AuditEntry => ({
  chained: { type: "request", n },
  vault: () => JSON.stringify({ time: new Date().toISOString(), type: "request", n, filler }),
  carriedOut: false,
});

interface Chain extends AuditLog {
  fails: boolean;
}

/** A real chained log that fails when told to. */
async function chainIn(folder: string): Promise<Chain> {
  const log = await openAuditLog({ folder: join(folder, "audit"), reserveBytes: 0 });
  const chain: Chain = {
    fails: false,
    append: (one, options) =>
      chain.fails
        ? Promise.reject(new BulkheadError("audit.unwritable", { folder, reason: "ENOSPC" }))
        : log.append(one, options),
    anchor: () => log.anchor(),
    claimed: () => log.claimed(),
    checkpoint: () => log.checkpoint(),
    close: () => log.close(),
  };
  return chain;
}

interface Opened {
  readonly devices: AuditDevices;
  readonly chain: Chain;
  readonly events: string[];
}

async function opened(
  context: TestContext,
  folder: string,
  specs: Readonly<Record<string, Readonly<Record<string, string>>>>,
  config: Partial<AuditDevicesConfig> = {},
): Promise<Opened> {
  const chain = await chainIn(folder);
  const events: string[] = [];
  const devices = openAuditDevices({
    log: chain,
    protectedFolders: [join(folder, "home")],
    onEvent: (event, { device }) => events.push(`${device} ${event}`),
    configured: Object.entries(specs).map(([path, { type = "", ...options }]) => ({
      path,
      type,
      description: "",
      local: false,
      options,
    })),
    ...config,
  });
  context.after(async () => {
    await devices.close();
    await chain.close();
  });
  return { devices, chain, events };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 3_000) throw new Error(`never: ${what}`);
    await sleep(10);
  }
}

interface Line {
  readonly type: string;
  readonly n?: number;
  readonly entries?: number;
  readonly device?: string;
  readonly reason?: string;
}
const parsed = (text: string): Line[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
const numbers = (lines: readonly Line[]): number[] => lines.flatMap(({ n }) => (n === undefined ? [] : [n]));
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test("a file: private, one line an entry, and on when it was renamed, removed or cut by others", async (context) => {
  const folder = work(context);
  const path = join(folder, "a.log");
  const { devices } = await opened(context, folder, { "f/": { type: "file", file_path: path } });
  await devices.record(entry(0));
  await until(() => existsSync(path) && readFileSync(path, "utf8").endsWith("\n"), "the first line");
  assert.equal(statSync(path).mode & 0o777, 0o600);
  // under load, as logrotate does it: no entry is in none of the files
  const count = scale(3_000, 30_000);
  let next = 1;
  const moved: string[] = [];
  while (next < count) {
    const batch = Math.min(200, count - next);
    await Promise.all(Array.from({ length: batch }, () => devices.record(entry(next++))));
    if (moved.length < 5 && existsSync(path)) {
      moved.push(`${path}.${moved.length}`);
      renameSync(path, moved.at(-1) ?? "");
      if (moved.length % 2 === 0) devices.reopen();
    }
  }
  const all = (): number[] =>
    [...moved, path].flatMap((one) => (existsSync(one) ? numbers(parsed(readFileSync(one, "utf8"))) : []));
  await until(() => all().length >= count, "all entries");
  assert.deepEqual(
    all().sort((a, b) => a - b),
    upTo(count),
  );
  assert.ok(moved.length > 2);
  renameSync(path, `${path}.last`);
  writeFileSync(path, "", { mode: 0o600 }); // as logrotate's `create`
  await devices.record(entry("no signal came"));
  assert.ok(!readFileSync(`${path}.last`, "utf8").includes("no signal came"));
  await until(() => statSync(path).size > 0, "its entry");
  truncateSync(path);
  await devices.record(entry("cut"));
  await until(() => statSync(path).size > 0, "an entry behind the cut");
  assert.equal(parsed(readFileSync(path, "utf8")).length, 1, "copytruncate leaves no hole");
});

test("a file of its own rotation loses nothing and keeps as many as it is told", async (context) => {
  const folder = work(context);
  const path = join(folder, "a.log");
  const { devices } = await opened(context, folder, {
    "f/": { type: "file", path, rotate_bytes: "2000", mode: "0640" },
  });
  const count = scale(400, 4_000);
  for (let n = 0; n < count; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, at) => devices.record(entry(n + at))));
    await sleep(1); // so that it is not one write
  }
  const files = (): string[] => readdirSync(folder).filter((name) => name.startsWith("a.log"));
  const all = (): number[] =>
    files().flatMap((name) => numbers(parsed(readFileSync(join(folder, name), "utf8"))));
  await until(() => all().length >= count, "all entries");
  assert.deepEqual(
    all().sort((a, b) => a - b),
    upTo(count),
  );
  assert.ok(files().length > 2);
  assert.equal(statSync(path).mode & 0o777, 0o640);
  const few = await opened(context, join(folder, "two"), {
    "f/": { type: "file", path, rotate_bytes: "1", rotate_max_files: "3" },
  });
  for (let n = 0; n < 8; n++) {
    await few.devices.record(entry(n));
    // between two files there is none for a moment
    const written = (): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
    await until(() => numbers(parsed(written())).includes(n), `entry ${n}`);
  }
  assert.equal(files().length, 4);
});

test("what is no file of ours is not written to: links, pipes, other logs, the store's folder", async (context) => {
  const folder = work(context);
  mkdirSync(join(folder, "home"));
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("passwd.log"), "root:x:0:0\n");
  writeFileSync(at("json.log"), '{"time":"soon","type":"x"}\n');
  symlinkSync(at("passwd.log"), at("link.log"));
  symlinkSync(at("home"), at("way"));
  writeFileSync(at("two.log"), "");
  linkSync(at("two.log"), at("names.log"));
  assert.equal(spawnSync("mkfifo", [at("pipe.log")]).status, 0);
  mkdirSync(at("open"));
  chmodSync(at("open"), 0o777);
  mkdirSync(at("folder.log"));
  const cases: readonly (readonly [string, RegExp, Readonly<Record<string, string>>?])[] = [
    [at("passwd.log"), /something else than an audit log/],
    [at("json.log"), /something else than an audit log/],
    [at("link.log"), /ELOOP/],
    [at("names.log"), /other names/],
    [at("pipe.log"), /not a plain file/],
    [at("folder.log"), /EISDIR|not a plain file/],
    [at("home/store.log"), /store's own folder/],
    [at("way/store.log"), /store's own folder/],
    [at("none/x.log"), /does not exist/],
    [at("open/x.log"), /others may write/],
    [at("cron"), /ends in .log/],
    [at("x.sh"), /ends in .log/],
    [at(".ssh.log"), /ends in .log|dot folder/],
    ["relative.log", /absolute/],
    [`${folder}/../x.log`, /absolute/],
    [at("x.log"), /0640/, { mode: "0666" }],
    [at("x.log"), /0640/, { mode: "0755" }],
    [at("x.log"), /octal/, { mode: "9x" }],
    [at("x.log"), /configuration only/, { prefix: "x" }],
    ["discard", /keeps nothing/],
    ["/dev/null", /keeps nothing/],
    ["stdout", /not for audit entries/],
    ["/proc/self/mem.log", /plain file|does not exist|EACCES|EROFS|ENOENT/],
  ];
  const { devices } = await opened(context, folder, {});
  const spec = (path: string, more: Readonly<Record<string, string>> = {}) =>
    ({
      path: "f/",
      type: "file",
      description: "",
      local: false,
      options: { file_path: path, ...more },
    }) as const;
  const probe = JSON.stringify({ time: new Date().toISOString(), type: "request" });
  for (const [path, said, more] of cases)
    await assert.rejects(devices.test(spec(path, more), probe), said, `${path} ${JSON.stringify(more)}`);
  if (process.getuid?.() === 0) {
    writeFileSync(at("theirs.log"), "");
    chownSync(at("theirs.log"), 65_534, 65_534);
    await assert.rejects(devices.test(spec(at("theirs.log")), probe), /another user/);
  }
  assert.equal(readFileSync(at("passwd.log"), "utf8"), "root:x:0:0\n");
  assert.deepEqual(readdirSync(at("home")), []);
  assert.ok(!existsSync(at("x.log")) && !existsSync(at("cron")) && !existsSync(at("x.sh")));
  await devices.test(spec(at("right.log")), probe);
  await devices.test(spec(at("right.log")), probe);
  assert.equal(parsed(readFileSync(at("right.log"), "utf8")).length, 2, "the control: its own log goes on");
});

test("options are checked: unknown ones, raw logging, other formats, unix sockets and headers by the API", async (context) => {
  const folder = work(context);
  const { devices } = await opened(context, folder, {});
  const refused = async (type: string, options: Record<string, string>, said: RegExp): Promise<void> => {
    const spec = { path: "x/", type, description: "", local: false, options };
    await assert.rejects(devices.test(spec, "{}"), (error) => {
      assert.ok(error instanceof BulkheadError && error.code === "audit.bad-device", String(error));
      assert.match(error.message, said);
      return true;
    });
  };
  const file = { file_path: join(folder, "a.log") };
  await refused("nope", {}, /unknown backend type: "nope"/);
  await refused("file", {}, /file_path is required/);
  await refused("file", { ...file, log_raw: "true" }, /log_raw/);
  await refused("file", { ...file, format: "jsonx" }, /jsonx formatting has been removed/);
  await refused("file", { ...file, format: "nope" }, /unknown format type "nope"/);
  await refused("file", { ...file, hmac_accessor: "maybe" }, /boolean/);
  await refused("file", { ...file, elide_list_responses: "false" }, /length/);
  await refused("file", { ...file, colour: "red" }, /no option colour/);
  await refused("file", { ...file, rotate_bytes: "-1" }, /number/);
  await refused("socket", {}, /address is required/);
  await refused("socket", { address: "127.0.0.1" }, /host:port/);
  await refused("socket", { address: "127.0.0.1:1", socket_type: "sctp" }, /socket_type/);
  await refused("socket", { address: "/run/x.sock", socket_type: "unix" }, /configuration only/);
  await refused("socket", { address: "127.0.0.1:1", write_timeout: "x" }, /duration/);
  await refused("socket", { address: "127.0.0.1:1", write_timeout: "1h" }, /30s/);
  await refused("socket", { address: "127.0.0.1:1" }, /failed test message: ECONNREFUSED/);
  await refused("syslog", { facility: "NOPE" }, /invalid syslog facility: NOPE/);
  await refused("syslog", { tag: "a b" }, /tag/);
  await refused("http", {}, /uri is required/);
  await refused("http", { uri: "http://127.0.0.1:1/" }, /https/);
  await refused("http", { uri: "file:///etc/passwd" }, /https/);
  await refused("http", { uri: "https://169.254.169.254/" }, /metadata service/);
  await refused("webhook", { uri: "https://[::ffff:a9fe:a9fe]/" }, /metadata service/);
  await refused("socket", { address: "169.254.169.254:80" }, /metadata service/);
  await refused("socket", { address: "[fd00:ec2::254]:80", socket_type: "udp" }, /metadata service/);
  await refused("webhook", { uri: "https://a:b@127.0.0.1:1/" }, /password/);
  await refused("webhook", { uri: "https://127.0.0.1:1/", headers: "{" }, /JSON/);
  await refused("webhook", { uri: "https://127.0.0.1:1/", headers: '{"a":"b\\r\\nc"}' }, /cannot be sent/);
  await refused("webhook", { uri: "https://127.0.0.1:1/", headers: '{"Host":"b"}' }, /cannot be sent/);
  await refused("webhook", { uri: "https://127.0.0.1:1/", ca_file: "/etc/passwd" }, /configuration only/);
});

interface Listener {
  readonly port: number;
  readonly sockets: Socket[];
  text(): string;
  stop(): Promise<void>;
}

async function listener(context: TestContext, where: string | number = 0, reads = true): Promise<Listener> {
  const sockets: Socket[] = [];
  let text = "";
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    if (reads) socket.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
    else socket.pause();
  });
  await new Promise<void>((resolve) =>
    typeof where === "string" ? server.listen(where, resolve) : server.listen(where, "127.0.0.1", resolve),
  );
  const stop = async (): Promise<void> => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  context.after(stop);
  const port = typeof where === "string" ? 0 : (server.address() as AddressInfo).port;
  return { port, sockets, text: () => text, stop };
}

test("sockets: tcp, unix, udp; a peer that comes back is told of the gap", async (context) => {
  const folder = work(context);
  const tcp = await listener(context);
  const unix = await listener(context, join(folder, "s"));
  const datagrams: string[] = [];
  const udp = createSocket("udp4").on("message", (message) => datagrams.push(message.toString("utf8")));
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  context.after(() => udp.close());
  const { devices, chain, events } = await opened(context, folder, {
    "t/": { type: "socket", address: `127.0.0.1:${tcp.port}`, prefix: "@cee: " },
    "u/": { type: "socket", address: join(folder, "s"), socket_type: "unix" },
    "d/": { type: "socket", address: `127.0.0.1:${udp.address().port}`, socket_type: "udp" },
  });
  for (const n of upTo(5)) await devices.record(entry(n));
  await until(() => tcp.text().split("\n").length > 5, "tcp");
  await until(() => unix.text().split("\n").length > 5, "unix");
  await until(() => datagrams.length === 5, "udp");
  assert.ok(tcp.text().startsWith('@cee: {"time"'));
  assert.deepEqual(numbers(parsed(unix.text())), upTo(5));
  assert.deepEqual(numbers(parsed(datagrams.join(""))), upTo(5));
  const { port } = tcp;
  await tcp.stop();
  await until(() => {
    devices.record(entry(5)).catch(() => undefined);
    return events.some((event) => event === "t/ audit device out of service");
  }, "out of service");
  for (const n of [6, 7]) await devices.record(entry(n));
  const back = await listener(context, port);
  await until(() => events.includes("t/ audit device back in service"), "back");
  await devices.record(entry(8));
  await until(() => back.text().includes('"n":8'), "its entries");
  const lines = parsed(back.text().replaceAll("@cee: ", ""));
  assert.equal(lines[0]?.type, "gap");
  assert.ok((lines[0]?.entries ?? 0) >= 3);
  // with the chained log gone a device that took it is enough; a datagram is not
  chain.fails = true;
  await devices.record(entry(9));
  chain.fails = false;
  await devices.record(entry(10));
  const chained: Line[] = [];
  for await (const record of readAuditLog(join(folder, "audit")))
    chained.push(record.entry as unknown as Line);
  assert.deepEqual(
    chained.slice(-2).map(({ type, device, entries, n }) => [type, device, entries, n]),
    [
      ["gap", "chain/", 1, undefined],
      ["request", undefined, undefined, 10],
    ],
  );
  assert.ok((await verifyAuditLog(join(folder, "audit"))).every(({ ok }) => ok));
  const alone = await opened(context, join(folder, "alone"), {
    "d/": { type: "socket", address: `127.0.0.1:${udp.address().port}`, socket_type: "udp" },
  });
  alone.chain.fails = true;
  await assert.rejects(alone.devices.record(entry(11)), { code: "audit.unwritable" });
});

test("one that accepts and never reads is taken out; the others go on; with none left requests fail at once", async (context) => {
  const folder = work(context);
  const deaf = await listener(context, 0, false);
  const path = join(folder, "a.log");
  const { devices, chain, events } = await opened(context, folder, {
    "deaf/": { type: "socket", address: `127.0.0.1:${deaf.port}`, write_timeout: "300ms" },
    "file/": { type: "file", file_path: path },
  });
  const filler = "x".repeat(1 << 20);
  await until(() => {
    void devices.record(entry(0, filler)).catch(() => undefined);
    return events.includes("deaf/ audit device out of service");
  }, "taken out");
  chain.fails = true;
  await devices.record(entry("file alone"));
  assert.ok(readFileSync(path, "utf8").includes("file alone"));
  const only = await opened(context, join(folder, "only"), {
    "deaf/": { type: "socket", address: `127.0.0.1:${deaf.port}`, write_timeout: "300ms" },
  });
  only.chain.fails = true;
  let refused = 0;
  let waiting = 0;
  while (refused === 0) {
    waiting++;
    await Promise.all(upTo(4).map((n) => only.devices.record(entry(n, filler)).catch(() => void refused++)));
    assert.ok(waiting < 100, "the buffers of the system fill up");
  }
  // it is out: nobody waits for it now
  const before = only.events.length;
  await assert.rejects(only.devices.record(entry("late")), { code: "audit.unwritable" });
  assert.equal(only.events.length, before);
  for (const socket of deaf.sockets) socket.resume();
  await until(() => only.events.includes("deaf/ audit device back in service"), "back in service");
  await only.devices.record(entry("again"));
});

test("a webhook gets batches; one that is slow, refuses or sends elsewhere did not take them", async (context) => {
  const folder = work(context);
  const bodies: string[] = [];
  const seen: IncomingMessage[] = [];
  let answer = (response: ServerResponse): void => void response.writeHead(204).end();
  const server = createHttp((request, response) => {
    seen.push(request);
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => {
      bodies.push(body);
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
  const { devices, chain, events } = await opened(context, folder, {
    "h/": { type: "http", uri, headers: '{"X-Key":["k"]}', write_timeout: "500ms" },
  });
  chain.fails = true;
  const count = scale(3_000, 20_000);
  await Promise.all(upTo(count).map((n) => devices.record(entry(n))));
  assert.deepEqual(
    bodies.flatMap((body) => numbers(parsed(body))),
    upTo(count),
  );
  assert.ok(bodies.length <= count / 500, `${bodies.length} posts`);
  assert.equal(seen[0]?.headers["x-key"], "k");
  assert.equal(seen[0]?.headers["content-type"], "application/x-ndjson");
  const back = (): number => events.filter((event) => event.endsWith("back in service")).length;
  for (const bad of [
    (response: ServerResponse) => void response.writeHead(500).end(),
    (response: ServerResponse) => void response.writeHead(302, { location: `${uri}/elsewhere` }).end(),
    () => undefined, // never answers
  ]) {
    const before = back();
    answer = bad;
    await assert.rejects(devices.record(entry("lost")), { code: "audit.unwritable" });
    answer = (response) => void response.writeHead(204).end();
    await until(() => back() > before, "back");
    assert.equal(parsed(bodies.at(-1) ?? "")[0]?.type, "gap");
  }
  assert.ok(
    seen.every(({ url }) => url === "/in"),
    "redirects are not followed",
  );
});

test("syslog: RFC 5424, a message a datagram, counted octets on a stream", async (context) => {
  const folder = work(context);
  const datagrams: string[] = [];
  const udp = createSocket("udp4").on("message", (message) => datagrams.push(message.toString("utf8")));
  await new Promise<void>((resolve) => udp.bind(0, "127.0.0.1", resolve));
  context.after(() => udp.close());
  const tcp = await listener(context);
  const { devices } = await opened(context, folder, {
    "u/": { type: "syslog", address: `127.0.0.1:${udp.address().port}`, facility: "LOCAL0", tag: "vault" },
    "t/": { type: "syslog", address: `127.0.0.1:${tcp.port}`, socket_type: "tcp" },
  });
  for (const n of upTo(3)) await devices.record(entry(n, "é"));
  await until(() => datagrams.length === 3 && tcp.text().includes('"n":2'), "messages");
  const form = /^<(\d+)>1 \d{4}-\d\d-\d\dT[\d:.]+Z [!-~]+ ([!-~]+) \d+ audit - (\{.*\})$/;
  const [, pri, tag, json] = form.exec(datagrams[0] ?? "") ?? [];
  assert.deepEqual([pri, tag], [String(16 * 8 + 6), "vault"]);
  assert.equal((JSON.parse(json ?? "") as Line).n, 0);
  let rest = Buffer.from(tcp.text());
  const messages: string[] = [];
  while (rest.length > 0) {
    const [, length = ""] = /^(\d+) /.exec(rest.toString("latin1")) ?? [];
    const from = length.length + 1;
    messages.push(rest.toString("utf8", from, from + Number(length)));
    rest = rest.subarray(from + Number(length));
  }
  assert.deepEqual(
    messages.map((message) => (JSON.parse(form.exec(message)?.[3] ?? "") as Line).n),
    upTo(3),
  );
  assert.match(messages[0] ?? "", /^<38>1 /);
});

test("standard output, also one whose reader is gone or stands still", async (context) => {
  const folder = work(context);
  let text = "";
  let stuck = false;
  const standardOutput = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString("utf8");
      if (!stuck) done();
    },
  });
  const spec = { type: "file", file_path: "stdout", write_timeout: "100ms" };
  const { devices, chain } = await opened(context, folder, { "s/": spec }, { standardOutput });
  chain.fails = true;
  await devices.record(entry(1));
  assert.deepEqual(numbers(parsed(text)), [1]);
  stuck = true;
  await assert.rejects(devices.record(entry(2)), { code: "audit.unwritable" });
});

test("the devices of the store are opened, kept and closed as it says", async (context) => {
  const folder = work(context);
  const { devices } = await opened(context, folder, {});
  const spec = (path: string) => ({
    path: `${path}/`,
    type: "file",
    description: "",
    local: false,
    options: { file_path: join(folder, `${path}.log`) },
  });
  devices.use([spec("a"), spec("b")]);
  await devices.record(entry(1));
  const has = (name: string, n: number): boolean =>
    existsSync(join(folder, name)) && numbers(parsed(readFileSync(join(folder, name), "utf8"))).includes(n);
  await until(() => has("a.log", 1) && has("b.log", 1), "both");
  devices.use([spec("b"), { ...spec("c"), type: "nope" }]);
  await devices.record(entry(2));
  await until(() => has("b.log", 2), "the one that stays");
  assert.ok(!has("a.log", 2));
});
