/** The audit log: its vectors, the writer, several processes, killed ones, full disks, reading and following. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test, { type TestContext } from "node:test";
import { scale } from "../../test/support/scale.ts";
import { ManualClock } from "../core/clock.ts";
import { beginning, follow, nextLine } from "./chain.ts";
import {
  type AuditLog,
  type AuditLogOptions,
  openAuditLog,
  openCheckpoint,
  readAuditLog,
  signCheckpoint,
  verifyAuditLog,
} from "./index.ts";

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-audit-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "audit");
}

async function open(
  context: TestContext,
  folder: string,
  options: Partial<AuditLogOptions> = {},
): Promise<AuditLog> {
  const log = await openAuditLog({ folder, ...options });
  context.after(() => log.close());
  return log;
}

const mode = (path: string): number => statSync(path).mode & 0o777;
const logFiles = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort();
const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** `audit-child`: appends until it is killed (or `count` times), a number a line on stdout for each acknowledged entry. */
const CHILD = `
  import { openAuditLog } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
  import { writeSync } from "node:fs";
  const [folder, name, count, close] = process.argv.slice(1);
  const log = await openAuditLog({ folder });
  for (let i = 0; i < Number(count); i++) {
    await log.append({ name, i, filler: "x".repeat(i % 300) });
    writeSync(1, i + "\\n");
  }
  if (close === "close") await log.close();
  process.exit(0);
`;
const startChild = (folder: string, name: string, count: number, close = "close") =>
  spawn(process.execPath, ["--input-type=module", "-e", CHILD, folder, name, String(count), close], {
    stdio: ["ignore", "pipe", "inherit"],
  });

test("the published vectors hold", () => {
  interface Vectors {
    segment: string;
    beginning: string;
    lines: string[];
    anchor: { segment: string; seq: number; hash: string };
    checkpoint: { seed: string; publicKey: string; name: string; time: string; note: string };
  }
  const page = readFileSync(join(import.meta.dirname, "../../docs/spec/audit.md"), "utf8");
  const vectors = JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? "") as Vectors;
  let state = beginning(vectors.segment);
  assert.equal(state.hash, vectors.beginning);
  for (const line of vectors.lines) {
    const {
      seq: _seq,
      time,
      prev: _prev,
      hash: _hash,
      ...entry
    } = JSON.parse(line) as Record<string, unknown>;
    assert.equal(nextLine(state, String(time), JSON.stringify(entry).slice(1, -1)).line, `${line}\n`);
    const next = follow(state, Buffer.from(line));
    assert.ok(typeof next !== "string", String(next));
    state = next;
  }
  assert.deepEqual({ segment: vectors.segment, ...state }, vectors.anchor);
  const { seed, publicKey, name, time, note } = vectors.checkpoint;
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, "hex");
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  assert.equal(
    createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32).toString("hex"),
    publicKey,
  );
  assert.equal(signCheckpoint({ ...vectors.anchor, time }, { name, key }), note);
});

test("private files, chained lines, one write a turn", async (context) => {
  const before = process.umask(0);
  context.after(() => process.umask(before));
  const folder = folderFor(context);
  const log = await open(context, folder, { clock: new ManualClock() });
  assert.equal(log.anchor(), null);
  await Promise.all([
    log.append({ a: 1 }),
    log.append({ "2": "é\n\u2028", nested: { seq: 1 } }),
    log.append({}),
  ]);
  assert.equal(mode(folder), 0o700);
  for (const name of readdirSync(folder)) assert.equal(mode(join(folder, name)), 0o600, name);
  const lines = linesOf(join(folder, "0001.00001.jsonl"));
  assert.deepEqual(
    lines.map(({ seq }) => seq),
    [1, 2, 3],
  );
  assert.equal(lines[0]?.time, "2026-01-01T00:00:00.000Z");
  assert.equal(lines[1]?.prev, lines[0]?.hash);
  const node = readFileSync(join(folder, "node"), "latin1").trim();
  const whose = { node, host: hostname(), folder: realpathSync(folder) };
  assert.deepEqual(log.anchor(), { segment: "0001", seq: 3, hash: lines[2]?.hash, ...whose });
  await log.close();
  assert.deepEqual(readdirSync(folder), ["0001.00001.jsonl", "node", "reserve"]);
  await assert.rejects(log.append({}), { code: "audit.unwritable" });
  const again = await open(context, folder);
  assert.equal(again.anchor()?.seq, 3);
  await again.append({ b: 1 });
  assert.deepEqual(await verifyAuditLog(folder), [
    { segment: "0001", ok: true, entries: 4, problem: null, unfinished: false },
  ]);
});

test("entries are taken as they were, and what is no entry is refused", async (context) => {
  const folder = folderFor(context);
  const log = await open(context, folder);
  const entry = { a: 1 };
  const appending = log.append(entry);
  entry.a = 2;
  await appending;
  const records = [];
  for await (const record of readAuditLog(folder)) records.push(record.entry);
  assert.deepEqual(records, [{ a: 1 }]);
  for (const bad of [{ seq: 1 }, { time: "" }, { prev: 0 }, { hash: null }, [1], new Date(0)])
    await assert.rejects(log.append(bad), TypeError);
  await assert.rejects(log.append({ big: "x".repeat(9 << 20) }), { code: "audit.unwritable" });
  await log.append({ after: true });
  assert.equal(log.anchor()?.seq, 2);
});

test("with sync it is on disk, and everything else is the same", async (context) => {
  const folder = folderFor(context);
  const log = await open(context, folder, { sync: "always" });
  await Promise.all(Array.from({ length: 20 }, (_, i) => log.append({ i })));
  await log.append({ last: true });
  assert.equal((await verifyAuditLog(folder))[0]?.entries, 21);
});

test("a segment goes on in further files", async (context) => {
  const folder = folderFor(context);
  for (let round = 0; round < 3; round++) {
    const log = await openAuditLog({ folder, maxFileBytes: 1000 });
    for (let i = 0; i < 20; i++) await log.append({ round, i });
    await log.close();
  }
  assert.ok(logFiles(folder).length > 5);
  assert.ok(logFiles(folder).every((name) => name.startsWith("0001.")));
  assert.deepEqual(
    (await verifyAuditLog(folder)).map(({ ok, entries }) => [ok, entries]),
    [[true, 60]],
  );
  const seen = [];
  for await (const { seq } of readAuditLog(folder)) seen.push(seq);
  assert.deepEqual(
    seen,
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
  writeFileSync(join(folder, `0001.${String(logFiles(folder).length + 1).padStart(5, "0")}.jsonl`), "");
  const log = await open(context, folder);
  await log.append({ after: "a part that was begun and never written" });
  assert.equal((await verifyAuditLog(folder))[0]?.entries, 61);
  rmSync(join(folder, "0001.00002.jsonl"));
  const [report] = await verifyAuditLog(folder);
  assert.deepEqual(report?.problem, { file: "0001.00002.jsonl", line: 0, what: "is missing" });
});

test("several processes at once: each its own segment, later ones use them again", async (context) => {
  const folder = folderFor(context);
  const count = scale(100, 5000);
  const run = (name: string): Promise<unknown> =>
    new Promise((resolve) => startChild(folder, name, count).on("exit", resolve).stdout.resume());
  for (let round = 0; round < 2; round++)
    assert.deepEqual(await Promise.all(["a", "b", "c"].map(run)), [0, 0, 0]);
  const reports = await verifyAuditLog(folder);
  assert.ok(reports.length <= 3);
  assert.ok(reports.every(({ ok }) => ok));
  assert.equal(
    reports.reduce((sum, { entries }) => sum + entries, 0),
    6 * count,
  );
  let last = "";
  for await (const { time } of readAuditLog(folder)) {
    assert.ok(time >= last, "merged by time");
    last = time;
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.endsWith(".jsonl")),
    ["node", "reserve"],
  );
  const one = await open(context, folder);
  const two = await open(context, folder);
  assert.notEqual(one.anchor()?.segment, two.anchor()?.segment);
});

test("a process that ended without a word: its segment is taken over, by exactly one", async (context) => {
  const folder = folderFor(context);
  await new Promise((resolve) => startChild(folder, "a", 3, "leave").on("exit", resolve).stdout.resume());
  assert.ok(existsSync(join(folder, "0001.lock")));
  const logs = await Promise.all(Array.from({ length: 4 }, () => open(context, folder)));
  for (const log of logs) await log.append({});
  assert.deepEqual(
    logs.map((log) => log.anchor()?.segment),
    ["0001", "0002", "0003", "0004"],
  );
  assert.equal(logs[0]?.anchor()?.seq, 4);
  for (const log of logs) await log.close();
  writeFileSync(join(folder, "0001.lock"), "");
  const after = await open(context, folder);
  assert.equal(after.anchor()?.segment, "0001", "a lock that was never finished");
  await after.close();
  await new Promise((resolve) => startChild(folder, "a", 1, "leave").on("exit", resolve).stdout.resume());
  const lock = join(folder, "0001.lock");
  const left = JSON.parse(readFileSync(lock, "utf8")) as { pid: number; start: string; place: string };
  const segmentNow = async (): Promise<string | undefined> => {
    const log = await openAuditLog({ folder });
    await log.append({});
    await log.close();
    return log.anchor()?.segment;
  };
  if (left.start !== "") {
    writeFileSync(lock, JSON.stringify({ ...left, pid: process.pid }));
    assert.equal(await segmentNow(), "0001", "another process has its number now");
    writeFileSync(
      lock,
      JSON.stringify({ ...left, pid: process.pid, place: left.place.replace(/[^ ]*$/, "boot") }),
    );
    assert.equal(await segmentNow(), "0001", "the machine was started again");
  }
  const foreign = { pid: 1, start: "1", place: "another machine and namespace" };
  writeFileSync(join(folder, "0001.lock"), JSON.stringify(foreign));
  assert.equal((await open(context, folder)).anchor()?.segment, "0002", "who can't be judged is alive");
});

test("racing takeovers of many dead segments never share one", async (context) => {
  const folder = folderFor(context);
  for (let round = 0; round < scale(3, 30); round++) {
    await Promise.all(
      ["a", "b", "c", "d"].map(
        (name) =>
          new Promise((resolve) => startChild(folder, name, 20, "leave").on("exit", resolve).stdout.resume()),
      ),
    );
  }
  const reports = await verifyAuditLog(folder);
  assert.ok(
    reports.every(({ ok }) => ok),
    JSON.stringify(reports),
  );
  assert.equal(
    reports.reduce((sum, { entries }) => sum + entries, 0),
    scale(3, 30) * 80,
  );
});

test("kill -9 while writing: everything acknowledged is there and verifies", async (context) => {
  const folder = folderFor(context);
  let acknowledged = 0;
  for (let round = 0; round < scale(3, 30); round++) {
    const child = startChild(folder, "a", 1e9);
    let mine = 0;
    for await (const _ of createInterface({ input: child.stdout }))
      if (++mine === 50 + round) child.kill("SIGKILL");
    acknowledged += mine;
  }
  const reports = await verifyAuditLog(folder);
  assert.ok(
    reports.every(({ ok }) => ok),
    JSON.stringify(reports),
  );
  assert.ok(reports.reduce((sum, { entries }) => sum + entries, 0) >= acknowledged);
});

test("an unfinished last line is cut and recorded; other damage is left alone", async (context) => {
  const folder = folderFor(context);
  const first = await openAuditLog({ folder });
  for (let i = 0; i < 5; i++) await first.append({ i });
  await first.close();
  const path = join(folder, "0001.00001.jsonl");
  const whole = readFileSync(path);
  const fourth = whole.lastIndexOf(10, whole.length - 2) + 1;
  for (let end = fourth + 1; end < whole.length; end += 7) {
    writeFileSync(path, whole);
    truncateSync(path, end);
    const [torn] = await verifyAuditLog(folder);
    assert.deepEqual([torn?.ok, torn?.entries, torn?.unfinished], [true, 4, true]);
    const log = await openAuditLog({ folder });
    assert.equal(log.anchor()?.seq, 5);
    await log.close();
    const last = linesOf(path).at(-1);
    assert.equal(last?.type, "recovered");
    assert.equal(last?.bytes, end - fourth);
    assert.deepEqual(
      (await verifyAuditLog(folder)).map(({ ok, unfinished }) => [ok, unfinished]),
      [[true, false]],
    );
  }
  let expected = 1;
  for (const junk of [
    "\0\0\0\0",
    "{",
    "garbage",
    '{"seq":7,"time":"',
    '{"seq":6,"time":"2026-01-01T00:00:00.000Z","prev":"00',
  ]) {
    writeFileSync(path, whole);
    appendFileSync(path, junk);
    const [report] = await verifyAuditLog(folder);
    const fits = junk === "{";
    assert.equal(report?.ok, fits, junk);
    const log = await openAuditLog({ folder });
    if (fits) assert.equal(log.anchor()?.segment, "0001");
    else assert.equal(readFileSync(path, "latin1"), whole.toString("latin1") + junk, "evidence stays");
    await log.close();
    if (!fits) expected = 2;
  }
  assert.equal((await verifyAuditLog(folder)).length, expected);
});

test("what cannot be written is said, the chain stays whole, and it goes on when it can", async (context) => {
  const folder = folderFor(context);
  const script = `
    import { openAuditLog } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    const log = await openAuditLog({ folder: process.argv[1] });
    let written = 0; const codes = new Set();
    for (let i = 0; i < 400; i++)
      await log.append({ i, filler: "x".repeat(997) }).then(() => written++, (error) => codes.add(error.code + " " + error.message));
    const short = await log.append({ i: "short" }).then(() => 1, () => 0);
    console.log(JSON.stringify({ written: written + short, codes: [...codes] }));
    process.exit(0);
  `;
  const limited = `trap '' XFSZ; ulimit -f 200; exec "$0" --input-type=module -e "$1" "$2"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", limited, process.execPath, script, folder], {
    encoding: "utf8",
  });
  const { written, codes } = JSON.parse(stdout || stderr) as { written: number; codes: string[] };
  assert.equal(codes.length, 1);
  assert.match(codes[0] ?? "", /^audit\.unwritable .*EFBIG/);
  assert.ok(written > 100 && written < 400);
  assert.deepEqual(await verifyAuditLog(folder), [
    { segment: "0001", ok: true, entries: written, problem: null, unfinished: false },
  ]);
  const log = await open(context, folder);
  await log.append({ after: true });
  assert.equal(log.anchor()?.seq, written + 1);
  const file = join(folder, "..", "file");
  writeFileSync(file, "");
  await assert.rejects(openAuditLog({ folder: join(file, "audit") }), {
    code: "audit.unwritable",
    message: /ENOTDIR/,
  });
});

test("a file removed or written to by others is noticed, then a new segment is used", async (context) => {
  const folder = folderFor(context);
  const log = await open(context, folder);
  await log.append({});
  rmSync(join(folder, "0001.00001.jsonl"));
  await assert.rejects(log.append({}), { code: "audit.unwritable", message: /removed/ });
  await log.append({});
  const path = join(folder, "0001.00001.jsonl");
  assert.equal(linesOf(path).length, 1);
  appendFileSync(path, "injected\n");
  await assert.rejects(log.append({}), { code: "audit.unwritable", message: /changed/ });
  await log.append({});
  assert.equal(log.anchor()?.segment, "0002");
});

test("checkpoints are signed notes that only their key opens", async (context) => {
  const folder = folderFor(context);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const name = "bulkhead.test/audit";
  const log = await open(context, folder, { signer: { name, key: privateKey }, clock: new ManualClock() });
  assert.equal(log.checkpoint(), null);
  await log.append({});
  const note = log.checkpoint() ?? "";
  const { segment = "", seq = 0, hash = "" } = log.anchor() ?? {};
  assert.deepEqual(openCheckpoint(note, { name, publicKey }), {
    segment,
    seq,
    hash,
    time: "2026-01-01T00:00:00.000Z",
  });
  const witness = `${note}— witness.test/x ${Buffer.alloc(68).toString("base64")}\n`;
  assert.ok(openCheckpoint(witness, { name, publicKey }));
  const other = generateKeyPairSync("ed25519").publicKey;
  assert.equal(openCheckpoint(note, { name, publicKey: other }), null);
  assert.equal(openCheckpoint(note, { name: "other.test", publicKey }), null);
  for (let at = 0; at < note.length; at++) {
    if (note[at] === "\n" && at >= note.length - 1) continue;
    const changed = note.slice(0, at) + (note[at] === "1" ? "2" : "1") + note.slice(at + 1);
    const opened = openCheckpoint(changed, { name, publicKey });
    assert.ok(
      opened === null ||
        (changed.slice(0, at) === note.slice(0, at) &&
          JSON.stringify(opened) === JSON.stringify(openCheckpoint(note, { name, publicKey })) &&
          at > note.indexOf("\n\n")),
      `at ${at}`,
    );
  }
  for (const junk of ["", "\n\n", note.slice(0, -20), note.repeat(2).slice(5)])
    assert.equal(openCheckpoint(junk, { name, publicKey }), null);
  assert.throws(
    () => signCheckpoint({ segment: "0001", seq: 1, hash: "00", time: "" }, { name: "a b", key: privateKey }),
    TypeError,
  );
  const plain = await open(context, folder);
  assert.throws(() => plain.checkpoint(), TypeError);
});

test("reading: filters, and following what is written later", async (context) => {
  const folder = folderFor(context);
  const clock = new ManualClock();
  const start = clock.now();
  const one = await open(context, folder, { clock, maxFileBytes: 500 });
  const two = await open(context, folder, { clock });
  for (let i = 0; i < 10; i++) {
    await (i % 2 === 0 ? one : two).append({ i });
    clock.advance(1000);
  }
  const collect = async (filter: Parameters<typeof readAuditLog>[1]): Promise<unknown[]> => {
    const seen = [];
    for await (const { entry } of readAuditLog(folder, filter)) seen.push(entry.i);
    return seen;
  };
  assert.deepEqual(await collect({}), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(await collect({ since: start + 3000, until: start + 6000 }), [3, 4, 5]);
  assert.deepEqual(await collect({ where: ({ entry }) => Number(entry.i) > 7 }), [8, 9]);
  assert.deepEqual(await collect({ signal: AbortSignal.abort() }), []);
  const stop = new AbortController();
  const followed: unknown[] = [];
  const following = (async () => {
    for await (const { entry } of readAuditLog(folder, { follow: true, interval: 5, signal: stop.signal })) {
      followed.push(entry.i);
      if (entry.i === 9) {
        await one.append({ i: 10 });
        clock.advance(1);
        await two.append({ i: 11 });
      }
      if (entry.i === 11) {
        const three = await openAuditLog({ folder, clock });
        await three.append({ i: 12 });
        await three.close();
      }
      if (entry.i === 12) stop.abort();
    }
  })();
  await following;
  assert.deepEqual(followed, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const none = [];
  for await (const record of readAuditLog(join(folder, "none"))) none.push(record);
  assert.deepEqual(none, []);
});
