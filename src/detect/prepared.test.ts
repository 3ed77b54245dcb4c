import assert from "node:assert/strict";
import test from "node:test";
import { providers } from "../providers/index.ts";
import { builtinRules } from "./detector.ts";
import { pack, prepare, unpack } from "./prepared.ts";
import type { Rule } from "./types.ts";

const rules = builtinRules(providers.slice(0, 8));
const packed = pack(rules);

test("what was packed is what is made of the same rules", () => {
  const { extents, image } = prepare(rules);
  assert.deepEqual(unpack(packed, rules), {
    extents,
    image: { ...image, bytes: Buffer.from(image.bytes) },
  });
  assert.equal(pack(rules), packed);
});

test("is used for no other rules", () => {
  const changed = (change: object): Rule[] =>
    rules.map((rule, i) =>
      i > 0 ? rule : { ...rule, formats: rule.formats.map((format) => ({ ...format, ...change })) },
    );
  assert.ok(unpack(packed, changed({ title: "another" })) !== null, "what it says of itself is no matter");
  for (const change of [
    { pattern: "abc" },
    { literals: ["abc"] },
    { before: 1 },
    { expression: { exec: () => null } },
  ])
    assert.equal(unpack(packed, changed(change)), null, Object.keys(change).join());
  assert.equal(unpack(packed, rules.slice(1)), null);
});
