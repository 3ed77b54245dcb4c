/** What the formats do with hostile and broken files: an end, a reason, bounded memory, and never an exception. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { tarOf, type ZipPart, zipOf } from "../../test/support/archives.ts";
import { scale } from "../../test/support/scale.ts";
import { defaultLimits, formatOf, formats } from "./index.ts";
import { stepOf } from "./log.ts";
import { pieces } from "./pieces.ts";
import { bytesSource } from "./source.ts";
import type { ByteSource, FormatLimits } from "./types.ts";

interface Seen {
  /** `entry|within: text`; text cut. */
  readonly texts: string[];
  readonly skipped: string[];
  bytes: number;
}

async function read(
  path: string,
  source: ByteSource | Buffer,
  limits: Partial<FormatLimits> = {},
): Promise<Seen> {
  const seen: Seen = { texts: [], skipped: [], bytes: 0 };
  const options = {
    path,
    source: Buffer.isBuffer(source) ? bytesSource(source) : source,
    formats,
    limits: { ...defaultLimits, ...limits },
    wrap: (one: ByteSource) => one,
  };
  for await (const piece of pieces(options)) {
    if (piece.kind === "skipped") seen.skipped.push(`${piece.name}: ${piece.reason}`);
    else {
      let text = "";
      for await (const chunk of piece.chunks()) {
        seen.bytes += chunk.length;
        if (text.length < 1000) text += Buffer.from(chunk.subarray(0, 1000)).toString("latin1");
      }
      seen.texts.push(`${piece.entry ?? ""}|${piece.within ?? ""}: ${text}`);
    }
  }
  return seen;
}

const piped = (bytes: Buffer, size = 1000): ByteSource => ({
  size: null,
  once: true,
  *chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  },
});

test("a tar file by its programs: long names, pax records, links, devices", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-tar-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const long = `${"n".repeat(120)}-ü.txt`;
  writeFileSync(join(folder, long), "long one");
  writeFileSync(join(folder, "short"), "short one");
  spawnSync("ln", ["-s", "/etc/passwd", join(folder, "link")]);
  spawnSync("ln", [join(folder, "short"), join(folder, "zz-hard")]);
  spawnSync("mkfifo", [join(folder, "pipe")]);
  for (const format of ["gnu", "pax", "ustar"]) {
    const archive = join(folder, "..", `${format}-${process.pid}.tar`);
    const names = format === "ustar" ? ["short"] : [long, "short"];
    const made = spawnSync("tar", [
      "-C",
      folder,
      `--format=${format}`,
      "-cf",
      archive,
      "link",
      "pipe",
      "zz-hard",
      ...names,
    ]);
    t.after(() => rmSync(archive, { force: true }));
    assert.equal(made.status, 0, String(made.stderr));
    const { texts, skipped } = await read("a.tar", readFileSync(archive));
    const expected = format === "ustar" ? [] : [`${long}|: long one`];
    assert.deepEqual(skipped, []);
    assert.deepEqual(
      texts
        .map((text) => Buffer.from(text, "utf8").toString("utf8"))
        .filter((text) => !text.startsWith("zz-hard")),
      texts.some((text) => text.startsWith("zz-hard")) ? expected : [...expected, "short|: short one"],
      format,
    );
    assert.ok(
      texts.some((text) => text.endsWith("short one")),
      "the content of a hard link is there once",
    );
  }
});

test("links, devices and names that climb are only names", async () => {
  const archive = tarOf([
    { name: "../../../etc/x", content: "one" },
    { name: "link", type: "2", link: "/etc/passwd", size: 5000 },
    { name: "/absolute", content: "two" },
    { name: "device", type: "3" },
    { name: "next", content: "three" },
  ]);
  assert.deepEqual((await read("a.tar", archive)).texts, [
    "../../../etc/x|: one",
    "/absolute|: two",
    "next|: three",
  ]);
  const behind = Buffer.concat([archive, tarOf([{ name: "behind the end", content: "four" }])]);
  assert.equal((await read("a.tar", behind)).texts.at(-1), "behind the end|: four");
});

test("bombs end with a reason, in little memory", async () => {
  // Ten gigabytes of zeros, made of one deflated piece that is repeated: every block ends on a byte, none is the last.
  const block = deflateRawSync(Buffer.alloc(8 << 20), { finishFlush: 2 });
  const packed = Buffer.concat([...new Array<Buffer>(1280).fill(block), Buffer.from([3, 0])]);
  const before = process.memoryUsage().rss;
  const zip = await read(
    "a.zip",
    zipOf([
      { name: "zeros", packed },
      { name: "after", content: "seen" },
    ]),
  );
  assert.match(zip.skipped.join(), /^zeros: packed more than \d+ times, which is taken for a bomb$/);
  assert.ok(zip.bytes < 200 << 20 && zip.texts.at(-1) === "after|: seen", "the others are read");
  const trailer = Buffer.alloc(8);
  const gzip = await read("a.gz", Buffer.concat([gzipSync("").subarray(0, 10), packed, trailer]));
  assert.match(gzip.skipped.join(), /bomb/);
  const zstd = await read("a.zst", zstdCompressSync(Buffer.alloc(300 << 20)));
  assert.match(zstd.skipped.join(), /bomb/);
  assert.ok(process.memoryUsage().rss - before < 900 << 20);
});

test("what all entries unpack to is limited, and their count, whatever the nesting", async () => {
  const megabyte = Buffer.alloc(1 << 20, "x");
  const inner = zipOf([1, 2, 3, 4].map((i) => ({ name: `${i}`, content: megabyte })));
  const outer = zipOf([1, 2, 3, 4].map((i) => ({ name: `${i}.zip`, content: inner })));
  const { skipped, bytes } = await read("a.zip", outer, { unpackedBytes: 6 << 20 });
  assert.deepEqual(skipped, ["2.zip!3: unpacks to more than the limit of 6291456 bytes"]);
  assert.ok(bytes <= 6 << 20);
  assert.equal((await read("a.zip", outer)).bytes, 16 << 20, "without the limit all is read");
  assert.deepEqual((await read("a.zip", outer, { entries: 7 })).skipped, ["2.zip: more than 7 entries"]);
});

test("gzip in gzip, thousands deep", async () => {
  let bytes: Buffer = Buffer.from("deepest");
  for (let i = 0; i < scale(1000, 10_000); i++) bytes = gzipSync(bytes, { level: 0 });
  const { skipped, texts } = await read("a.gz", bytes);
  assert.match(skipped.join(), /^[a!.gz]*: archives in archives, more than 16 deep$/);
  assert.deepEqual(texts, []);
  let eight: Buffer = Buffer.from("eight deep");
  for (let i = 0; i < 8; i++) eight = i % 2 === 0 ? gzipSync(eight) : zipOf([{ name: "x", content: eight }]);
  assert.match((await read("a", eight)).texts.join(), /eight deep$/);
});

test("entries that share their bytes are read once", async () => {
  const one: ZipPart = { name: "one", content: "content" };
  const archive = zipOf([
    one,
    { name: "two", content: "content", sameAs: "one" },
    { name: "three", content: "3" },
  ]);
  const { texts, skipped } = await read("a.zip", archive);
  assert.deepEqual(texts, ["one|: content", "three|: 3"]);
  assert.deepEqual(skipped, ["two: overlaps another entry"]);
});

test("sizes that lie", async () => {
  const small = zipOf([
    { name: "a", content: "content", size: 3 },
    { name: "b", content: "next" },
  ]);
  assert.deepEqual((await read("a.zip", small)).texts, ["a|: content", "b|: next"]);
  const huge = zipOf([{ name: "a", content: "content", size: 0xffff_fffe, packedSize: 0x7fff_ffff }]);
  assert.deepEqual((await read("a.zip", huge)).texts, ["a|: content"]);
  const stored = await read(
    "a.zip",
    zipOf([{ name: "a", method: 0, content: "content", packedSize: 1 << 20 }]),
  );
  assert.match(stored.texts.join(), /^a\|: content/);
  assert.deepEqual(stored.skipped, ["a: truncated"]);
  const tar = tarOf([{ name: "a", content: "content", size: 8 ** 11 - 1 }]);
  assert.deepEqual((await read("a.tar", tar)).skipped, ["a: truncated"]);
  assert.match((await read("a.tar", tar)).texts.join(), /^a\|: content/);
});

test("what is cut off is named, what was there before is read", async () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `line ${i * i}\n`).join("");
  const gzip = await read("a.log.gz", gzipSync(text).subarray(0, -2000));
  assert.deepEqual(gzip.skipped, [": gzip: truncated"]);
  assert.ok(gzip.bytes > 100_000);
  assert.ok((await read("a.log.zst", zstdCompressSync(text).subarray(0, -20))).skipped.length === 1);
  const parts = [
    { name: "a", content: "first" },
    { name: "b", method: 0, content: "second" },
    { name: "c", content: text },
  ];
  for (const descriptor of [false, true]) {
    const archive = zipOf(parts.map((part) => ({ ...part, descriptor: descriptor && part.method !== 0 })));
    const zip = await read("a.zip", archive.subarray(0, archive.length - 4000));
    assert.equal(zip.skipped[0], ": zip: truncated, it has no directory");
    const entries = zip.texts.filter((one) => /^[abc]/.test(one)).map((one) => one.slice(0, 9));
    assert.deepEqual(entries, ["a|: first", "b|: secon", "c|: line "]);
    assert.equal((await read("a.zip", archive)).skipped.length, 0, "whole, it is read whole");
  }
  const tar = tarOf([
    { name: "a", content: "first" },
    { name: "b", content: text },
  ]);
  const cut = await read("a.tar", tar.subarray(0, 5000));
  assert.deepEqual(cut.skipped, ["b: truncated"]);
  assert.equal(cut.texts.length, 2);
});

test("encrypted entries and formats that nobody opens are named", async () => {
  const zip = zipOf([
    { name: "secret", flags: 1, content: "x" },
    { name: "odd", method: 14, content: "y" },
    { name: "plain", content: "z" },
  ]);
  const { skipped, texts } = await read("a.zip", zip);
  assert.deepEqual(skipped, ["secret: encrypted", "odd: packed by method 14, which is not read"]);
  assert.deepEqual(texts, ["plain|: z"]);
  const magic: Readonly<Record<string, string>> = {
    "7z": "377abcaf271c0004",
    rar: "526172211a0700",
    xz: "fd377a585a000004",
    bzip2: "425a6839314159265359",
    lz4: "04224d1864",
  };
  for (const [title, hex] of Object.entries(magic))
    assert.deepEqual((await read("a.bin", Buffer.from(hex, "hex"))).skipped, [
      `: ${title} files are not opened`,
    ]);
  assert.equal((await read("a.txt", Buffer.from("BZh is no archive"))).skipped.length, 0);
});

test("a stream gives what a file gives", async () => {
  const inner = tarOf([{ name: "z.zip", content: zipOf([{ name: "n.txt", content: "text" }]) }]);
  for (const [path, bytes] of [
    ["a.tgz", gzipSync(inner)],
    ["a.tar", inner],
    ["a.zip", zipOf([{ name: "t.tar", content: inner }])],
  ] as const) {
    const whole = await read(path, bytes);
    assert.ok(whole.texts.join().endsWith("n.txt|: text"));
    assert.deepEqual(await read(path, piped(bytes, 7)), whole);
  }
});

test("steps of GitHub's archives", () => {
  assert.equal(stepOf("1_build.txt"), "job build");
  assert.equal(stepOf("build (3.12)/4_Run tests.txt"), "job build (3.12), step 4 (Run tests)");
  assert.equal(stepOf("notes.txt"), "");
});

/** Bytes near the real thing: valid files with some bytes changed, cut, or put together. */
const seeds: readonly (readonly [string, Buffer])[] = [
  [
    "a.zip",
    zipOf([
      { name: "a", content: "one" },
      { name: "b", method: 0, content: "two" },
      { name: "c", descriptor: true, content: "x".repeat(999) },
    ]),
  ],
  [
    "a.tar",
    tarOf([
      { name: "a", content: "one" },
      { name: "x", type: "x", content: "20 path=other-name\n" },
      { name: "b", content: "y".repeat(700) },
    ]),
  ],
  ["a.gz", gzipSync("some text, some text")],
  ["a.zst", zstdCompressSync("some text, some text".repeat(100))],
  [
    "n.ipynb",
    Buffer.from(
      JSON.stringify({
        cells: [
          {
            source: ["a\n", "\u001b[31mb\ud83d\ude00"],
            outputs: [{ data: { "text/html": "<p a='&lt;'>x</p>", "image/png": "AAAA" } }],
          },
        ],
        metadata: {},
      }),
    ),
  ],
  ["1_a.txt", Buffer.from("2026-01-01T00:00:00.0000000Z one\n2026-01-01T00:00:00.0000000Z \u001b[31mtwo\n")],
];

for (const [path, seed] of seeds)
  test(`${path}: broken in any way it ends, and a stream agrees with a file`, async () => {
    assert.notEqual(formatOf(formats, path, seed.subarray(0, 512)), null);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(seed.length),
        fc.integer({ min: 1, max: 600 }),
        fc.boolean(),
        async (changes, cut, size, whole) => {
          const bytes = Buffer.from(seed);
          for (const [at, byte] of changes) if (at > 5) bytes[at] = byte;
          const broken = whole ? bytes : bytes.subarray(0, cut);
          const limits = { unpackedBytes: 1 << 20 };
          const file = await read(path, broken, limits);
          const stream = await read(path, piped(broken, size), limits);
          assert.deepEqual(stream.texts, file.texts);
        },
      ),
      { numRuns: scale(150, 5000) },
    );
  });

test("notebooks: every string is given, whatever the nesting, cut anywhere", async () => {
  const strings = fc.string({
    minLength: 9,
    maxLength: 20,
    unit: fc.constantFrom("a", "b", '"', "\\", "\n", "é", "😀", "{", ","),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(strings, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom("source", "attachments", "metadata"),
      fc.boolean(),
      async (lines, size, part, escaped) => {
        let text = JSON.stringify({ cells: [{ cell_type: "code", [part]: lines }] });
        if (escaped)
          text = text.replace(
            /[\u0080-\uffff]/g,
            (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
          );
        const { texts } = await read("n.ipynb", piped(Buffer.from(text), size));
        const expected = part === "source" ? [lines.join("")] : lines;
        const all = Buffer.from(texts.join("\n"), "latin1").toString("utf8");
        for (const one of expected)
          assert.ok(all.includes(one), `${JSON.stringify(one)} in ${JSON.stringify(all)}`);
      },
    ),
    { numRuns: scale(200, 5000) },
  );
});

test("a name decides only where the format says so", () => {
  const heads = [
    Buffer.from('{"cells": []}'),
    Buffer.from("2026-01-01T00:00:00.0000000Z start\n"),
    Buffer.from("plain text\n"),
    tarOf([{ name: "a.txt", content: "x" }]).subarray(0, 512),
    zipOf([{ name: "a.txt", content: "x" }]).subarray(0, 512),
    gzipSync("x"),
  ];
  const names = ["a.ipynb", "a.py", "a.tar", "a.tgz", "a.tar.gz", "Makefile", "a.log", "a.txt", "x.json"];
  let decided = 0;
  for (const format of formats)
    for (const head of heads)
      for (const name of names)
        if (format.matches(name, head) && !format.matches("", head)) {
          decided++;
          assert.ok(format.named?.test(name), `${format.id}: ${name}`);
        }
  assert.ok(decided > 0, "some do go by the name");
});
