import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { bytesSource } from "./source.ts";
import { sqlite } from "./sqlite.ts";
import { defaultLimits } from "./index.ts";
import type { ByteSource } from "./types.ts";

function database(fill: (opened: DatabaseSync) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-sqlite-"));
  try {
    const path = join(folder, "a.db");
    const opened = new DatabaseSync(path);
    fill(opened);
    opened.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Text {
  readonly text: string;
  readonly offsets: readonly number[];
  readonly skipped: readonly string[];
}

async function textOf(source: ByteSource): Promise<Text> {
  const text: string[] = [];
  const offsets: number[] = [];
  const skipped: string[] = [];
  for await (const part of sqlite.fragments(source, defaultLimits, "a.db")) {
    if (part.kind === "skipped") {
      skipped.push(part.reason);
      continue;
    }
    for await (const chunk of part.chunks()) {
      text.push(Buffer.from(chunk).toString("latin1"));
      for (let i = 0; i < chunk.length; i++) offsets.push(part.offsetOf?.(offsets.length) ?? -1);
    }
  }
  return { text: text.join(""), offsets, skipped };
}

const rows = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `value-${i}-${"x".repeat((i * 37) % 900)}-end${i}`);

test("every value is a line of its own, at the place where it stands", async () => {
  const values = [...rows(300), "y".repeat(70_000)];
  const bytes = database((opened) => {
    opened.exec("PRAGMA page_size=1024");
    opened.exec("CREATE TABLE one (a TEXT, b TEXT, c BLOB); CREATE INDEX two ON one (b)");
    const insert = opened.prepare("INSERT INTO one VALUES (?, ?, ?)");
    for (const value of values) insert.run("left", value, Buffer.from("right"));
  });
  const { text, offsets } = await textOf(bytesSource(bytes));
  const lines = new Set(text.split("\n"));
  assert.deepEqual(
    values.filter((value) => !lines.has(value)),
    [],
  );
  const at = text.indexOf(`\n${values[17]}\n`) + 1;
  const place = offsets[at] ?? 0;
  assert.equal(bytes.toString("latin1", place, place + 9), "value-17-");
  assert.ok(!bytes.includes("\nvalue-17-"), "control: there is no line end before it in the file");
});

test("every byte is read once, of deleted rows too", async () => {
  const bytes = database((opened) => {
    opened.exec("CREATE TABLE one (a TEXT, b TEXT)");
    const insert = opened.prepare("INSERT INTO one VALUES (?, ?)");
    for (const value of rows(200)) insert.run("left", value);
    opened.exec("DELETE FROM one WHERE rowid % 3 = 0");
  });
  const { text, offsets } = await textOf(bytesSource(bytes));
  const times = new Uint8Array(bytes.length);
  for (const [i, offset] of offsets.entries())
    if (text[i] !== "\n" && bytes[offset] === text.charCodeAt(i)) times[offset] = (times[offset] ?? 0) + 1;
  // Of a page that goes on elsewhere its number is left out, and what stands behind a value's end.
  assert.ok(times.filter((count) => count === 0).length < 16 * (bytes.length / 4096));
  assert.ok(Math.max(...times) === 1, "none twice");
  assert.ok(text.includes("value-5-"), "deleted: what stood behind its first bytes");
});

test("whatever the pages say, the end is reached in time that grows with the file", async () => {
  const good = database((opened) => {
    opened.exec("PRAGMA page_size=512; CREATE TABLE one (a TEXT)");
    for (const value of rows(60)) opened.prepare("INSERT INTO one VALUES (?)").run(value);
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 60 }),
      fc.nat(good.length),
      async (changes, cut) => {
        const bytes = Buffer.from(good.subarray(0, Math.max(100, good.length - (cut % 3 === 0 ? cut : 0))));
        for (const [at, value] of changes) if (at >= 24 && at < bytes.length) bytes[at] = value;
        const { text } = await textOf(bytesSource(bytes));
        assert.ok(text.length >= bytes.length - 600 * (changes.length + 2));
        assert.ok(text.length <= 3 * bytes.length + 1000);
      },
    ),
    { numRuns: scale(150, 3000) },
  );
  const loop = Buffer.from(good);
  // Each page says that it goes on in itself.
  for (let at = 512; at < loop.length; at += 512) loop.writeUInt32BE(at / 512 + 1, at);
  assert.ok((await textOf(bytesSource(loop))).text.length < 4 * loop.length);
});

test("what only begins like one is read as it is; a stream too long to hold is, and is named", async () => {
  const text = Buffer.from("SQLite format 3\0 and some more words of a text file");
  assert.deepEqual(await textOf(bytesSource(text)), {
    text: text.toString(),
    offsets: [...text.keys()],
    skipped: [],
  });
  const stream = await textOf({ size: null, once: true, chunks: () => [text] });
  assert.equal(stream.text, text.toString());
  assert.match(stream.skipped.join(), /too large/);
});
