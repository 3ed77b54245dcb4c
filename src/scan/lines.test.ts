import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { LineReader, linesIn, wipeLines } from "./lines.ts";

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

test("a long line is cut, a file gives the same as its bytes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-lines-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const far = `${"x".repeat(5000)}KEY${"y".repeat(5000)}`;
  const cut = linesIn(Buffer.from(far), 5000, 3);
  assert.ok(cut.line.length <= 4097);
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom("a", "\n", "\\n", '"', ","), maxLength: 200 }),
      fc.string({ unit: fc.constantFrom("b", "\n", "\\n"), maxLength: 100 }),
      fc.boolean(),
      async (before, after, notebook) => {
        const bytes = Buffer.from(`${before}KEY${after}`);
        writeFileSync(join(folder, "f"), bytes);
        const file = await open(join(folder, "f"));
        const match = { offset: Buffer.byteLength(before), length: 3 };
        const fromFile = await new LineReader(file).at(match, { notebook });
        await file.close();
        const fromBytes = linesIn(bytes, match.offset, match.length, { notebook });
        assert.deepEqual(fromFile, fromBytes);
        assert.ok(!fromBytes.line.includes("KEY") && !fromBytes.line.includes("\n"));
        assert.ok(!fromBytes.above.includes("\n"));
        wipeLines(fromBytes);
        assert.ok(fromBytes.line.every((byte) => byte === 0));
      },
    ),
    { numRuns: scale(100, 3000) },
  );
});
