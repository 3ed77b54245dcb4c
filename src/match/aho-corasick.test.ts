import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { buildAutomaton } from "./aho-corasick.ts";

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

function all(patterns: readonly Uint8Array[], chunks: readonly Uint8Array[], foldCase = false): string[] {
  const automaton = buildAutomaton(patterns, { foldCase });
  const found: string[] = [];
  let state = automaton.start;
  let base = 0;
  for (const chunk of chunks) {
    state = automaton.scan(chunk, state, (pattern, end) => found.push(`${base + end}:${pattern}`));
    base += chunk.length;
  }
  return found.sort();
}

function naive(patterns: readonly Uint8Array[], text: Buffer): string[] {
  return patterns
    .flatMap((pattern, index) => {
      const found: string[] = [];
      for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1))
        found.push(`${at + pattern.length}:${index}`);
      return found;
    })
    .sort();
}

test("finds overlapping and nested patterns", () => {
  assert.deepEqual(all(["he", "she", "his", "hers"].map(bytes), [bytes("ushers")]), ["4:0", "4:1", "6:3"]);
  assert.deepEqual(all(["a", "a", "aa"].map(bytes), [bytes("aa")]), ["1:0", "1:1", "2:0", "2:1", "2:2"]);
});

test("folds ASCII case only when asked", () => {
  assert.deepEqual(all([bytes("ApI_Key")], [bytes("API_KEY api_key")], true), ["15:0", "7:0"]);
  assert.deepEqual(all([bytes("ApI_Key")], [bytes("API_KEY api_key")]), []);
});

test("refuses an empty pattern, takes an empty list and all 256 bytes", () => {
  assert.throws(() => buildAutomaton([new Uint8Array()]), TypeError);
  assert.deepEqual(all([], [bytes("anything")]), []);
  const every = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(all([every], [bytes("x"), every, every]), ["257:0", "513:0"]);
});

test("depth says how much of a pattern is pending", () => {
  const automaton = buildAutomaton([bytes("secret"), bytes("retry")]);
  const after = (text: string): number =>
    automaton.depth(automaton.scan(bytes(text), automaton.start, () => {}));
  assert.deepEqual(["", "zz", "zse", "secre", "secret", "retr"].map(after), [0, 0, 2, 5, 6, 4]);
});

test("any text in any chunks gives what a naive search gives", () => {
  const letter = fc.constantFrom(0x61, 0x62, 0x41, 0x00, 0xff);
  const word = fc
    .uint8Array({ minLength: 1, maxLength: 5 })
    .map((raw) => raw.map((b) => [0x61, 0x62, 0x41, 0, 255][b % 5] ?? 0));
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 8 }),
      fc.array(letter, { maxLength: 200 }),
      fc.array(fc.nat(200), { maxLength: 6 }),
      (patterns, text, cuts) => {
        const whole = Buffer.from(text);
        const edges = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort(
          (a, b) => a - b,
        );
        const chunks = edges.slice(1).map((edge, i) => whole.subarray(edges[i], edge));
        assert.deepEqual(all(patterns, chunks), naive(patterns, whole));
      },
    ),
    { numRuns: scale(300, 5000) },
  );
});
