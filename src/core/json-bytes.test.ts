import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { isBulkheadError } from "./errors.ts";
import {
  type RawJson,
  checkJson,
  decodeString,
  elements,
  encodeJson,
  encodeString,
  kindOf,
  leaves,
  members,
  mergePatch,
  parseJson,
  parseObject,
} from "./json-bytes.ts";
import { Secret } from "./secret.ts";

const raw = (value: unknown): RawJson => checkJson(Buffer.from(JSON.stringify(value)));
const text = (value: Parameters<typeof encodeJson>[0]): string =>
  Buffer.concat(encodeJson(value)).toString("utf8");

test("what JSON.parse takes is taken, what it refuses is refused", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.json().map((line) => line.slice(0, -1)),
        fc.json().map((line) => `${line},`),
      ),
      (line) => {
        let expected = true;
        try {
          JSON.parse(line);
        } catch {
          expected = false;
        }
        let taken = true;
        try {
          checkJson(Buffer.from(line));
        } catch (error) {
          assert.ok(isBulkheadError(error));
          taken = false;
        }
        assert.equal(taken, expected, line);
      },
    ),
    { numRuns: 2_000 },
  );
});

test("random bytes give an answer or request.malformed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        checkJson(Buffer.from(bytes));
      } catch (error) {
        assert.ok(isBulkheadError(error) && error.code === "request.malformed");
      }
    }),
  );
});

test("strings decode and encode to the same bytes as JSON.parse and JSON.stringify mean", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const clean = value.toWellFormed();
      assert.equal(decodeString(raw(clean))?.toString("utf8"), clean);
      assert.equal(JSON.parse(encodeString(Buffer.from(clean)).toString("utf8")), clean);
      const escaped = checkJson(
        Buffer.from(
          `"${[...clean].map((c) => [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, "0")}`).join("")).join("")}"`,
        ),
      );
      assert.equal(decodeString(escaped)?.toString("utf8"), clean);
    }),
  );
  assert.equal(decodeString(checkJson(Buffer.from('"\\ud800x"')))?.toString("utf8"), "\ufffdx");
  assert.equal(decodeString(raw(1)), null);
});

test("members: last duplicate wins, escapes in names are decoded, __proto__ is a name", () => {
  const found = parseObject(Buffer.from(' {"a":1,"a": 2 ,"\\u0062":[1, {"c":"}"}],"__proto__":null} '));
  assert.deepEqual([...found.keys()], ["a", "b", "__proto__"]);
  assert.equal(parseJson(found.get("a") as RawJson), 2);
  assert.equal(elements(found.get("b") as RawJson).length, 2);
  assert.throws(() => parseObject(Buffer.from("[1]")), /expected an object/);
});

test("nesting is bounded", () => {
  assert.throws(() => checkJson(Buffer.from("[".repeat(100_000))), /nesting deeper/);
  checkJson(Buffer.from("[".repeat(200) + "]".repeat(200)));
});

test("leaves name every scalar", () => {
  assert.deepEqual(
    [...leaves(raw({ a: { b: "x", c: [1, null] }, d: true, e: {} }))].map((leaf) => [
      leaf.path.join("."),
      leaf.kind,
    ]),
    [
      ["a.b", "string"],
      ["a.c.0", "number"],
      ["a.c.1", "null"],
      ["d", "boolean"],
    ],
  );
});

test("merge patch agrees with RFC 7396's meaning", () => {
  const model = (target: unknown, patch: unknown): unknown => {
    if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
    const out: Record<string, unknown> = Object.assign(
      Object.create(null),
      target !== null && typeof target === "object" && !Array.isArray(target) ? target : {},
    );
    for (const [name, value] of Object.entries(patch)) {
      if (value === null) delete out[name];
      else out[name] = model(out[name] ?? null, value);
    }
    return out;
  };
  const small = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, 1, "x"),
      fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { noNullPrototype: true }),
      fc.array(fc.constant(1), { maxLength: 2 }),
    ),
  })).value;
  fc.assert(
    fc.property(small, small, (target, patch) => {
      const merged = mergePatch(raw(target), raw(patch));
      assert.deepEqual(JSON.parse(merged.bytes.toString()), JSON.parse(JSON.stringify(model(target, patch))));
    }),
    { numRuns: 1_000 },
  );
});

test("replies are composed around raw JSON and secrets", () => {
  const inner = raw({ key: 'v"1' });
  assert.equal(
    text({ data: inner, n: 1, none: undefined, list: [inner, null], s: Secret.copy('a"\n') }),
    '{"data":{"key":"v\\"1"},"n":1,"list":[{"key":"v\\"1"},null],"s":"a\\"\\u000a"}',
  );
  assert.ok(encodeJson({ data: inner }).includes(inner.bytes), "the slice itself, not a copy");
  assert.equal(kindOf(members(raw({ a: -1 })).get("a") as RawJson), "number");
});
