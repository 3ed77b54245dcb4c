import assert from "node:assert/strict";
import test from "node:test";
import { compilePath } from "./pattern.ts";

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
