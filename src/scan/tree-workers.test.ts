/** Trees over several threads: the same findings in the same order, nothing lost when a thread dies. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { createDetector } from "../detect/detector.ts";
import { packBatch, packPaths, unpackBatch, unpackPaths } from "./packed.ts";
import { ruleNamesPrint } from "./rule-set.ts";
import { inShard, parseShard } from "./shard.ts";
import { usualScanner } from "./scanner.ts";
import { scanTree, type ScanTreeOptions } from "./tree.ts";
import { SMALL } from "./tree-jobs.ts";
import { usualDetector } from "./usual-detector.ts";
import { workerFile } from "./worker-file.ts";

const detector = usualDetector();
const key = (seed: string): string => fake("hf_", 34, "alnum", seed);

function treeOf(
  context: { after(fn: () => void): void },
  files: Iterable<readonly [path: string, content: string | Buffer]>,
): string {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-threads-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Keys in some files, at the end of one that is large, in names that are odd. */
const mixed = (count: number): [string, string | Buffer][] => [
  ...Array.from({ length: count }, (_, i): [string, string] => [
    `${"abc"[i % 3]}/${i}.txt`,
    i % 7 === 0 ? `# above ${i}\ntoken = "${key(`m${i}`)}" # beside\n` : `nothing ${i}\n`,
  ]),
  ["b/large.log", `${"filler line\n".repeat(500_000)}token = "${key("large")}"\n`],
  ["ä ü\n/x.txt", key("odd")],
];

async function collect(root: string, options: Partial<ScanTreeOptions> = {}) {
  const scan = scanTree({ root, detector, keepValues: true, ...options });
  const found: unknown[] = [];
  for await (const { finding, trace, lines, value } of scan) {
    const text = [lines?.line, lines?.above].map((one) => one?.toString("latin1"));
    found.push({ finding, sha256: trace.sha256, weak: trace.weak, text, value: value?.revealText() });
  }
  return { found, summary: scan.summary };
}

test("two threads find what one finds: places, values, the lines beside them, in the same order", async (t) => {
  const root = treeOf(t, mixed(1400));
  const [alone, shared] = [
    await collect(root),
    await collect(root, { threads: { threads: 2, file: workerFile } }),
  ];
  assert.equal(alone.found.length, 202);
  assert.deepEqual(shared, alone);
});

test("one large file is shared: places, lines and what stands across borders are those of one thread", async (t) => {
  const size = detector.parts?.size ?? assert.fail();
  const line = (i: number): string => `${i} ${"filler of a line ".repeat(60)}\n`;
  const filler = Buffer.from(Array.from({ length: 1000 }, (_, i) => line(i)).join(""));
  const make = (coloured: number | null): Buffer => {
    const bytes = Buffer.alloc(Math.ceil(2.6 * size));
    for (let at = 0; at < bytes.length; at += filler.length) filler.copy(bytes, at);
    // A line that is longer than a part has borders.
    bytes.fill("x ", size - 3000, size + 3000);
    const put = (text: string, at: number): void => void bytes.write(text, at, "latin1");
    put(`\ntoken = "${key("first")}" # one\n`, 100);
    for (let i = 0; i < 40; i++) put(` t = "${key(`b${i}`)}" `, size - 2000 + 100 * i);
    put(`v: ${Buffer.from(`{"token": "${key("encoded")}", "x": 1}`).toString("base64")} \n`, 2 * size - 40);
    put(`\n\n  token = "${key("last")}" # end`, bytes.length - 70);
    if (coloured !== null) {
      const [head, tail] = [key("colour").slice(0, 20), key("colour").slice(20)];
      put(` k = "${head}\x1b[31m${tail}\x1b[0m" # coloured \n`, coloured);
    }
    return bytes;
  };
  for (const [coloured, found] of [
    [null, 43],
    [5000, 44],
    [size + 60_000, 44],
  ] as const) {
    const files = [
      ["a.txt", "nothing"],
      ["b.log", make(coloured)],
      ["c.txt", `t = "${key("c")}"`],
    ] as const;
    const root = treeOf(t, files);
    const [alone, shared] = [
      await collect(root),
      await collect(root, { threads: { threads: 2, file: workerFile } }),
    ];
    assert.equal(alone.found.length, found + 1);
    assert.deepEqual(shared, alone);
  }
});

test("a small tree starts no thread; one file more does", async (t) => {
  const few = treeOf(t, mixed(SMALL.files - 3));
  const threads = { threads: 2, file: join(few, "missing.ts") };
  assert.equal((await collect(few, { threads })).summary.files, SMALL.files - 1);
  const many = treeOf(t, mixed(SMALL.files - 2));
  await assert.rejects(collect(many, { threads }), { code: "io.failed" });
});

test("a thread that dies is an error which names the file it was at", async (t) => {
  const root = treeOf(t, [...mixed(1100), ["a/0-deadly.txt", "x"]]);
  const file = join(import.meta.dirname, "../../test/support/deadly-worker.ts");
  await assert.rejects(collect(root, { threads: { threads: 2, file } }), (error: Error) => {
    assert.match(error.message, /cannot read .*a\/0-deadly\.txt: the thread that read it ended with code 7/);
    return true;
  });
  rmSync(join(root, "a/0-deadly.txt"));
  assert.ok(
    (await collect(root, { threads: { threads: 2, file } })).found.length > 50,
    "the file alone kills",
  );
});

test("a thread with other rules than the scan is an error", async (t) => {
  const root = treeOf(t, mixed(1100));
  const other = createDetector({ providers: [] });
  assert.notDeepEqual(ruleNamesPrint(other.rules), ruleNamesPrint(detector.rules));
  assert.deepEqual(ruleNamesPrint(usualDetector().rules), ruleNamesPrint(detector.rules));
  await assert.rejects(
    collect(root, { detector: other, threads: { threads: 2, file: workerFile } }),
    /has other rules than the scan/,
  );
});

test("what threads hand over is zeroed behind them", () => {
  const numbers = new Map(detector.rules.map((rule, number) => [rule, number]));
  const found = usualScanner(detector).plain(Buffer.from(`a = "${key("wiped")}" # why`));
  const { value } = found[0]!.match;
  const copy = Buffer.from(value);
  const batch = { files: 1, bytes: 9, unread: [], found: [{ path: "a", found }] };
  const packed = packBatch(batch, numbers);
  assert.ok(Buffer.from(packed.block).includes(copy), "the value is in the block");
  assert.ok(value.every((byte) => byte === 0));
  const back = unpackBatch(packed, detector.rules);
  assert.ok(packed.block.every((byte) => byte === 0));
  assert.ok(back.found[0]?.found[0]?.match.value.equals(copy));
  assert.equal(back.found[0]?.found[0]?.match.rule, found[0]?.match.rule);
});

test("paths go over as the bytes they are", () => {
  const name = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => bytes.map((byte) => byte || 1));
  fc.assert(
    fc.property(fc.array(name, { maxLength: 9 }), (paths) => {
      const back = [...unpackPaths(packPaths(paths))].map((path) => Buffer.from(path).toString("hex"));
      assert.deepEqual(
        back,
        paths.map((path) => Buffer.from(path).toString("hex")),
      );
    }),
  );
});

test("shards: every file falls to exactly one, and what they find is what the whole scan finds", async (t) => {
  const root = treeOf(t, mixed(60));
  const whole = await collect(root);
  assert.ok(whole.found.length > 8);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 7 }), async (count) => {
      const parts = await Promise.all(
        Array.from({ length: count }, (_, i) => collect(root, { shard: { index: i + 1, count } })),
      );
      const texts = (all: readonly unknown[]): string[] => all.map((one) => JSON.stringify(one)).sort();
      assert.deepEqual(texts(parts.flatMap(({ found }) => found)), texts(whole.found));
      for (const count of ["files", "bytes", "findings"] as const)
        assert.equal(
          parts.reduce((sum, { summary }) => sum + summary[count], 0),
          whole.summary[count],
        );
    }),
    { numRuns: 6 },
  );
  assert.equal((await collect(root, { shard: { index: 1, count: 2 } })).summary.files > 5, true);
});

test("a shard is i/n with i from 1 to n", () => {
  assert.deepEqual(parseShard("2/8"), { index: 2, count: 8 });
  for (const text of ["0/8", "9/8", "1/0", "1", "a/b", "1/2/3", "-1/2", "1/99999", ""])
    assert.equal(parseShard(text), null, text);
  assert.ok(inShard("anything", undefined));
});
