/** Go's expressions in JavaScript: the same matches and groups as RE2 gives at every place of a text, or no translation at all. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { scale } from "../../../test/support/scale.ts";
import { fromGo, outlineOfGo } from "./go-syntax.ts";

/** First match at or behind each place: where it begins, and all groups. */
function byRe2(source: string, text: string): string[] {
  const matcher = RE2JS.compile(source).matcher(text);
  return Array.from({ length: text.length + 1 }, (_, from) => {
    if (!matcher.find(from)) return "-";
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (__, i) => matcher.group(i) ?? "(none)");
    return `${matcher.start()} ${JSON.stringify(groups)}`;
  });
}

function byTranslation(source: string, text: string): string[] {
  const expression = new RegExp(source, "g");
  return Array.from({ length: text.length + 1 }, (_, from) => {
    expression.lastIndex = from;
    const match = expression.exec(text);
    return match === null
      ? "-"
      : `${match.index} ${JSON.stringify([...match].map((one) => one ?? "(none)"))}`;
  });
}

function same(source: string, text: string): void {
  const translated = fromGo(source, 1000);
  assert.ok(translated !== null, source);
  assert.deepEqual(byTranslation(translated, text), byRe2(source, text), `${source} is ${translated}`);
}

const ALL = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");

test("characters and classes mean the same", () => {
  const sets = String.raw`. \d \D \w \W \s \S \. \x41 \x{7e} \n \t \r \f \v \a [a-c] [^a-c] [\]a] []a] [^]a] [a-] [-a] [\w.-] [^\s"]
    [[:alnum:]] [[:^alpha:]_] [[:space:]] [[:punct:][:digit:]] [[:word:]-] [[:print:]] [[:blank:]] [[:xdigit:]] [[:cntrl:]] [[:graph:]]
    [[:lower:]] [[:upper:]] [[:ascii:]] [\x00-\x1f] [$-&] { } {,2} ] (?i)k (?i)[a-c] (?i)[^a-c] (?i)\x41 (?s). (?s:.)b? (?-s). \Qa.b\E \Q.`;
  // In RE2 K and ſ fold to letters of ASCII; in text of bytes there are no such characters.
  for (const source of sets.split(/\s+/)) same(source, `${ALL}a.b{,2}ab`);
});

test("flags last to the end of their group, edges and lazy repetitions stay", () => {
  for (const source of String.raw`a(?i)b|c
(a(?i)b)c
(?i:a)b
(?i)a(?-i)b
(?i)a(?-i:b)c
(?m)^a$
^a|b$
\Aa
b\z
\bab\b|\Bb
(?U)a+b?
(?U)a+?
a+?b*?
a??b
(?P<x>a)(?<y>b)?
(a|ab)(c|bcd)?
(a){2}
(?:a|b){2,}c
a{3}
x*`.split("\n"))
    for (const text of ["abABab\nba\naabbcc", "aaab abcd AB", "", "b\na\nb"]) same(source, text);
});

test("what JavaScript would take otherwise, or not at all, is not translated", () => {
  for (const source of [
    "(?:a*)*",
    "(?:a|(b))*",
    "(?:(a)b?)+",
    "()*",
    "\\pL",
    "\\p{Greek}",
    "é",
    "[à-é]",
    "\\x{100}",
    "\\C",
    "a**",
    "a{2}{3}",
    "(?=a)",
    "(?!a)",
    "(?<=a)b",
    "(a)\\1",
    "[b-a]",
    "[a",
    "(a",
    "a)",
    "*a",
    "\\",
    "[[:nothing:]]",
    "(?x)a",
    "\\Qab\\E+",
  ])
    assert.equal(fromGo(source, 1000), null, source);
  for (const [source, outline] of [
    ["(?:a*)*b\\pL{2}", "(?:a{0,9}){0,9}b[\\x00-\\xff]{2,2}"],
    ["é", "[\\x00-\\xff]"],
    ["\\C", null],
    ["(?=a)", null],
  ] as const)
    assert.equal(outlineOfGo(source, 9), outline, source);
});

test("random expressions match the same at every place", () => {
  const leaf = fc.constantFrom(
    ..."a b ab [ab] [^a] . \\w \\W \\s \\b \\B ^ $ (?i:a) (?i)b (?m:^) (?m:$) (?s:.) \\n B".split(" "),
  );
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => `${a}${b}`),
      fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(${a}|${b})`),
      fc
        .tuple(
          tie("node"),
          fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{1,3}?"),
        )
        .map(([a, times]) => `(?:${a})${times}`),
      tie("node").map((a) => `(${a})`),
    ),
  }));
  let translations = 0;
  fc.assert(
    fc.property(
      node,
      fc.string({ unit: fc.constantFrom("a", "b", "A", "B", "\n", "\xe4"), maxLength: 12 }),
      (source, text) => {
        const translated = fromGo(source, 1000);
        if (translated === null) return;
        translations++;
        assert.deepEqual(byTranslation(translated, text), byRe2(source, text), `${source} is ${translated}`);
      },
    ),
    { numRuns: scale(1500, 50_000) },
  );
  assert.ok(translations > 500, `control: only ${translations} were translated`);
});
