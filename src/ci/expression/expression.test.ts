import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { candidates, conditionIn, controlOf, expression, expressionsIn } from "./index.ts";

/** `NAME`, `NAME?` only tested, `NAME.part`, `*` all, `~` chosen at run time. */
const secretsOf = (source: string): string[] =>
  expression(source).reads.secrets.map(
    ({ kind, name, carries, part }) =>
      `${kind === "all" ? "*" : kind === "dynamic" ? "~" : name}${part ? ".part" : ""}${carries ? "" : "?"}`,
  );

const SECRETS: readonly (readonly [source: string, reads: readonly string[]])[] = [
  ["secrets.X", ["X"]],
  ["secrets.x", ["X"]],
  ["SECRETS['my-key']", ["MY-KEY"]],
  ["secrets[format('{0}_KEY', 'prod')]", ["PROD_KEY"]],
  ["secrets[format('{0}_KEY', matrix.env)]", ["~"]],
  ["secrets[matrix.name]", ["~"]],
  ["toJSON(secrets)", ["*"]],
  ["secrets.*", ["*"]],
  ["fromJSON(toJSON(secrets)).X", ["*.part"]],
  ["fromJSON(secrets.X).password", ["X.part"]],
  ["fromJSON(secrets.X)['password']", ["X.part"]],
  ["secrets.X != ''", ["X?"]],
  ["!secrets.X", ["X?"]],
  ["contains(secrets.X, 'a')", ["X?"]],
  ["secrets.A || secrets.B", ["A", "B"]],
  ["secrets.A && secrets.B", ["A?", "B"]],
  ["github.ref == 'refs/heads/main' && secrets.PROD || secrets.STAGING", ["PROD", "STAGING"]],
  ["format('{0}:{1}', vars.USER, secrets.X)", ["X"]],
  ["a[secrets.X]", ["X?"]],
  ["'secrets.X'", []],
  ["env.secrets", []],
  ["github.secrets.X", []],
];

test("which secrets an expression reads, and whether it hands them on", () => {
  for (const [source, reads] of SECRETS) assert.deepEqual(secretsOf(source), reads, source);
});

const CONSTANTS: readonly (readonly [source: string, value: unknown])[] = [
  ["1 == 1.0", true],
  ["0x10 == 16", true],
  ["'A' == 'a'", true],
  ["'it''s'", "it's"],
  ["!true", false],
  ["!!'x'", true],
  ["null == 0", true],
  ["'' || 'x'", "x"],
  ["'a' && 'b'", "b"],
  ["false && secrets.X", false],
  ["1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2", true],
  ["true || false && false", true],
  ["(true || false) && false", false],
  ["contains('Hello', 'ELL')", true],
  ["startsWith('refs/tags/v1', 'refs/tags/')", true],
  ["endsWith('a.md', '.MD')", true],
  ["format('{{{0}}} {1}', 'a', 2)", "{a} 2"],
  ["fromJSON('true')", true],
  ["toJSON('x')", '"x"'],
  ["always()", true],
];

test("what follows from the source alone is known", () => {
  for (const [source, value] of CONSTANTS) assert.deepEqual(expression(source).constant, { value }, source);
  for (const source of [
    "github.ref",
    "success()",
    "github.ref == 'x'",
    "fromJSON('{\"a\":1}')",
    "hashFiles('a')",
  ])
    assert.equal(expression(source).constant, null, source);
});

test("what cannot be parsed is a problem with its place", () => {
  const table: readonly (readonly [source: string, problem: RegExp, offset: number])[] = [
    ["", /empty/, 0],
    ["a.", /name must follow/, 2],
    ["a[", /ends too early/, 2],
    ["a ||", /ends too early/, 4],
    ["a b", /unexpected `b`/, 2],
    ["f(a", /`\)` is missing/, 3],
    ['"x"', /single quotes/, 0],
    ["'x", /does not end/, 0],
    ["a + b", /unexpected `\+`/, 2],
  ];
  for (const [source, message, offset] of table) {
    const { problem, root } = expression(source);
    assert.equal(root, null, source);
    assert.match(problem?.message ?? "", message, source);
    assert.equal(problem?.offset, offset, source);
  }
});

test("a thousand levels are refused, whatever they are made of", () => {
  const deep = (open: string, close: string): string => open.repeat(1000) + "a" + close.repeat(1000);
  for (const source of [
    deep("(", ")"),
    deep("!", ""),
    deep("f(", ")"),
    deep("a[", "]"),
    deep("", ".b"),
    deep("a || (", ")"),
  ])
    assert.match(expression(source).problem?.message ?? "", /nested more than/, source.slice(0, 20));
  assert.equal(expression(`${"(".repeat(40)}a${")".repeat(40)}`).problem, null);
  // Flat is not deep.
  assert.equal(expression(Array(900).fill("a").join(" || ")).problem, null);
});

test("expressions in texts: braces within strings, several, one that does not end", () => {
  const found = expressionsIn("x ${{ 'a}}b' }} y ${{secrets.X}}z");
  assert.deepEqual(
    found.map(({ start, end, expression: { source } }) => [start, end, source]),
    [
      [2, 15, " 'a}}b' "],
      [18, 32, "secrets.X"],
    ],
  );
  const [open] = expressionsIn("a ${{ secrets.X");
  assert.match(open?.expression.problem?.message ?? "", /`}}` is missing/);
  assert.equal(expressionsIn("no $ {{ here }}").length, 0);
  assert.equal(conditionIn("github.ref == 'x'").length, 1);
  assert.equal(conditionIn("a ${{ b }}").length, 1);
  assert.equal(conditionIn("  ").length, 0);
});

test("who controls a field", () => {
  const table = {
    "github.event.issue.title": "outsider",
    "github.event.pull_request.head.ref": "outsider",
    "github.event.commits.*.message": "outsider",
    "github.event.head_commit.author.name": "outsider",
    "github.head_ref": "outsider",
    github: "outsider",
    "github.event": "outsider",
    "github.event.pull_request": "outsider",
    "github.event.pull_request.number": "fixed",
    "github.event.pull_request.head.sha": "fixed",
    "github.event.issue.user.login": "fixed",
    "github.actor": "fixed",
    "github.sha": "fixed",
    "github.ref_name": "writer",
    "github.event.inputs.version": "writer",
    "github.event.client_payload.x": "writer",
    "inputs.x": "derived",
    "steps.a.outputs.b": "derived",
    "vars.X": "fixed",
    "runner.os": "fixed",
  };
  for (const [path, control] of Object.entries(table)) assert.equal(controlOf(path), control, path);
});

test("every text that an expression can become", () => {
  const lookup = (path: string): readonly string[] | null => (path === "inputs.env" ? ["dev", "prod"] : null);
  const of = (source: string): readonly string[] | null => {
    const { root } = expression(source);
    assert.ok(root !== null);
    return candidates(root, lookup);
  };
  assert.deepEqual(of("github.ref == 'x' && 'production' || 'staging'"), ["production", "staging"]);
  assert.deepEqual(of("format('{0}-eu', inputs.env)"), ["dev-eu", "prod-eu"]);
  assert.deepEqual(of("inputs.env || 'dev'"), ["dev", "prod"]);
  assert.equal(of("github.ref"), null);
  assert.equal(of("inputs.env || github.ref"), null);
});

test("whatever the text, reading it ends and says where", () => {
  const piece = fc.constantFrom(
    "secrets",
    ".",
    "[",
    "]",
    "(",
    ")",
    "'",
    "''",
    "!",
    "&&",
    "||",
    "==",
    "*",
    ",",
    "a",
    "1",
    " ",
    "format",
    "${{",
    "}}",
    "\\",
    "é",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const source = pieces.join("");
      const { root, problem } = expression(source);
      assert.equal(root === null, problem !== null);
      assert.ok(problem === null || (problem.offset >= 0 && problem.offset <= source.length));
      for (const { start, end, sourceStart, expression: one } of expressionsIn(source))
        assert.equal(
          source.slice(sourceStart, sourceStart + one.source.length),
          one.source,
          `${start} ${end}`,
        );
    }),
    { numRuns: 500 },
  );
});
