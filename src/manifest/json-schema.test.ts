/** The schema for editors is the one the checks are made from. `BULKHEAD_UPDATE=1` writes the file anew. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { jsonSchema } from "./index.ts";
import { manifestShape } from "./schema.ts";
import { type Shape, expectedOf } from "./shape.ts";

const FILE = join(import.meta.dirname, "..", "..", "schema", "bulkhead.schema.json");

test("schema/bulkhead.schema.json is up to date", () => {
  const text = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
  if (process.env.BULKHEAD_UPDATE === "1") writeFileSync(FILE, text);
  assert.equal(readFileSync(FILE, "utf8"), text, "run this test with BULKHEAD_UPDATE=1");
});

test("every key is described, and every shape says what it expects", () => {
  const visit = (shape: Shape, where: string): void => {
    assert.notEqual(expectedOf(shape), "", where);
    if (shape.kind === "list") visit(shape.item, `${where}[]`);
    if (shape.kind === "record") visit(shape.value, `${where}.*`);
    if (shape.kind === "either")
      for (const one of [shape.scalar, shape.list, shape.map]) if (one !== undefined) visit(one, where);
    if (shape.kind === "object")
      for (const [key, { shape: inner, description }] of Object.entries(shape.keys)) {
        assert.match(description, /^[A-Z].*[^.]\.$/, `${where}.${key}`);
        visit(inner, `${where}.${key}`);
      }
  };
  visit(manifestShape, "");
});
