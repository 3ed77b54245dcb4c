import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { BulkheadError } from "../core/errors.ts";
import { parseObject } from "../core/json-bytes.ts";
import { readFields } from "./fields.ts";
import type { FieldDeclaration, FieldType } from "./plugin.ts";

const TYPES: readonly FieldType[] = ["string", "int", "bool", "duration", "strings", "map", "json", "secret"];
const declarations = Object.fromEntries(
  TYPES.map((type): [string, FieldDeclaration] => [type, { type, description: type }]),
);
const read = (body: object, query = "", params: Record<string, string> = {}) =>
  readFields(declarations, {
    params,
    members: parseObject(Buffer.from(JSON.stringify(body))),
    query: new URLSearchParams(query),
  });

test("each type takes what Vault's clients send for it", () => {
  const fields = read({
    string: "a",
    int: "7",
    bool: "true",
    duration: "1h30m",
    strings: "a, b,,c",
    map: { a: 1, b: "x" },
    json: { deep: [1] },
    secret: "s\u00e9",
  });
  assert.equal(fields.string("string"), "a");
  assert.equal(fields.int("int"), 7);
  assert.equal(fields.bool("bool"), true);
  assert.equal(fields.duration("duration"), 5_400_000);
  assert.deepEqual(fields.strings("strings"), ["a", "b", "c"]);
  assert.deepEqual(fields.map("map"), { a: "1", b: "x" });
  assert.equal(fields.json("json")?.bytes.toString(), '{"deep":[1]}');
  const secret = fields.secret("secret");
  assert.equal(secret?.revealText(), "s\u00e9");
  fields.wipe();
  assert.throws(() => secret?.reveal());
  assert.equal(read({ duration: 30 }).duration("duration"), 30_000);
  assert.deepEqual(read({ strings: ["a,b", "c"] }).strings("strings"), ["a,b", "c"]);
  assert.equal(read({ string: null }).has("string"), false);
});

test("the path outranks the body, and the body the query", () => {
  assert.equal(read({ string: "body" }, "string=query", { string: "path" }).string("string"), "path");
  assert.equal(read({ string: "body" }, "string=query").string("string"), "body");
  assert.equal(read({}, "string=query").string("string"), "query");
  assert.deepEqual(read({}, "strings=a&strings=b").strings("strings"), ["a", "b"]);
});

test("anything else is refused without being shown", () => {
  const refused: [FieldType, unknown][] = [
    ["string", { a: 1 }],
    ["int", "many-of-them"],
    ["int", 1.5],
    ["bool", "perhaps"],
    ["duration", "soon-enough"],
    ["duration", -5],
    ["strings", { a: "b" }],
    ["strings", [["nested"]]],
    ["map", ["a"]],
    ["map", { a: { b: 1 } }],
    ["secret", 12345678],
  ];
  for (const [type, value] of refused)
    assert.throws(
      () => read({ [type]: value }),
      (error: unknown) => {
        assert.ok(error instanceof BulkheadError && error.status === 400, type);
        assert.doesNotMatch(error.message, /many|perhaps|soon|nested|12345678/);
        return true;
      },
    );
});

test("no body makes it fail otherwise", () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), fc.jsonValue(), (type, value) => {
      try {
        read({ [type]: value }).wipe();
      } catch (error) {
        assert.ok(error instanceof BulkheadError && error.status === 400);
      }
    }),
    { numRuns: scale(300, 10_000) },
  );
});
