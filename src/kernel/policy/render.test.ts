import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../../test/support/scale.ts";
import { isBulkheadError } from "../../core/errors.ts";
import { compileAcl } from "./acl.ts";
import { parsePolicy } from "./parse.ts";
import { type LiteralRule, renderPolicy } from "./render.ts";
import { CAPABILITY_BITS, type Capability } from "./types.ts";

const CAPABILITIES = (Object.keys(CAPABILITY_BITS) as Capability[]).filter((name) => name !== "deny");

const inexpressible = (rule: LiteralRule): boolean => {
  try {
    renderPolicy([rule]);
    return false;
  } catch (error) {
    assert.ok(isBulkheadError(error) && error.code === "policy.inexpressible", String(error));
    return true;
  }
};

test("reads as a person would write it", () => {
  assert.equal(
    renderPolicy([
      {
        path: "secret/data/p/",
        match: "prefix",
        capabilities: ["read", "list", "read"],
        comment: "train\nprod",
      },
    ]),
    '# train prod\npath "secret/data/p/*" {\n  capabilities = ["list", "read"]\n}\n',
  );
});

test("names that would be wildcards or templates are refused", () => {
  for (const path of [
    "",
    "/a",
    "a*",
    "*",
    "+",
    "a/+",
    "+/a",
    "a/+/b",
    "a+*b",
    "{{x}}",
    "a{{b",
    "a}}b",
    "\ud800",
  ])
    assert.equal(inexpressible({ path, capabilities: ["read"] }), true, path);
  for (const path of ["", "a+", "a/+", "{{", "/"])
    assert.equal(inexpressible({ path, match: "prefix", capabilities: ["read"] }), true, path);
  for (const path of ["a+", "+a", "a/+b", "a*b", "a/*/b", "{a}", "${a}", "a{", '"', "\\", "#", "\0", "\n"])
    assert.equal(inexpressible({ path, capabilities: ["read"] }), false, path);
});

const name = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        ...'"\\${}+*/\n\r\t\0#ab',
        '"]}',
        ' { capabilities = ["sudo"] }',
        "path ",
        "${",
        "//",
        "/*",
        "<<E\n",
        "\u2028",
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join("")),
);
const rule = fc.record({
  path: name,
  match: fc.constantFrom("exact" as const, "prefix" as const),
  capabilities: fc.uniqueArray(fc.constantFrom(...CAPABILITIES), { minLength: 1 }),
  comment: fc.option(name, { nil: undefined }),
});

test("what is rendered parses back to exactly what was asked, or was refused", () => {
  let rendered = 0;
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), (rules) => {
      const fine = rules.filter((one) => !inexpressible(one));
      rendered += fine.length;
      const parsed = parsePolicy("p", renderPolicy(fine));
      assert.equal(parsed.templated, false);
      assert.deepEqual(
        parsed.rules.map(({ path, capabilities }) => ({ path, capabilities })),
        fine.map(({ path, match, capabilities }) => ({
          path: match === "prefix" ? `${path}*` : path,
          capabilities: [...capabilities].sort(),
        })),
      );
    }),
    { numRuns: scale(2_000, 50_000) },
  );
  assert.ok(rendered > 1_000, `${rendered} rules were rendered`);
});

test("a rendered name grants itself and nothing else", () => {
  fc.assert(
    fc.property(name, name, (path, other) => {
      const asked: LiteralRule = { path, capabilities: ["read"] };
      if (inexpressible(asked)) return;
      const acl = compileAcl([parsePolicy("p", renderPolicy([asked]))]);
      assert.equal(acl.decide({ operation: "read", path }).allowed, true);
      const plain = other.replace(/^\/+/, "");
      assert.equal(acl.decide({ operation: "read", path: other }).allowed, plain === path);
      assert.equal(acl.decide({ operation: "read", path: `${path}x` }).allowed, false);
    }),
    { numRuns: scale(2_000, 50_000) },
  );
});
