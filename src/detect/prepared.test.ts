import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { providers } from "../providers/index.ts";
import { builtinRules, rulesOf } from "./from-providers.ts";
import { createDetector } from "./detector.ts";
import { pack, prepare, unpack } from "./prepared.ts";
import type { Rule } from "./types.ts";

const few = providers.slice(0, 8);

test("what was packed is what is made of the same rules", () => {
  const packed = pack(few.flatMap(rulesOf));
  const { extents, image } = prepare(builtinRules(few));
  const { rules, prepared } = unpack(packed);
  assert.deepEqual(rules, builtinRules(few));
  assert.deepEqual(prepared, { extents, image: { ...image, bytes: Buffer.from(image.bytes) } });
  assert.deepEqual(pack(few.flatMap(rulesOf)), packed);
});

test("every provider's rules are plain data: packed and unpacked they are the same", () => {
  const rules = builtinRules(providers);
  assert.deepEqual(unpack(pack(providers.flatMap(rulesOf))).rules, rules);
});

test("what was prepared is not used for some of the rules", () => {
  const catalogue = unpack(pack(few.flatMap(rulesOf)));
  const [left] = catalogue.rules;
  const text = Buffer.from(`api_key = "${fake("", 32, "alnum", "some")}"`);
  for (const leaveOut of [undefined, ({ id }: Rule) => id === left?.id]) {
    const detector = createDetector({ catalogue, ...(leaveOut && { leaveOut }) });
    assert.equal(detector.rules.length, catalogue.rules.length - (leaveOut === undefined ? 0 : 1));
    assert.deepEqual(
      detector.scan(text).map(({ rule }) => rule.id),
      ["generic-assignment"],
    );
  }
});
