/** The two notations of a policy to the letter: what each spelling means, and what is refused with which words. */
import assert from "node:assert/strict";
import test from "node:test";
import { BulkheadError } from "../../core/errors.ts";
import { parsePolicy } from "./parse.ts";
import { renderPolicy } from "./render.ts";
import { MAX_POLICY_LENGTH, invalid, quoted } from "./tree.ts";

const rules = (text: string) => parsePolicy("p", text).rules;
const only = (body: string) => rules(`path "a" { ${body} }`)[0];

function problemOf(text: string): unknown {
  try {
    parsePolicy("p", text);
  } catch (error) {
    assert.ok(error instanceof BulkheadError && error.code === "policy.invalid", String(error));
    return error.details.problem;
  }
  return assert.fail(`accepted: ${text.slice(0, 200)}`);
}

function refuses(cases: readonly (readonly [text: string, problem: string])[]): void {
  for (const [text, problem] of cases) assert.equal(problemOf(text), problem, text);
}

test("strings in HCL: escapes, interpolation kept as it stands, heredocs", () => {
  for (const [written, means] of [
    [String.raw`\a\b\f\n\r\t\v\\\"`, '\x07\b\f\n\r\t\v\\"'],
    [String.raw`\x41\x7f\101\177\u00e9\U0001f600`, "A\x7fA\x7fé😀"],
    [String.raw`\ud7ff\ue000\U0010ffff`, "\ud7ff\ue000\u{10ffff}"],
    ['${a"b}c', '${a"b}c'],
    ["$a", "$a"],
    ["", ""],
  ] as const)
    assert.equal(rules(`path "${written}" {}`)[0]?.path, means, written);
  assert.equal(rules('path "a" { comment = "${{"}"}" }').length, 1);
  assert.equal(rules('path "/a" {}')[0]?.path, "a");
  refuses([
    [String.raw`path "\x80" {}`, "illegal char escape (write characters above 0x7f as themselves or as \\u)"],
    [String.raw`path "\200" {}`, "illegal char escape (write characters above 0x7f as themselves or as \\u)"],
    [String.raw`path "\ud800" {}`, "illegal char escape"],
    [String.raw`path "\udfff" {}`, "illegal char escape"],
    [String.raw`path "\U00110000" {}`, "illegal char escape"],
    [String.raw`path "\u12" {}`, "illegal char escape"],
    [String.raw`path "\xg1" {}`, "illegal char escape"],
    [String.raw`path "\18" {}`, "illegal char escape"],
    ['path "a\nb" {}', "literal not terminated"],
    ['path "${a\n}" {}', "literal not terminated"],
    ['path "${a', "literal not terminated"],
    [String.raw`path "a" { comment = "$` + String.raw`{\"}" }`, "no escape may stand inside ${…}"],
    ['path "a" { policy = <<E\nx\ny\nE\n}', 'invalid policy "x\\ny\\n", expected read, write, sudo or deny'],
    [
      'path "a" { policy = <<-E\n  x\n   y\n E\n}',
      'invalid policy "x\\n y\\n", expected read, write, sudo or deny',
    ],
    ['path "a" { policy = <<E\n  x\nE\n}', 'invalid policy "  x\\n", expected read, write, sudo or deny'],
    ['path "a" { comment = <<E x\nE\n}', "invalid heredoc: expected << and a name at the end of the line"],
    ['path "a" { comment = <<E\nx\nE', "heredoc not terminated"],
  ]);
  assert.deepEqual(only("policy = <<E\nE\n")?.capabilities, []);
});

test("blocks, lists, numbers and comments in HCL", () => {
  assert.deepEqual(
    only("allowed_parameters = { a = [-0x10, 0x1F, -1.5e1, 0, true, false,], b = [] }")?.allowedParameters,
    new Map<string, unknown>([
      ["a", [-16, 31, -15, 0, true, false]],
      ["b", []],
    ]),
  );
  assert.deepEqual(
    rules('# a\n// b\n/* c\n */ path "a" {}, path "b" {} # d').map(({ path }) => path),
    ["a", "b"],
  );
  refuses([
    ["path {}", 'expected `path "…" { … }`'],
    ['path = "a"', 'expected `path "…" { … }`'],
    ['path "a" "b" {}', 'expected an opening brace, found "\\""'],
    ['path "a" = {}', 'expected an opening brace, found "="'],
    ['path "a" { {} }', 'expected a name or a quoted string, found "{"'],
    ["= 1", 'expected a name or a quoted string, found "="'],
    ['path "a" { capabilities', "expected a name or a quoted string, found the end of the policy"],
    ['path "a" { capabilities = ["read"', "list not terminated"],
    ['path "a" { capabilities = ["read" "list"] }', 'expected a comma or a closing bracket, found "\\""'],
    ['path "a" { capabilities = read }', 'expected a value, found "read"'],
    ['path "a" { capabilities = ! }', 'expected a value, found "!"'],
    ['path "a" { capabilities = null }', 'expected a value, found "null"'],
    ['path "a" { pagination_limit = 01 }', 'expected a value, found "0"'],
    ['path "a" }', 'expected an opening brace, found "}"'],
    [`path "a" ${"{ a = ".repeat(13)}`, "nested deeper than 12 levels"],
    [`path "a" { capabilities = ${"[".repeat(13)}`, "nested deeper than 12 levels"],
    ['name = "a" name = "b"', 'the key "name" is written twice'],
    ["name = 1", "name must be a string"],
  ]);
});

test("JSON to the letter", () => {
  const one = (body: string) => rules(`{"path": {"a": ${body}}}`)[0];
  assert.deepEqual(
    one('{ "denied_parameters" : {"x": [null, true, false, -1.5, 2e2, "\\u00e9"], "y": []} }')
      ?.deniedParameters,
    new Map<string, unknown>([
      ["x", [null, true, false, -1.5, 200, "é"]],
      ["y", []],
    ]),
  );
  assert.deepEqual(
    one('{"allowed_parameters": [{"a": [1]}, {"b": []}]}')?.allowedParameters,
    new Map<string, unknown>([
      ["a", [1]],
      ["b", []],
    ]),
  );
  assert.deepEqual(
    rules('{"path": [{"a": {}}, {"b": [{}, {}]}]}').map(({ path }) => path),
    ["a", "b", "b"],
  );
  assert.deepEqual(rules("{}"), []);
  assert.deepEqual(rules('\n {"path": {}} '), []);
  refuses([
    ["{path: 1}", "expected a JSON string"],
    ['{"path" {}}', "expected a colon"],
    ['{"path": nope}', "expected a JSON value"],
    ['{"path": 01}', "expected a JSON value"],
    ['{"path": {}', "expected , or }"],
    ['{"path": {"a": {"capabilities": ["read"}}}', "expected , or ]"],
    ['{"path": {"\\ud800": {}}}', "the string is not valid Unicode"],
    [`{"path": ${"[".repeat(14)}`, "nested deeper than 12 levels"],
    ['{"path": {}, "path": {}}', 'the key "path" is written twice'],
    ['{"path": 1}', "expected an object whose keys are paths"],
    ['{"path": [[]]}', "expected an object whose keys are paths"],
    ['{"path": {"a": 1}}', 'path "a": expected { … }'],
    ['{"path": {"a": null}}', 'path "a": expected { … }'],
    ['{"path": {"a": {"policy": null}}}', "policy must be a string"],
    ['{"path": {"a": {"allowed_parameters": [1]}}}', "allowed_parameters must be an object of lists"],
    ['{"paths": {}}', 'invalid key "paths", expected path or name'],
  ]);
});

test("the fields of a path take what they say and nothing else", () => {
  assert.deepEqual(only('policy = ""')?.capabilities, []);
  assert.equal(only("min_wrapping_ttl = 0")?.minWrappingTtl, null);
  assert.equal(only('min_wrapping_ttl = "90"')?.minWrappingTtl, 90_000);
  assert.equal(only('min_wrapping_ttl = "1h" max_wrapping_ttl = "1h"')?.maxWrappingTtl, 3_600_000);
  assert.equal(only('min_wrapping_ttl = "1h"')?.maxWrappingTtl, null);
  assert.deepEqual(
    [0, -1, 1].map((limit) => only(`pagination_limit = ${limit}`)?.paginationLimit),
    [null, null, 1],
  );
  for (const [written, at] of [
    ["1893553445", Date.UTC(2030, 0, 2, 3, 4, 5)],
    ['"1893553445"', Date.UTC(2030, 0, 2, 3, 4, 5)],
    ['"2030-01-02T04:04:05.5+01:00"', Date.UTC(2030, 0, 2, 3, 4, 5, 500)],
  ] as const)
    assert.equal(only(`expiration = ${written}`)?.expiration, at, written);
  const time = "expiration must be an RFC 3339 time or seconds since the epoch";
  const values = 'allowed_parameters: the values of "a" must be strings, numbers or booleans';
  for (const [body, problem] of [
    ['capabilities = "read"', "capabilities must be a list"],
    ["capabilities = [1]", "capabilities must be a string"],
    ['required_parameters = "a"', "required_parameters must be a list"],
    ["required_parameters = [1]", "each of required_parameters must be a string"],
    ["comment = 1", "comment must be a string"],
    ["policy = true", "policy must be a string"],
    ["min_wrapping_ttl = true", "min_wrapping_ttl must be a duration"],
    ["min_wrapping_ttl = []", "min_wrapping_ttl must be a duration"],
    ['pagination_limit = "5"', "pagination_limit must be a whole number"],
    ["pagination_limit = 1.5", "pagination_limit must be a whole number"],
    ["expiration = true", time],
    ['expiration = "2030-01-02"', time],
    ['expiration = "Jan 2 2030"', time],
    ['expiration = "2030-13-02T03:04:05Z"', time],
    ['allowed_parameters = ["a"]', "allowed_parameters must be an object of lists"],
    ["allowed_parameters = [{ a = [] }]", "allowed_parameters must be an object of lists"],
    ['allowed_parameters { a "b" {} }', "allowed_parameters: expected a name and a list"],
    ['allowed_parameters { a = "x" }', 'allowed_parameters: the values of "a" must be a list'],
    ["allowed_parameters { a = [[1]] }", values],
    ["allowed_parameters { a = [{}] }", values],
    ['capabilities "x" {}', 'path "a": invalid key "capabilities"'],
  ] as const)
    assert.equal(problemOf(`path "a" { ${body} }`), problem, body);
  assert.match(
    String(problemOf('path "a" { min_wrapping_ttl = "soon" }')),
    /^error parsing min_wrapping_ttl: /,
  );
  assert.equal(
    problemOf('path "a" { min_wrapping_ttl = "2h" max_wrapping_ttl = "1h" }'),
    'path "a": max_wrapping_ttl cannot be less than min_wrapping_ttl',
  );
});

test("a denial keeps its end and drops its limits", () => {
  const denied = only(
    'capabilities = ["deny", "read"] pagination_limit = 3 expiration = 60 required_parameters = ["x"]',
  );
  assert.deepEqual(
    [denied?.capabilities, denied?.paginationLimit, denied?.expiration, denied?.requiredParameters],
    [["deny"], null, 60_000, []],
  );
});

test("templates stand in pairs of braces", () => {
  const slots = (path: string) => rules(`path "${path}" {}`)[0]?.slots;
  assert.deepEqual(slots("a/{{ x }}/b/{{y}}"), ["a/", "x", "/b/", "y", ""]);
  assert.equal(slots("a/{x}"), null);
  for (const path of ["a}}", "a}}{{x}}", "{{a", "{{a}}b}}", "{{a{{b}}"])
    assert.equal(problemOf(`path "${path}" {}`), `path "${path}": unbalanced templating characters`);
  assert.equal(parsePolicy("p", 'path "a" {} path "{{x}}" {}').templated, true);
  assert.equal(parsePolicy("p", 'path "a" {}').templated, false);
});

test("a text is refused for its size and its characters before it is read", () => {
  const long = (length: number) => `# ${"x".repeat(length - 2)}`;
  assert.deepEqual(rules(long(MAX_POLICY_LENGTH)), []);
  refuses([
    [long(MAX_POLICY_LENGTH + 1), `the policy is longer than ${MAX_POLICY_LENGTH} characters`],
    ["# \0", "unexpected null character (0x00)"],
    ["# \ud800", "the text is not valid Unicode"],
  ]);
});

test("a place is a line and a column, a name in a message is short", () => {
  for (const [at, line, column] of [
    [0, 1, 1],
    [1, 1, 2],
    [2, 2, 1],
    [4, 3, 1],
    [5, 3, 2],
  ] as const) {
    const { details } = invalid("a\nb\nc", at, "x");
    assert.deepEqual([details.line, details.column], [line, column], String(at));
  }
  assert.equal(quoted("x".repeat(80)), `"${"x".repeat(80)}"`);
  assert.equal(quoted("x".repeat(81)), `"${"x".repeat(80)}…"`);
});

test("a rendered name is written as a person would", () => {
  const path = 'a"b\\c\nd\u0001\u0080${e$f';
  assert.equal(
    renderPolicy([{ path, capabilities: ["read", "list"] }]),
    String.raw`path "a\"b\\c\nd\x01\u0080\x24{e$f" {` + '\n  capabilities = ["list", "read"]\n}\n',
  );
  assert.equal(rules(renderPolicy([{ path, capabilities: [] }]))[0]?.path, path);
});
