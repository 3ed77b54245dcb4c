import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../../test/support/scale.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { compileAcl } from "./acl.ts";
import { DEFAULT_POLICY_TEXT } from "./builtin.ts";
import { parsePolicy } from "./parse.ts";

const rules = (text: string) => parsePolicy("p", text).rules;

function refusal(text: string): BulkheadError {
  try {
    parsePolicy("p", text);
  } catch (error) {
    assert.ok(error instanceof BulkheadError && error.code === "policy.invalid", String(error));
    return error;
  }
  return assert.fail(`accepted: ${text.slice(0, 200)}`);
}

test("everything a path block may say", () => {
  const [rule] = rules(`
    # comment
    path "/secret/data/+/x*" { // comment
      capabilities = ["update", "create", "create"] /* comment */
      policy = "read"
      required_parameters = ["Owner", "owner"]
      allowed_parameters = { "Kind" = ["a*", 3, true], "*" = [] }
      denied_parameters { note = ["x"] }
      min_wrapping_ttl = "1m"
      max_wrapping_ttl = 3600
      pagination_limit = 20
      expiration = "2030-01-02T03:04:05Z"
      comment = <<-EOT
        of any
        length
      EOT
    }
    name = "p"`);
  assert.deepEqual(rule, {
    path: "secret/data/+/x*",
    slots: null,
    capabilities: ["create", "list", "read", "update"],
    requiredParameters: ["owner"],
    allowedParameters: new Map<string, unknown>([
      ["kind", ["a*", 3, true]],
      ["*", []],
    ]),
    deniedParameters: new Map([["note", ["x"]]]),
    minWrappingTtl: 60_000,
    maxWrappingTtl: 3_600_000,
    paginationLimit: 20,
    expiration: Date.UTC(2030, 0, 2, 3, 4, 5),
  });
});

test("JSON says the same as HCL", () => {
  assert.deepEqual(
    rules(
      '{"path": {"a/*": {"capabilities": ["read"], "denied_parameters": {"x": []}}, "b": {"policy": "deny"}}}',
    ),
    rules(
      'path "a/*" { capabilities = ["read"] denied_parameters = { x = [] } } path "b" { policy = "deny" }',
    ),
  );
});

test("deny stands alone, and the old words mean what they did", () => {
  assert.deepEqual(rules('path "a" { capabilities = ["read", "deny"] }')[0]?.capabilities, ["deny"]);
  assert.deepEqual(rules('path "a" { policy = "deny" capabilities = ["read"] }')[0]?.capabilities, ["deny"]);
  assert.deepEqual(rules('path "a" { policy = "sudo" }')[0]?.capabilities, [
    "create",
    "delete",
    "list",
    "read",
    "sudo",
    "update",
  ]);
});

test("a refusal says what and where", () => {
  for (const [text, line, column, problem] of [
    ['path "a" {\n  capabilities = ["red"]\n}', 2, 19, 'invalid capability "red"'],
    ['\n\npath "a" { x = 1 }', 3, 12, 'path "a": invalid key "x"'],
    ['paths "a" {}', 1, 1, 'invalid key "paths", expected path or name'],
    ['path "a', 1, 6, "literal not terminated"],
    ['path "a" {', 1, 10, "object expected closing brace, found the end of the policy"],
    ['path "a" { capabilities = ["read" }', 1, 35, 'expected a comma or a closing bracket, found "}"'],
    ["/* x", 1, 1, "comment not terminated"],
    ['path "a" {}\0', 1, 12, "unexpected null character (0x00)"],
    ['path "\\q" {}', 1, 7, "illegal char escape"],
    ['path "a+*" {}', 1, 6, `path "a+*": invalid use of wildcards ('+*' is forbidden)`],
    ['path "{{a" {}', 1, 6, 'path "{{a": unbalanced templating characters'],
    [
      'path "a" {} path "b" { policy = "x" }',
      1,
      33,
      'invalid policy "x", expected read, write, sudo or deny',
    ],
    ['path "a" { policy = "read"\npolicy = "read" }', 2, 1, 'the key "policy" is written twice'],
    ['{"path": {"a": {}, "a": {}}}', 1, 20, 'the key "a" is written twice'],
    ['{"path": {}} x', 1, 14, "unexpected text after the JSON object"],
    [
      'path "a" { control_group = { } }',
      1,
      12,
      'path "a": control_group is not enforced by Bulkhead, so it is not accepted',
    ],
    ['path "a" { denied_parameters = { X = [], x = [] } }', 1, 42, 'the key "x" is written twice'],
    ['path "a" { min_wrapping_ttl = "2h" max_wrapping_ttl = "1h" }', 1, 6, null],
    ['path "a" { expiration = "tomorrow" }', 1, 25, null],
    ['path "a" { pagination_limit = 1.5 }', 1, 31, null],
  ] as const) {
    const { details } = refusal(text);
    assert.deepEqual([details.line, details.column], [line, column], `${text}: ${String(details.problem)}`);
    if (problem !== null) assert.equal(details.problem, problem);
  }
});

test("hostile texts end in a refusal", () => {
  const many = 300_000;
  for (const text of [
    "x".repeat(2_000_000),
    "{".repeat(many),
    `path "a" ${"{ a = ".repeat(many / 10)}`,
    `{"path":${"[".repeat(many)}`,
    `path "a" { capabilities = ${"[".repeat(many)}`,
    `path "${"${".repeat(many)}`,
    `path "${"\\".repeat(many + 1)}`,
    `path "a" { comment = <<E\n${"x\n".repeat(many)}`,
    `${"/*".repeat(many)}`,
    `{"path": {"${"\\n".repeat(many)}`,
    '\ud800path "a" {}',
    'path "\ud800" {}',
    'path "${\\}}" {}',
    '{"path": {"\\ud800": {}}}',
    'path "__proto__" { __proto__ = 1 }',
    '{"__proto__": {}}',
    'path "a" { capabilities = ["constructor"] }',
    'path "a" { policy = "toString" }',
  ])
    refusal(text);
});

test("large but honest policies are read", () => {
  const text = Array.from(
    { length: 5_000 },
    (_, at) => `path "secret/data/${at}/*" { capabilities = ["read"] }`,
  ).join("\n");
  assert.equal(rules(text).length, 5_000);
  assert.equal(rules(`path "__proto__" { capabilities = ["read"] }`)[0]?.path, "__proto__");
  assert.equal(rules(DEFAULT_POLICY_TEXT).length > 15, true);
});

test("no text crashes the parser, and what it accepts compiles and answers", () => {
  const piece = fc.constantFrom(
    ...[
      'path "a"',
      "path",
      "{",
      "}",
      "[",
      "]",
      "=",
      ",",
      '"',
      '"read"',
      "capabilities",
      "policy",
      "\n",
      "#",
      "//",
    ],
    ...[
      "/*",
      "*/",
      "<<E\n",
      "E\n",
      "\\",
      "${",
      "}}",
      "{{",
      "+",
      "*",
      "/",
      "1",
      "-",
      "true",
      ":",
      "allowed_parameters",
    ],
    'path "a" { capabilities = ["read"] }',
  );
  const any = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.array(piece, { maxLength: 25 }).map((parts) => parts.join(" ")),
    fc.array(piece, { maxLength: 25 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(any, (text) => {
      try {
        compileAcl([parsePolicy("p", text)]).decide({ operation: "read", path: "a" });
      } catch (error) {
        assert.ok(isBulkheadError(error) && error.code === "policy.invalid", String(error));
      }
    }),
    { numRuns: scale(3_000, 100_000) },
  );
});
