/** Globs in token roles: against a slow model, and no pattern is expensive. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { allowedByRole, matchesGlob } from "./role-policies.ts";
import type { TokenRole } from "./roles.ts";

/** Every way to read each `*`. */
function model(glob: string, name: string): boolean {
  if (glob === "") return name === "";
  if (glob.startsWith("*")) return model(glob.slice(1), name) || (name !== "" && model(glob, name.slice(1)));
  return name !== "" && glob[0] === name[0] && model(glob.slice(1), name.slice(1));
}

test("a star stands for any text, anywhere", () => {
  const text = (letters: readonly string[]) =>
    fc.array(fc.constantFrom(...letters), { maxLength: 7 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text(["a", "b", "*"]), text(["a", "b"]), (glob, name) => {
      assert.equal(matchesGlob(glob, name), model(glob, name), `${glob} on ${name}`);
    }),
    { numRuns: 3_000 },
  );
});

test("a hostile pattern on a long name ends", () => {
  assert.equal(matchesGlob(`${"*a".repeat(5_000)}*c`, "a".repeat(20_000)), false);
});

test("what a role allows, what it forbids, and what a token gets that asks for nothing", () => {
  const of = (change: Partial<TokenRole>) =>
    ({
      ...{
        allowed_policies: [],
        allowed_policies_glob: [],
        disallowed_policies: [],
        disallowed_policies_glob: [],
      },
      ...{ token_no_default_policy: false },
      ...change,
    }) as unknown as TokenRole;
  const a = { allowed_policies: ["a", "b"] };
  const globs = { allowed_policies_glob: ["x-*", "y-*"] };
  const rows: [Partial<TokenRole>, string[], boolean, readonly string[] | null | RegExp][] = [
    [{}, ["anything"], false, null],
    [a, [], false, ["a", "b", "default"]],
    [a, [], true, ["a", "b"]],
    [a, ["a"], false, ["a", "default"]],
    [a, ["a"], true, ["a"]],
    [a, ["a", "c"], false, /subset of the role's allowed policies/],
    [{ ...a, token_no_default_policy: true }, ["a"], true, ["a"]],
    [{ ...a, token_no_default_policy: true }, ["a"], false, /subset/],
    [{ allowed_policies: ["root"] }, [], false, ["root"]],
    [{ allowed_policies: ["root"] }, ["root"], false, ["root"]],
    [globs, ["x-1"], true, ["x-1"]],
    [globs, ["y-1", "x-2"], true, ["x-2", "y-1"]],
    [globs, ["x-1", "z"], true, /subset/],
    [globs, [], true, []],
    [{ disallowed_policies: ["c"] }, ["a"], true, []],
    [{ disallowed_policies: ["c"] }, ["a", "c"], true, /"c" is disallowed/],
    [{ disallowed_policies: ["default"] }, ["a"], false, /"default" is disallowed/],
    [{ disallowed_policies: ["default"] }, [], false, []],
    [{ disallowed_policies_glob: ["p-*", "q-*"] }, ["q-1"], true, /"q-1" is disallowed/],
    [{ disallowed_policies_glob: ["p-*", "q-*"] }, ["r"], true, []],
    [{ ...a, disallowed_policies: ["b"] }, ["b"], true, /"b" is disallowed/],
    [{ ...a, disallowed_policies: ["b"] }, [], true, /"b" is disallowed/],
    [{ disallowed_policies: ["c"] }, [], false, []],
  ];
  for (const [role, asked, noDefault, wanted] of rows) {
    const allowed = () => allowedByRole(of(role), asked, noDefault);
    if (wanted instanceof RegExp) assert.throws(allowed, wanted, JSON.stringify([role, asked]));
    else assert.deepEqual(allowed(), wanted, JSON.stringify([role, asked]));
  }
});
