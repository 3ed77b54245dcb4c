import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type CleanOptions, cleanNotebook } from "./clean.ts";

const cell = (more: object = {}): Record<string, unknown> => ({
  cell_type: "code",
  execution_count: 7,
  metadata: { tags: ["plot"], ExecuteTime: { start_time: "2026-01-01" }, collapsed: false },
  outputs: [{ output_type: "stream", name: "stdout", text: ["one\n", 'two ] } \\" \n'] }],
  source: ["print(1)\n", "x = 1.0"],
  ...more,
});
const book = (cells: readonly unknown[], more: object = {}): Buffer =>
  Buffer.from(
    `${JSON.stringify({ cells, metadata: { widgets: { a: 1 }, kernelspec: { name: "python3" } }, nbformat: 4, nbformat_minor: 5, ...more }, null, 1)}\n`,
  );
const parsed = (bytes: Buffer): { cells: Record<string, unknown>[]; metadata: object } =>
  JSON.parse(bytes.toString("utf8")) as { cells: Record<string, unknown>[]; metadata: object };
const clean = (bytes: Buffer, options?: CleanOptions) => cleanNotebook(bytes, options);

test("outputs, counts, attachments and run metadata go; sources, tags and all else stay", () => {
  const markdown = {
    attachments: { "a.png": { "image/png": "QUJD" } },
    cell_type: "markdown",
    metadata: {},
    source: ["![](attachment:a.png)"],
  };
  const { bytes, removed } = clean(book([cell(), markdown]));
  assert.deepEqual(removed, { outputs: 1, counts: 1, attachments: 1, metadata: 2 });
  const { cells, metadata } = parsed(bytes);
  assert.deepEqual(cells, [
    {
      cell_type: "code",
      execution_count: null,
      metadata: { tags: ["plot"] },
      outputs: [],
      source: ["print(1)\n", "x = 1.0"],
    },
    { cell_type: "markdown", metadata: {}, source: ["![](attachment:a.png)"] },
  ]);
  assert.deepEqual(metadata, { kernelspec: { name: "python3" } });
});

test("a clean notebook is the same buffer, and a second run changes nothing", () => {
  const once = clean(book([cell()])).bytes;
  const again = clean(once);
  assert.equal(again.bytes, once);
  assert.deepEqual(again.removed, { outputs: 0, counts: 0, attachments: 0, metadata: 0 });
});

test("what is asked for stays: by part, by tag, by the cell's own word", () => {
  const all = clean(book([cell()]), { keep: new Set(["outputs", "counts", "attachments", "metadata"]) });
  assert.deepEqual(all.bytes, book([cell()]));
  const marked = [
    cell({ metadata: { tags: ["keep_output"] } }),
    cell({ metadata: { keep_output: true } }),
    cell({ metadata: { tags: ["figure"] } }),
  ];
  const kept = parsed(clean(book(marked), { keepTags: new Set(["figure"]) }).bytes).cells;
  assert.deepEqual(
    kept.map(({ outputs }) => (outputs as unknown[]).length),
    [1, 1, 1],
  );
  const others = parsed(clean(book(marked)).bytes).cells;
  assert.deepEqual(
    others.map(({ outputs }) => (outputs as unknown[]).length),
    [1, 1, 0],
  );
});

test("numbers, escapes, key order and indentation are copied as they are", () => {
  const text =
    '{"nbformat":4,\r\n\t"cells":[{"outputs":[1],"id":"\\u0041","x":12345678901234567890,"source":"1.0e+5","y":1.0}]}';
  assert.equal(clean(Buffer.from(text)).bytes.toString(), text.replace('"outputs":[1]', '"outputs":[]'));
});

test("what is no notebook is refused with a place, never mangled", () => {
  for (const text of [
    "",
    "[]",
    "{}",
    '{"cells":',
    '{"cells":[{]}',
    '{"cells":[{"a"}]}',
    '{"cells":[{},]}',
    '{"cells":{}}',
    "\0\0",
  ])
    assert.throws(() => clean(Buffer.from(text)), SyntaxError, text);
  const deep = `{"cells":[{"outputs":[${"[".repeat(200_000)}${"]".repeat(200_000)}]}]}`;
  assert.equal(clean(Buffer.from(deep)).bytes.toString(), '{"cells":[{"outputs":[]}]}');
});

test("any JSON between survives; damaged bytes give an error or text that is no worse", () => {
  const notebooks = fc.array(
    fc.record({
      metadata: fc.dictionary(fc.string(), fc.jsonValue()),
      source: fc.jsonValue(),
      outputs: fc.array(fc.jsonValue()),
    }),
  );
  fc.assert(
    fc.property(notebooks, fc.nat(3), (cells, indent) => {
      const bytes = Buffer.from(JSON.stringify({ cells, metadata: {} }, null, indent));
      const { cells: after } = parsed(clean(bytes, { keep: new Set(["metadata"]) }).bytes);
      after.forEach((one, at) => {
        assert.deepEqual(
          one.source,
          (JSON.parse(bytes.toString()) as (typeof after)[number] & { cells: typeof after }).cells[at]
            ?.source,
        );
      });
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        clean(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof SyntaxError);
      }
    }),
  );
});
