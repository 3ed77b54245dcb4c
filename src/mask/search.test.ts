/** The window filter, the automaton behind it and the text without breaks, against the slow way, at every size of chunk. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { oracle } from "../../test/support/mask-oracle.ts";
import { scale } from "../../test/support/scale.ts";
import { compileMasks, formsOf, type MaskSet } from "./index.ts";

function through(masks: MaskSet, data: Buffer, size: (index: number) => number): Buffer {
  const masker = masks.masker();
  const out: Buffer[] = [];
  for (let at = 0, index = 0; at < data.length; index++) {
    const to = Math.min(data.length, at + size(index));
    out.push(...masker.push(Buffer.from(data.subarray(at, to))));
    at = to;
  }
  out.push(...masker.flush());
  return Buffer.concat(out);
}

const BREAKS = [
  "\n",
  "\r\n",
  "\\\n",
  "\n   ",
  "\u001b[0m",
  "\u001b[1;31m",
  "\u001b]8;;x\u0007",
  "\u001b(B",
  "\r",
  "\n\\\n",
  "\n\u001b[2K ",
];
/** Also what only looks like a break. */
const NOISE = [
  "\u001b",
  "\u001b[",
  "\u001b[999",
  "\\",
  "\u001b]0;",
  " ",
  "\n",
  "\u001b\\",
  "\u001b[3\u001b[m",
  "é",
  "\0",
];

/** Deterministic, so that a failure can be run again. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Made {
  readonly values: readonly Buffer[];
  readonly data: Buffer;
}

/** Ordinary text in which forms of values stand whole, cut short, broken up and one in another. */
function make(seed: number, size: number, alphabet: string): Made {
  const random = generator(seed);
  const text = (length: number): string =>
    Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
  const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;
  const values = Array.from({ length: 1 + random(4) }, () => Buffer.from(text(6 + random(40)))).filter(
    (value) => value.toString().trim().length >= 6,
  );
  const patterns = values.flatMap(formsOf);
  const parts: Buffer[] = [];
  for (let length = 0; length < size; ) {
    const kind = random(8);
    let part: Buffer;
    if (kind < 3) part = Buffer.from(`${text(random(200))}${random(2) === 0 ? "\n" : ""}`);
    else if (kind === 3) part = Buffer.from(pick(NOISE));
    else if (patterns.length === 0) part = randomBytes(3);
    else {
      const whole = pick(patterns);
      if (kind === 4) part = whole;
      else if (kind === 5) part = whole.subarray(random(4), whole.length - random(4));
      else {
        const step = 1 + random(whole.length);
        const pieces: Buffer[] = [];
        for (let at = 0; at < whole.length; at += step)
          pieces.push(
            whole.subarray(at, at + step),
            Buffer.from(kind === 6 ? pick(BREAKS) : pick([...BREAKS, ...NOISE])),
          );
        part = Buffer.concat(pieces);
      }
    }
    parts.push(part);
    length += part.length;
  }
  return { values, data: Buffer.concat(parts) };
}

const ALPHABETS = [
  "ab",
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
  "a \n\\\u001b[",
  "ab=\"' é",
];

test("any values in any text, broken up in any way, through any chunks", () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 31),
      fc.nat(ALPHABETS.length - 1),
      fc.constantFrom(1, 7, 64, 513, 2000, 100_000),
      fc.boolean(),
      (seed, alphabet, chunk, breaks) => {
        const { values, data } = make(seed, 6000, ALPHABETS[alphabet] as string);
        const masks = compileMasks({ values, breaks });
        const random = generator(seed + 1);
        const written = through(masks, data, () => 1 + random(2 * chunk));
        const patterns = values.filter((value) => new Set(value).size > 1).flatMap(formsOf);
        assert.equal(written.toString("latin1"), oracle(data, patterns, { breaks }).toString("latin1"));
      },
    ),
    { numRuns: scale(150, 4000) },
  );
});

test("text without values passes at once, whatever the chunks", () => {
  const masks = compileMasks({ values: [Buffer.from(fake("sk-", 40))] });
  const line = "2026-11-21 10:00:00 step 12 loss 0.42\n";
  const masker = masks.masker();
  for (const text of [line, line.repeat(100), "\u001b[32m? \u001b[0mName: ", "Password: ", line.repeat(9000)])
    assert.equal(Buffer.concat(masker.push(Buffer.from(text))).toString(), text);
  assert.deepEqual(masker.flush(), []);
});

test("what ends a line after less than four bytes of a value is not held back", () => {
  const masker = compileMasks({ values: [Buffer.from("swordfish-9")] }).masker();
  const push = (text: string): string => Buffer.concat(masker.push(Buffer.from(text))).toString();
  assert.equal(push("words\n"), "words\n");
  assert.equal(push("wordfish-9!"), "***!", "the rest of it is masked nevertheless");
  assert.equal(push("sword\n"), "");
  assert.equal(push("fish-8"), "sword\nfish-8");
});

test("a value that is added is masked from there on, in every stream, also where it had begun", () => {
  const masks = compileMasks({ values: [Buffer.from("first-value")] });
  const [one, two] = [masks.masker(), masks.masker()];
  const push = (masker: typeof one, text: string): string =>
    Buffer.concat(masker.push(Buffer.from(text))).toString();
  assert.equal(push(one, "second-value first-"), "second-value ");
  assert.equal(masks.add({ name: "late", value: Buffer.from("second-value") }), null);
  assert.equal(push(one, "value second-value"), "*** ***");
  assert.equal(push(two, "second-value"), "***");
  assert.deepEqual(one.hits().get("late"), 1);
  assert.deepEqual(masks.add({ name: "word", value: Buffer.from("password") }), {
    name: "word",
    why: "common",
  });
});

test("a finder says where values are", () => {
  const masks = compileMasks({ values: [{ name: "key", value: Buffer.from("swordfish-9") }] });
  const data = Buffer.from(`${"x".repeat(1000)}swordfish-9 ${Buffer.from("swordfish-9").toString("hex")}`);
  for (const size of [1, 13, 5000]) {
    const finder = masks.finder();
    const found = [];
    for (let at = 0; at < data.length; at += size) found.push(...finder.push(data.subarray(at, at + size)));
    found.push(...finder.flush());
    assert.deepEqual(found, [
      { start: 1000, end: 1011, names: ["key"] },
      { start: 1012, end: 1034, names: ["key"] },
    ]);
  }
});

test("what seemed a control sequence and is none, at the end of a chunk", () => {
  const masker = compileMasks({ values: [Buffer.from("swordfish-99")] }).masker();
  const push = (text: string): string => Buffer.concat(masker.push(Buffer.from(text))).toString();
  assert.equal(push("\u001b]0;swordf\u001b"), "\u001b]0;", "the title may go on, or the value");
  assert.equal(push("[0mish-99 "), "*** ");
});

test("a broken value that ends with what might begin a break", () => {
  const masks = compileMasks({ values: [Buffer.from("sword-fish\\")] });
  assert.equal(through(masks, Buffer.from("sword-\nfish\\"), () => 100).toString(), "***");
});

test("a value like the rest of a control sequence is none inside one, wherever the filter looks first", () => {
  const masks = compileMasks({ values: [Buffer.from("31mABCDEFGHIJKLMNOP")] });
  for (let before = 600; before < 640; before++) {
    const text = `${".".repeat(before)}\u001b[31mABCDEFGHIJKL\nMNOP`;
    assert.equal(through(masks, Buffer.from(text), () => 10_000).toString(), text);
  }
});
