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

test("each type, at the edges of what it takes", () => {
  type Taken = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;
  const REFUSED = Symbol("refused");
  const rows: readonly (readonly [FieldType, unknown, Taken | symbol])[] = [
    ["string", 7, "7"],
    ["string", true, "true"],
    ["string", "", ""],
    ["string", [], REFUSED],
    ["int", "-7", -7],
    ["int", "+7", 7],
    ["int", 0, 0],
    ["int", "1e3", REFUSED],
    ["int", "", REFUSED],
    ["int", "1234567890123456", REFUSED],
    ["int", 2 ** 53, REFUSED],
    ["int", [7], REFUSED],
    ["int", true, REFUSED],
    ["bool", false, false],
    ["bool", "TRUE", true],
    ["bool", "T", true],
    ["bool", 1, true],
    ["bool", "f", false],
    ["bool", "False", false],
    ["bool", 0, false],
    ["bool", 2, REFUSED],
    ["bool", "", REFUSED],
    ["bool", [true], REFUSED],
    ["duration", "", 0],
    ["duration", 0, 0],
    ["duration", "90", 90_000],
    ["duration", 1.5, 1_500],
    ["duration", -1, REFUSED],
    ["duration", "-1s", REFUSED],
    ["duration", true, REFUSED],
    ["duration", ["1s"], REFUSED],
    ["strings", "", []],
    ["strings", [], []],
    ["strings", ["a", 1, true], ["a", "1", "true"]],
    ["strings", ["a", ["b"]], REFUSED],
    ["strings", 7, REFUSED],
    ["map", "a=1, b=2=3", { a: "1", b: "2=3" }],
    ["map", ["a=1", "b="], { a: "1", b: "" }],
    ["map", "", {}],
    ["map", {}, {}],
    ["map", ["a=1", "b"], REFUSED],
    ["map", ["=1"], REFUSED],
    ["map", { a: "1", b: [] }, REFUSED],
    ["map", 7, REFUSED],
    ["map", true, REFUSED],
  ];
  for (const [type, given, wanted] of rows) {
    const take = (): unknown => {
      const fields = read({ [type]: given });
      return {
        string: () => fields.string(type),
        int: () => fields.int(type),
        bool: () => fields.bool(type),
        duration: () => fields.duration(type),
        strings: () => fields.strings(type),
        map: () => fields.map(type),
      }[type as "string"]();
    };
    const name = `${type} ${JSON.stringify(given)}`;
    if (wanted === REFUSED) assert.throws(take, { code: "request.invalid" }, name);
    else assert.deepEqual(take(), wanted, name);
  }
});

test("a field is given as its own type alone", () => {
  const fields = read(
    { string: "a", int: 1, bool: true, strings: ["a"], map: { a: "b" }, json: {}, secret: "s" },
    "",
  );
  const readers = ["string", "int", "bool", "strings", "map", "json", "secret"] as const;
  for (const name of readers)
    for (const reader of readers)
      assert.equal(fields[reader](name) !== undefined, name === reader, `${name} as ${reader}`);
  const texts = read({}, "json=a&secret=s&int=7");
  assert.equal(texts.json("json")?.bytes.toString(), '"a"');
  assert.equal(texts.secret("secret")?.revealText(), "s");
  assert.equal(texts.int("int"), 7);
  for (const name of readers) assert.equal(read({}, `${name}x=1`).has(name), false, name);
});

test("a field that is not offered is refused where it asks for something; one that is needed, where it is missing", () => {
  const rows: readonly (readonly [FieldType, unknown, boolean])[] = [
    ["string", "", true],
    ["string", "x", false],
    ["int", 0, true],
    ["int", 1, false],
    ["bool", false, true],
    ["bool", true, false],
    ["duration", "", true],
    ["duration", "1s", false],
    ["strings", [], true],
    ["strings", ["x"], false],
    ["map", {}, true],
    ["map", { a: "" }, false],
    ["secret", "", true],
    ["secret", "x", false],
    ["json", {}, false],
    ["string", null, true],
  ];
  const one = (declaration: Partial<FieldDeclaration>, type: FieldType, body: object) =>
    readFields(
      { a: { type, description: "a", ...declaration } },
      { params: {}, members: parseObject(Buffer.from(JSON.stringify(body))), query: new URLSearchParams() },
    );
  for (const [type, given, taken] of rows) {
    const name = `${type} ${JSON.stringify(given)}`;
    if (taken) one({ refused: true }, type, { a: given });
    else
      assert.throws(
        () => one({ refused: true }, type, { a: given }),
        { code: "request.field-not-offered" },
        name,
      );
    one({}, type, { a: given });
    one({ refused: false }, type, { a: given });
  }
  one({ refused: true }, "string", {});
  assert.throws(() => one({ required: true }, "string", {}), /missing a/);
  assert.throws(() => one({ required: true }, "string", { a: null }), /missing a/);
  assert.equal(one({ required: true }, "string", { a: "" }).string("a"), "");
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
