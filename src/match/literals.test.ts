import assert from "node:assert/strict";
import test from "node:test";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { byteSet, complement } from "./byte-set.ts";
import type { Guard } from "./guard.ts";
import { createLiteralMatcher, type LiteralPattern } from "./literals.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const patterns = (...texts: string[]): LiteralPattern[] => texts.map((text) => ({ literal: bytes(text) }));

/** `start:pattern` of every hit, through an input of `capacity` bytes that moves on with an overlap. */
function all(
  list: readonly LiteralPattern[],
  text: Uint8Array,
  { capacity = 1 << 16, hits = 4096 } = {},
): string[] {
  const matcher = createLiteralMatcher(list, { capacity, hits });
  const found: string[] = [];
  let base = 0;
  for (let from = 0; ; ) {
    const piece = text.subarray(base, base + capacity);
    matcher.input.set(piece);
    const last = base + piece.length === text.length;
    const to = last ? piece.length : piece.length - matcher.longest;
    matcher.find({ from, to, end: piece.length }, (pattern, start) =>
      found.push(`${base + start}:${pattern}`),
    );
    if (last) return found.sort();
    const keep = Math.min(matcher.longest, to);
    base += to - keep;
    from = keep;
  }
}

const lower = (text: Uint8Array): Buffer =>
  Buffer.from(text.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));

function naive(list: readonly LiteralPattern[], raw: Uint8Array): string[] {
  const text = lower(raw);
  return list
    .flatMap(({ literal }, index) => {
      const found: string[] = [];
      const wanted = lower(literal);
      for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1))
        found.push(`${at}:${index}`);
      return found;
    })
    .sort();
}

test("finds overlapping, nested and equal literals", () => {
  assert.deepEqual(all(patterns("ush", "she", "sher", "ushers", "his"), bytes("ushers")), [
    "0:0",
    "0:3",
    "1:1",
    "1:2",
  ]);
  assert.deepEqual(all(patterns("aaa", "aaa", "aaaa"), bytes("aaaa")), ["0:0", "0:1", "0:2", "1:0", "1:1"]);
});

test("folds the case of ASCII letters and of nothing else", () => {
  assert.deepEqual(all(patterns("ApI_Key"), bytes("API_KEY api_key api\x7fkey")), ["0:0", "8:0"]);
  // Each pair differs by the bit that folds letters.
  for (const [one, other] of ["@`", "[{", "\\|", "]}", "^~", "_\x7f", "\xc0\xe0"].map((pair) => [
    pair[0],
    pair[1],
  ]))
    assert.deepEqual(all(patterns(`ab${one}d`), bytes(`ab${other}d ab${one}d`)), ["5:0"]);
});

test("refuses what is too short, takes an empty list and all 256 bytes", () => {
  assert.throws(() => createLiteralMatcher(patterns("ab"), { capacity: 64 }), TypeError);
  assert.deepEqual(all([], bytes("anything")), []);
  const every = Uint8Array.from({ length: 256 }, (_, i) => i);
  const text = Buffer.concat([bytes("x"), every, every]);
  assert.deepEqual(all([{ literal: every }], text), ["1:0", "257:0"]);
});

test("what is beyond the end of a call is not looked at", () => {
  const matcher = createLiteralMatcher(patterns("secret"), { capacity: 64 });
  matcher.input.set(bytes("secret secret"));
  const ends: number[] = [];
  for (const end of [5, 6, 12, 13]) matcher.find({ from: 0, to: end, end }, () => ends.push(end));
  assert.deepEqual(ends, [6, 12, 13, 13]);
});

test("a full list of hits is emptied and gone on with", () => {
  const text = bytes("token".repeat(5000));
  for (const hits of [0, 1, 7])
    assert.equal(all(patterns("token", "okent", "tok"), text, { hits }).length, 14_999);
});

test("any literals in any text, through any window, as a naive search finds them", () => {
  const letter = fc.constantFrom(0x61, 0x62, 0x41, 0x00, 0xff, 0x5f, 0x7f);
  const literal = fc.uint8Array({ minLength: 3, maxLength: 40 });
  const dense = fc.array(letter, { minLength: 3, maxLength: 20 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(dense, dense, literal), { minLength: 1, maxLength: 30 }),
      fc.array(fc.oneof(letter, fc.nat(29)), { maxLength: 300 }),
      fc.integer({ min: 90, max: 400 }),
      fc.nat(20),
      (literals, parts, capacity, hits) => {
        const text = Buffer.concat(
          parts.map((part) =>
            part < 30 && part > 0 ? (literals[part] ?? Buffer.of(part)) : Buffer.of(part),
          ),
        );
        const list = literals.map((one) => ({ literal: one }));
        assert.deepEqual(all(list, text, { capacity, hits }), naive(list, text));
      },
    ),
    { numRuns: scale(150, 3000) },
  );
});

test("thousands of literals at once", () => {
  const list = Array.from({ length: 3000 }, (_, i) => ({ literal: bytes(`k${(i * 7919).toString(36)}_`) }));
  const text = Buffer.concat(list.flatMap(({ literal }) => [literal, bytes(" ")]));
  assert.deepEqual(all(list, text), naive(list, text));
});

const word = byteSet((byte) => /\w/.test(String.fromCharCode(byte)));
const one = (text: string) => ({
  set: byteSet((byte) => text.includes(String.fromCharCode(byte))),
  optional: false,
  repeats: false,
});
/** `(?<!\w)|(?<=\\n)` then `key`, spaces, `=`, an optional quote, three word characters. */
const guard: Guard = {
  start: 0,
  maxLength: 20,
  left: [[complement(word)], [one("n").set, one("\\").set]],
  right: [
    ...["k", "e", "y"].map(one),
    { ...one(" "), optional: true, repeats: true },
    one("="),
    { ...one("'"), optional: true, repeats: false },
    ...[1, 2, 3].map(() => ({ set: word, optional: false, repeats: false })),
  ],
};

test("a guard rules out what cannot match, and nothing that it cannot see the end of", () => {
  const list = [{ literal: bytes("key"), guard }];
  for (const text of ["key=abc", " key  ='abc'", "\\nkey =abc", "key", " key =", "x key='ab"])
    assert.equal(all(list, bytes(text)).length, 1, text);
  for (const text of ["key=ab ", "xkey=abc", " nkey=abc", "key==abc", "key=''abc", "KEY=abc", "key !"])
    assert.equal(all(list, bytes(text)).length, 0, text);
  assert.equal(all(list, bytes(`key${" ".repeat(13)}=abc`)).length, 1);
  assert.equal(all(list, bytes(`key${" ".repeat(14)}=abc`)).length, 0, "longer than any match");
  assert.equal(all([{ literal: bytes("key"), guard: { ...guard, start: 1 } }], bytes("key=abc")).length, 0);
});

test("each thread has its own", async () => {
  const source = `
    const { parentPort } = require("node:worker_threads");
    import(${JSON.stringify(new URL("literals.ts", import.meta.url).href)}).then(({ createLiteralMatcher }) => {
      const matcher = createLiteralMatcher([{ literal: Buffer.from("needle") }], { capacity: 100 });
      matcher.input.set(Buffer.from("hay needle hay"));
      matcher.find({ from: 0, to: 14, end: 14 }, (pattern, start) => parentPort.postMessage(start));
    });`;
  const worker = new Worker(source, { eval: true });
  const start = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  assert.equal(start, 4);
});
