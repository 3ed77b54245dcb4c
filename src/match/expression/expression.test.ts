import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { samplesOf } from "../../../test/support/expression-samples.ts";
import { scale } from "../../../test/support/scale.ts";
import { members } from "../byte-set.ts";
import { boundsOf } from "./bounds.ts";
import { alignmentOf, guardOf } from "./outline.ts";
import { parseExpression } from "./parse.ts";

const bounds = (source: string) => boundsOf(parseExpression(source));

test("lengths of matches, what stands around them included", () => {
  for (const [source, min, max] of [
    ["abc", 3, 3],
    ["a{2,5}b?", 2, 6],
    ["(?:ab|c)*", 0, Infinity],
    ["a+", 1, Infinity],
    ["(?:sk-|rk_live_)[A-Za-z0-9]{20,}", 23, Infinity],
    ["[^\\]\\\\]{3}\\x41\\u0042\\cA.", 7, 7],
    ["(?<name>a{2})(b|)(?:c){0,3}?", 2, 6],
    ["(?<=xyz)a(?!b{9})\\b$", 1, 1],
    ["(?i:ab{2})(?-i:c)", 4, 4],
    ["(?=a)*b", 1, 1],
    ["a{,3}", 5, 5],
    ["[]", 1, 1],
    ["", 0, 0],
  ] as const) {
    const got = bounds(source);
    assert.deepEqual([got.min, got.max], [min, max], source);
  }
  assert.deepEqual(
    [bounds("(?<=a{3}b?)x(?=y{0,7})"), bounds("\\bx"), bounds("x")].map(({ behind, ahead }) => [
      behind,
      ahead,
    ]),
    [
      [4, 7],
      [1, 1],
      [0, 0],
    ],
  );
});

test("no length is given for what has none, and no tree for what is no expression", () => {
  for (const source of ["(a)\\1", "(?<n>a)\\k<n>", "(", "a{3,1}", "[b-a]"])
    assert.throws(() => parseExpression(source), SyntaxError, source);
});

test("what a part matches is what the engine says", () => {
  for (const source of [
    "[A-C\\d_-]",
    "\\w",
    "\\S",
    ".",
    "[^\\n]",
    "\\.",
    "[\\]^]",
    "(?i:k)",
    "(?i:[a-c])",
    "\\x2d",
    "\\0",
    "[$-&]",
  ]) {
    const node = parseExpression(source);
    assert.equal(node.type, "set", source);
    const one = new RegExp(`^${source}$`);
    const expected = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) =>
      one.test(String.fromCharCode(byte)),
    );
    assert.deepEqual(node.type === "set" ? members(node.set) : [], expected, source);
  }
});

test("nested and overlapping repetitions have many ways, ordinary ones few", () => {
  for (const source of ["(?:a+)+b", "(?:a|a){0,60}b", "(?:a{0,9}){0,40}b", "(?:[a-z]{1,9}[a-z]{1,9}){0,20}!"])
    assert.ok(bounds(source).ways > 30, source);
  for (const source of [
    "a{0,500}b",
    "(?:[a-z]{1,9}\\.){0,40}x",
    "sk-[A-Za-z0-9]{20,60}(?![A-Za-z0-9])",
    '[^"]{0,300}"',
  ])
    assert.ok(bounds(source).ways < 10, source);
});

test("random expressions: no match is longer than the bound", () => {
  const atom = fc.constantFrom("a", "[ab]", "\\w", "[^a]", "b", "(?=a)", "\\b");
  const tree = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => `${a}${b}`),
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(?:${a}|${b})`),
      fc.tuple(tie("node"), fc.nat(2), fc.nat(2)).map(([a, low, more]) => `(?:${a}){${low},${low + more}}`),
    ),
  })).node;
  fc.assert(
    fc.property(tree, fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 40 }), (source, text) => {
      const { min, max } = bounds(source);
      for (const [match] of text.matchAll(new RegExp(source, "g")))
        assert.ok(match.length >= min && match.length <= max, `${source} on ${text}: ${match.length}`);
    }),
    { numRuns: scale(300, 10_000) },
  );
});

test("samples of an expression reach its bounds", () => {
  const node = parseExpression("a[bc]{2,4}(?:d|ef)?");
  const lengths = new Set(fc.sample(samplesOf(node), 500).map(({ length }) => length));
  assert.deepEqual([...lengths].sort(), [3, 4, 5, 6, 7]);
});

test("where a match begins, seen from its literal", () => {
  for (const [source, literals, expected] of [
    ["hf_[a-z]{34}", ["hf_"], 0],
    ["(?:sk-|[rR]k_)x", ["sk-", "rk_"], 0],
    ["(?:sk-|pk-)x", ["sk-"], null],
    ["[0-3]Q~x", ["0Q~", "1Q~", "2Q~", "3Q~"], 0],
    ["[a-z]{3}[01]Q~", ["0Q~", "1Q~"], 3],
    ["[a-z]{2,3}8Q~", ["8Q~"], null],
    ["(?<=[a-z]:)//x", ["://"], -1],
    ["https?://x", ["http"], 0],
    ["(?:ab)?cde", ["cde"], null],
    ["(?:ab|xy)cde", ["cde"], 2],
    ["abc|[x-z]bc", ["abc"], null],
  ] as const)
    assert.equal(alignmentOf(parseExpression(source), literals), expected, source);
});

test("a guard has one item for each byte it is sure of", () => {
  const items = (source: string): string =>
    guardOf(parseExpression(source), 0)
      .right.map(({ set, optional, repeats }) => {
        const text = String.fromCharCode(...members(set).slice(0, 3));
        return `${text}${repeats ? (optional ? "*" : "+") : optional ? "?" : ""}`;
      })
      .join(" ");
  assert.equal(items("ab[cd]"), "a b cd");
  assert.equal(items("a{2}b{1,2}c{1,9}"), "a a b b? c c*");
  assert.equal(items("(?:ab|cd)e"), "ac bd e");
  assert.equal(items("(?:a|bcd)e"), "ab bcd?".replace("bcd?", "abc? abc?") + " e");
  assert.equal(items("(?:xy)?z"), "x? y? z");
  assert.equal(items("(?=q)a(?!z)"), "a");
});
