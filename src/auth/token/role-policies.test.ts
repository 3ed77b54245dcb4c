/** Globs in token roles: against a slow model, and no pattern is expensive. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { matchesGlob } from "./role-policies.ts";

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
