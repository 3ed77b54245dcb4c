import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { linesIn, wipeLines } from "./lines.ts";

const shown = (text: string, mark: string, notebook = false): string[] => {
  const { line, above } = linesIn(Buffer.from(text), text.indexOf(mark), mark.length, { notebook });
  return [line.toString(), above.toString()];
};

test("the line without the value, and the line above", () => {
  assert.deepEqual(shown("a\nb = KEY # why\nc", "KEY"), ["b =   # why", "a"]);
  assert.deepEqual(shown("KEY", "KEY"), [" ", ""]);
  assert.deepEqual(shown("one\n\nKEY\n", "KEY"), [" ", ""]);
  assert.deepEqual(shown("0\none\ntwo KEY", "KEY"), ["two  ", "one"]);
});

test("lines of a notebook end where its strings say so", () => {
  const cell = JSON.stringify(["a = 1\n", "# above\n", "key = 'KEY' # here\n", "b = 2 # after\n"], null, 1);
  const [line = "", above = ""] = shown(cell, "KEY", true);
  assert.match(line, /key = ' {1}' # here$/);
  assert.match(above, /# above$/);
  assert.doesNotMatch(line, /after/);
  const one = JSON.stringify(["# above\n", "key = 'KEY' # here\n", "b = 2 # after\n"]);
  const [flat = "", over = ""] = shown(one, "KEY", true);
  assert.match(flat, /' # here$/);
  assert.doesNotMatch(flat, /above|after/);
  assert.match(over, /# above$/);
});

test("a long line is cut; no line holds the value or a line end", () => {
  const far = `${"x".repeat(5000)}KEY${"y".repeat(5000)}`;
  const cut = linesIn(Buffer.from(far), 5000, 3);
  assert.ok(cut.line.length <= 4097);
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "\n", "\\n", '"', ","), maxLength: 200 }),
      fc.string({ unit: fc.constantFrom("b", "\n", "\\n"), maxLength: 100 }),
      fc.boolean(),
      (before, after, notebook) => {
        const lines = linesIn(Buffer.from(`${before}KEY${after}`), Buffer.byteLength(before), 3, {
          notebook,
        });
        assert.ok(!lines.line.includes("KEY") && !lines.line.includes("\n"));
        assert.ok(!lines.above.includes("\n"));
        wipeLines(lines);
        assert.ok(lines.line.every((byte) => byte === 0));
      },
    ),
    { numRuns: scale(200, 5_000) },
  );
});
