import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { PathTable, compilePath } from "./pattern.ts";

const match = (pattern: string, path: string): unknown =>
  compilePath({ pattern, summary: "", operations: {} }).match(path);

test("patterns match whole paths", () => {
  assert.deepEqual(match("role/{name}", "role/a"), { name: "a" });
  assert.deepEqual(match("role/{name}", "role/a/"), { name: "a" });
  assert.equal(match("role/{name}", "role/"), null);
  assert.equal(match("role/{name}", "role/a/b"), null);
  assert.deepEqual(match("role/", "role"), {});
  assert.deepEqual(match("role", "role/"), {});
  assert.equal(match("role", "roles"), null);
  assert.deepEqual(match("data/{path*}", "data/a/b/"), { path: "a/b/" });
  assert.deepEqual(match("data/{path*}", "data/"), { path: "" });
  assert.deepEqual(match("mounts/{path*}/tune", "mounts/a/b/tune"), { path: "a/b" });
  assert.deepEqual(match("{path*}", "x\ny"), { path: "x\ny" });
  assert.equal(match("a.b", "axb"), null, "what looks like a regular expression is plain text");
});

test("a table finds what trying one pattern after another finds", () => {
  const word = fc.constantFrom("a", "b", "{x}", "a{x}", "{x}b");
  const pattern = fc
    .tuple(fc.array(word, { maxLength: 3 }), fc.constantFrom("", "/", "/{rest*}"))
    .map(([words, end]) => words.map((one, i) => one.replace("x", `x${i}`)).join("/") + end);
  const path = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "ab", "ac", ""), { maxLength: 4 }), fc.constantFrom("", "/"))
    .map(([words, end]) => words.join("/") + end);
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 6 }), path, (patterns, asked) => {
      const declarations = patterns.map((one) => ({ pattern: one, summary: "", operations: {} }));
      const first = declarations.find((one) => compilePath(one).match(asked) !== null);
      assert.equal(new PathTable(declarations).match(asked)?.declaration, first);
    }),
    { numRuns: scale(500, 20_000) },
  );
});
