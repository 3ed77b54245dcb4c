import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { sourceFile, written } from "../spans.ts";
import { parseBulk } from "./bulk.ts";
import { parseLenient } from "./lenient.ts";
import { parseYaml } from "./parse.ts";
import { parseQuick } from "./quick.ts";
import type { ParsedYaml, YamlNode } from "./types.ts";

const file = (text: string) => sourceFile("w.yml", text);

/** With every offset and style. */
const exact = ({ documents }: ParsedYaml): unknown => documents.map(places);
function places(node: YamlNode | null): unknown {
  if (node === null) return null;
  if (node.kind === "scalar") return [node.value, node.start, node.end, node.style];
  if (node.kind === "list") return [node.start, node.end, node.items.map(places)];
  return [
    node.start,
    node.end,
    node.entries.map(({ name, nameSpan, value }) => [name, nameSpan.start, nameSpan.end, places(value)]),
  ];
}

/** Values alone. */
function values(node: YamlNode | null | undefined): unknown {
  if (node === null || node === undefined) return null;
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(values);
  return Object.fromEntries(node.entries.map(({ name, value }) => [name, values(value)]));
}
const read = (text: string): unknown => values(parseYaml(file(text)).documents[0]);
const problems = (text: string): string[] => parseYaml(file(text)).problems.map(({ id }) => id);

/** Forms that workflows have; the quick reader takes them all. */
const USUAL = [
  "a: b\n",
  "a: b",
  "---\n# c\na: b\n",
  "# c\n\na:   b   # c\n",
  "on: push\njobs:\n  a:\n    steps:\n    - run: x\n    - uses: y@z # v1\n      with:\n        k: v\n",
  "a:\n  - 1\n  -   x: 1\n      y: 2\n  - - p\n    - q\n",
  "a:\nb:\n  # nothing\nc: ''\n",
  "a: |\n  x\n    y\n\n  z\n\n\nb: 1\n",
  "a: |-\n  x\nb: >\n  p\n  q\n\n  r\nc: >-\n  s\n",
  "a: |+\n  x\n\nb: 1\n",
  "a: |2\n   x\nb: 1\n",
  "steps:\n- run: |\n    a: b # no comment\n    - c\n  env: {A: 'x', \"B\": y z, C: [1, 2]}\n",
  "a: [x, 'y', \"z\", -1, a:b]\nb: []\nc: {}\n",
  "a: [\n  x, # c\n  y\n  ]\n",
  'a: \'it\'\'s\'\nb: "t\\tq\\"\\u00e9"\nc: "#"\nd: a#b\ne: a:b\n',
  "a: x &&\n  y &&\n\n  z\nb: 1\n",
  "'k k': 1\n\"q\": 2\nk k: 3\n",
  'a: ${{ x }}\nb: "${{ y }}"\n',
  "- a\n- b: c\n  d: e\n",
];

test("the quick reader gives what the complete ones give, to the character", () => {
  for (const text of USUAL) {
    const quick = parseQuick(file(text));
    assert.ok(quick !== null, JSON.stringify(text));
    assert.deepEqual(exact(quick), exact(parseBulk(file(text))), JSON.stringify(text));
    assert.deepEqual(
      quick.documents.map(values),
      parseLenient(file(text)).documents.map(values),
      JSON.stringify(text),
    );
  }
});

test("what is not usual is left to them", () => {
  for (const text of [
    "a: &x 1\nb: *x\n",
    "a: !!str 1\n",
    "a:\tb\n",
    "a: b\r\n",
    "--- \na: 1\n---\nb: 2\n",
    "? a\n: b\n",
    "a: b: c\n",
    "a: 'x\n  y'\n",
    "a: {b}\n",
    "a: [b: c]\n",
    "a:\n  b: 1\n c: 2\n",
    "a: >\n  x\n    y\n",
    "a: @x\n",
    "",
  ])
    assert.equal(parseQuick(file(text)), null, JSON.stringify(text));
});

test("mangled documents: never a throw, and no other answer than the complete reader's", () => {
  const lines = fc.constantFrom(
    ...USUAL.flatMap((text) => text.split("\n")),
    "  k: v",
    "   - x",
    "]",
    "  }",
    "- ",
    ":",
    "a: 'b",
    "  # c",
    "      deep: 1",
  );
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 14 }), fc.nat(6), (parts, indent) => {
      const text = parts.map((line, at) => (at % 3 === 1 ? " ".repeat(indent) + line : line)).join("\n");
      const quick = parseQuick(file(text));
      assert.doesNotThrow(() => parseYaml(file(text)));
      if (quick === null) return;
      let complete: ParsedYaml;
      try {
        complete = parseBulk(file(text));
      } catch {
        complete = parseLenient(file(text));
        assert.deepEqual(
          complete.problems.filter(({ id }) => id === "syntax"),
          [],
          `accepted: ${JSON.stringify(text)}`,
        );
        assert.deepEqual(quick.documents.map(values), complete.documents.map(values));
        return;
      }
      assert.deepEqual(exact(quick), exact(complete), JSON.stringify(text));
    }),
    { numRuns: 3000 },
  );
});

test("anchors, aliases and merge keys", () => {
  assert.deepEqual(read("x: &a {p: 1, q: 2}\ny:\n  <<: *a\n  q: 3\nz: *a\n"), {
    x: { p: "1", q: "2" },
    y: { q: "3", p: "1" },
    z: { p: "1", q: "2" },
  });
  assert.deepEqual(read("a: &a {p: 1}\nb: &b {p: 2, q: 2}\nc:\n  <<: [*a, *b]\n"), {
    a: { p: "1" },
    b: { p: "2", q: "2" },
    c: { p: "1", q: "2" },
  });
  assert.deepEqual(problems("a: *missing\n"), ["unknown-anchor"]);
  assert.deepEqual(problems("a: &x\n  b: *x\n"), ["unknown-anchor"]);
});

test("a bomb of aliases is refused before anybody walks it", () => {
  let text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (let level = 1; level < 12; level++)
    text += `a${level}: &a${level} [${Array(9)
      .fill(`*a${level - 1}`)
      .join(", ")}]\n`;
  assert.deepEqual(problems(text), ["too-large"]);
  assert.deepEqual(parseYaml(file(text)).documents, []);
});

test("nesting beyond any workflow's is refused, in every style", () => {
  for (const text of [
    "[".repeat(5000),
    `${"[".repeat(5000)}${"]".repeat(5000)}`,
    "{a: ".repeat(5000),
    Array.from({ length: 3000 }, (_, at) => `${" ".repeat(at)}a:\n`).join(""),
  ])
    assert.ok(problems(text).length > 0, text.slice(0, 10));
});

test("of a key that stands twice the last one counts, and it is said", () => {
  for (const text of ["a: 1\nb: 2\na: 3\n", "{a: 1, b: 2, a: 3}\n", "a: &x 1\nb: 2\na: 3\n"]) {
    assert.deepEqual(read(text), { b: "2", a: "3" }, text);
    assert.deepEqual(problems(text), ["duplicate-key"], text);
  }
});

test("`on:` stays a word; brackets at their key's indentation are valid", () => {
  assert.deepEqual(read("on: yes\n"), { on: "yes" });
  assert.deepEqual(read("a:\n  b: [\n    x\n  ]\nc: 1\n"), { a: { b: ["x"] }, c: "1" });
  assert.deepEqual(problems("a:\n  b: [\n    x\n  ]\nc: 1\n"), []);
});

test("a tab as indentation is named, and the rest is kept", () => {
  const parsed = parseYaml(file("a: 1\nb:\n\tc: 2\n"));
  assert.ok(parsed.problems.some(({ id }) => id === "syntax"));
  assert.deepEqual((values(parsed.documents[0]) as { a: string }).a, "1");
});

test("fifty thousand lines", () => {
  const text = `jobs:\n${Array.from({ length: 50_000 }, (_, at) => `  k${at}: v${at}`).join("\n")}\n`;
  const [root] = parseYaml(file(text)).documents;
  assert.ok(root?.kind === "map");
  const jobs = root.entries[0]?.value;
  assert.ok(jobs?.kind === "map");
  assert.equal(jobs.entries.length, 50_000);
  const last = jobs.entries.at(-1);
  assert.equal(last?.nameSpan.file.position(last.nameSpan.start).line, 50_001);
  assert.equal(last === undefined ? "" : written(last), "k49999: v49999");
});
