/** What formats and the detector make of one item together; keys in every carrier are tried in `test/carriers/`. */
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { zipOf } from "../../test/support/archives.ts";
import { fake } from "../../test/support/fake.ts";
import { createDetector } from "../detect/detector.ts";
import { defaultLimits, formats } from "../formats/index.ts";
import { bytesSource } from "../formats/source.ts";
import type { ByteSource } from "../formats/types.ts";
import { providers } from "../providers/index.ts";
import { createContentScanner } from "./content.ts";
import { usualScanner } from "./scanner.ts";
import { usualDetector } from "./usual-detector.ts";

const detector = createDetector({ providers });
const scanner = createContentScanner({ detector, formats, limits: defaultLimits });

/** With all decoders. */
const full = usualScanner(usualDetector());

const key = fake("hf_", 34);
const output = (one: object): string =>
  JSON.stringify({
    cells: [{ cell_type: "code", id: "abcd1234", metadata: {}, outputs: [one], source: ["x"] }],
    nbformat: 4,
  });

const scan = async (path: string, source: ByteSource) => {
  const { found, unread } = await scanner.scan({ path, source });
  return { unread, found: found.filter(({ match }) => match.rule.rank === 0) };
};

test("pictures and ids make no noise", async () => {
  const picture = fake("", 400, "base64").repeat(200);
  const text = output({
    output_type: "display_data",
    data: {
      "image/png": `iVBOR${picture}`,
      "text/html": `<img src="data:image/png;base64,${picture}" token="x">`,
    },
  });
  const { found } = await scanner.scan({ path: "n.ipynb", source: bytesSource(Buffer.from(text)) });
  assert.deepEqual(found, []);
  const raw = Buffer.from(text.replace("iVBOR", `iVBOR${key}`).replace('token=\\"x', `token=\\"${key}`));
  assert.equal((await scan("n.ipynb", bytesSource(raw))).found.length, 1, "the attribute beside it is read");
});

const long = (length: number): string => fake("", length, "alnum", "long");

test("a compressed member is read to its end, however long", async () => {
  const inner = `first ${key}\n${long(3 << 20)}\nlast ${key}\n${long(200_000)}`;
  for (const [name, pack] of [
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ] as const) {
    const member = pack(inner);
    assert.ok(member.length > 2 << 20, "longer than what the decoders see of it");
    const file = Buffer.concat([Buffer.from("\0\x01binary head"), member, Buffer.from("\0tail")]);
    const { found, unread } = await full.scan({ path: "a.bin", source: bytesSource(file) });
    assert.deepEqual(unread, []);
    assert.deepEqual(
      found.map(({ entry, line, column, offset, match }) => [
        entry,
        line,
        column,
        offset,
        match.value.toString(),
      ]),
      [1, 3].map((line) => [`${name} at byte 13`, line, line === 1 ? 7 : 6, 13, key]),
      name,
    );
  }
});

test("an archive in there, and a member in a member", async () => {
  const zip = zipOf([{ name: "big.txt", method: 0, content: `${long(3 << 20)}\n k ${key}` }]);
  const file = Buffer.concat([Buffer.from("\0head"), gzipSync(zip)]);
  const { found, unread } = await full.scan({ path: "a.bin", source: bytesSource(file) });
  assert.deepEqual(unread, []);
  assert.deepEqual(
    found.map(({ entry, line }) => [entry, line]),
    [["gzip at byte 5!big.txt", 2]],
  );
});

test("what cannot be read to its end is named: in a stream, damaged, cut off, or too much", async () => {
  const member = gzipSync(`first ${key}\n${long(3 << 20)}\nlast`);
  const wrapped = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from("\0\x01head"), bytes]);
  const damaged = Buffer.from(member);
  damaged.write(fake("", 100_000, "base64", "damage"), 1_500_000);
  const reasonsOf = async (source: ByteSource): Promise<string> => {
    const { found, unread } = await full.scan({ path: "a.bin", source });
    assert.ok(found.length > 0, "what stands before it is found");
    return unread.map(({ path, reason }) => `${path}: ${reason}`).join("\n");
  };
  const bytes = wrapped(member);
  const stream = { size: null, once: true, chunks: () => [bytes.subarray(0, 99), bytes.subarray(99)] };
  assert.match(await reasonsOf(stream), /^a\.bin: at byte 6: gzip data goes on behind the 1048576 bytes/);
  assert.match(await reasonsOf(bytesSource(wrapped(damaged))), /^a\.bin!gzip at byte 6: gzip: damaged$/);
  assert.match(
    await reasonsOf(bytesSource(wrapped(member.subarray(0, 2_000_000)))),
    /^a\.bin!gzip at byte 6: gzip: truncated$/,
  );
  const many = Buffer.concat(Array.from({ length: 12 }, () => gzipSync(Buffer.alloc(8 << 20, "a"))));
  assert.match(
    await reasonsOf(bytesSource(Buffer.concat([Buffer.from(`${key}\n`), many]))),
    /than is decoded/,
  );
  assert.equal(await reasonsOf(bytesSource(wrapped(gzipSync(`whole ${key}`)))), "", "control");
  assert.equal(await reasonsOf(bytesSource(wrapped(gzipSync(`${key}`).subarray(0, -3)))), "", "a fragment");
});

test("members in members do not make a file longer than it is", async () => {
  // Stored blocks that hold the beginnings of others, each of which runs to the file's end.
  const one = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0xff, 0xff, 0, 0]);
  const file = Buffer.concat([Buffer.from("\0head"), ...Array.from({ length: 300_000 }, () => one)]);
  let read = 0;
  const whole = bytesSource(file);
  const source = {
    ...whole,
    read: (offset: number, length: number) => {
      read += length;
      return whole.read?.(offset, length) ?? new Uint8Array();
    },
  };
  await full.scan({ path: "a.bin", source });
  assert.ok(read < 40 * file.length, `${read / file.length} times`);
});
