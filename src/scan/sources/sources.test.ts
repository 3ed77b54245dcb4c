import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { createDetector } from "../../detect/detector.ts";
import { providers } from "../../providers/index.ts";
import { usualScanner } from "../scanner.ts";
import { scanItem, scanTree } from "../tree.ts";
import type { Found } from "../types.ts";
import { follow } from "./follow.ts";
import { type Batch, scanPaths } from "./paths.ts";
import { streamSource } from "./stream.ts";
import { walk } from "./walk.ts";

const detector = createDetector({ providers });
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

const hf = (): string => fake("hf_", 34);

function folder(t: { after(fn: () => void): void }): string {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-sources-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test("a tree gives files alone, named as they are", async (t) => {
  const root = folder(t);
  const key = hf();
  const names = ["line\nbreak.txt", "\u001b[31m.txt", "-rf", " "];
  for (const name of names) writeFileSync(join(root, name), key);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xc3, 0x28])]), key);
  spawnSync("mkfifo", [join(root, "pipe")]);
  const server = createServer().listen(join(root, "socket"));
  await once(server, "listening");
  t.after(() => server.close());
  const special: string[] = [];
  const paths = [
    ...walk(
      root,
      { skipFolders: new Set() },
      { unreadable: assert.fail, special: (path) => special.push(path) },
    ),
  ];
  assert.deepEqual(special, ["pipe", "socket"]);
  const batches: Batch[] = [];
  // Things that took a file's name after the walk: a pipe, a device, nothing.
  const late = ["pipe", "socket", "gone"].map((name) => Buffer.from(name));
  for await (const batch of scanPaths(root, [...paths, ...late], usualScanner(detector))) batches.push(batch);
  const found = batches.flatMap((batch) => batch.found.map(({ path }) => path));
  assert.deepEqual(found.sort(), [...names, Buffer.from([0xc3, 0x28]).toString("utf8")].sort());
  const unread = batches.flatMap((batch) => batch.unread.map(({ path }) => path));
  assert.ok(unread.includes("socket") && unread.includes("gone"));
  const zero = await all(scanPaths("/dev", [Buffer.from("zero")], usualScanner(detector)));
  assert.match(zero[0]?.unread[0]?.reason ?? "", /no regular file/);
});

test("somebody without rights is told what was not read", (t) => {
  const root = folder(t);
  chmodSync(root, 0o755);
  mkdirSync(join(root, "closed"));
  writeFileSync(join(root, "closed", "x"), hf());
  writeFileSync(join(root, "closed.txt"), hf());
  writeFileSync(join(root, "open.txt"), hf());
  chmodSync(join(root, "closed.txt"), 0);
  chmodSync(join(root, "closed"), 0);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(12_345);
  return Promise.resolve(scanTree({ root, detector }))
    .then(async (scan) => {
      const findings = await all(scan);
      assert.deepEqual(
        findings.map(({ finding }) => finding.place.path),
        ["open.txt"],
      );
      assert.deepEqual(scan.summary.unreadable.map(({ path }) => path).sort(), ["closed", "closed.txt"]);
    })
    .finally(() => {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(root, "closed"), 0o755);
    });
});

test("files larger than the buffer, and one that shrinks while it is read", async (t) => {
  const root = folder(t);
  const key = hf();
  const filler = `${"x".repeat(99)}\n`.repeat(30_000);
  writeFileSync(join(root, "big.log"), `${filler}${key}\n${filler}`);
  const scanner = usualScanner({
    ...detector,
    stream: () => {
      const stream = detector.stream();
      return {
        push: (chunk) => (truncateSync(join(root, "big.log"), 100), stream.push(chunk)),
        space: () => stream.space(),
        advance: (length) => stream.advance(length),
        end: () => stream.end(),
      };
    },
  });
  const [before] = await all(scanPaths(root, [Buffer.from("big.log")], usualScanner(detector)));
  assert.deepEqual(
    before?.found[0]?.found.map(({ line, column }) => `${line}:${column}`),
    ["30001:1"],
  );
  const [after] = await all(scanPaths(root, [Buffer.from("big.log")], scanner));
  assert.deepEqual([after?.files, after?.unread], [1, []], "it ends with what there was");
});

test("a stream of any length: lines are counted as it passes", async () => {
  const key = hf();
  const line = `${"y".repeat(199)}\n`;
  async function* chunks(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    for (let i = 0; i < 60; i++) {
      yield Buffer.from(line.repeat(2000));
      if (i % 20 === 10) yield Buffer.from(`abc ${key}\n`);
    }
    yield Buffer.from(`the end: ${key}`);
  }
  const { sightings, bytes } = await scanItem({ path: "-", source: streamSource(chunks()) }, { detector });
  const at = sightings.map(({ finding }) => `${finding.place.line}:${finding.place.column}`);
  assert.deepEqual(at, ["22001:5", "62002:5", "102003:5", "120004:10"]);
  assert.equal(bytes, 60 * 2000 * 200 + 3 * 42 + 46);
});

test("a growing file: keys in two writes, rotation, truncation, an end", async (t) => {
  const root = folder(t);
  const path = join(root, "train.log");
  const stop = new AbortController();
  const [first, second, third, fourth, fifth] = [hf(), hf(), hf(), hf(), hf()];
  const seen: Found[] = [];
  const following = (async () => {
    for await (const found of follow(path, { detector, signal: stop.signal, pollMs: 5 })) seen.push(...found);
  })();
  const until = async (count: number): Promise<void> => {
    while (seen.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  writeFileSync(path, `one\nx ${first}\n${second.slice(0, 10)}`);
  await until(1);
  appendFileSync(path, `${second.slice(10)}\n`);
  await until(2);
  appendFileSync(path, `${"z".repeat(99)}\n`.repeat(2000));
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, `${third}\n`);
  writeFileSync(path, `a\nb\nyy ${fourth}\nmore\nmore\nmore\n`);
  await until(4);
  writeFileSync(path, `${fifth}`);
  await until(5);
  appendFileSync(path, `\n${first}`);
  stop.abort();
  await following;
  const rows = seen.map(({ match, line, column }) => `${match.value.toString()} ${line}:${column}`);
  assert.deepEqual(rows, [
    `${first} 2:3`,
    `${second} 3:1`,
    `${third} 2004:1`,
    `${fourth} 3:4`,
    `${fifth} 1:1`,
    `${first} 2:1`,
  ]);
});

test("scan --follow shows each finding at once and ends on a signal", async (t) => {
  const root = folder(t);
  const path = join(root, "a.log");
  writeFileSync(path, "begin\n");
  const main = join(import.meta.dirname, "..", "..", "..", "test", "support", "cli-main.ts");
  const env = { PATH: process.env.PATH, HOME: root, BULKHEAD_HOME: join(root, "home") };
  const child = spawn(process.execPath, [main, "scan", "--follow", "a.log"], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  appendFileSync(path, `k ${hf()}\n`);
  while (!out.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.match(out, /^a\.log:2:3 {2}\w+ {2}Hugging Face/);
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [3, null]);
});
