import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { parseDotenv, without } from "./dotenv.ts";

const pairs = (text: string): [string, string][] =>
  parseDotenv(text).entries.map(({ name, value }) => [name, value]);

test("the forms that loaders read", () => {
  assert.deepEqual(pairs("A=1\nexport B = two \n\n# no\nC=\nD='a # b'\nE=\"x\\ny\" # c\nF=a#b\nG=a #b\r\n"), [
    ["A", "1"],
    ["B", "two"],
    ["C", ""],
    ["D", "a # b"],
    ["E", "x\ny"],
    ["F", "a#b"],
    ["G", "a"],
  ]);
  assert.deepEqual(pairs('\uFEFFKEY="-----BEGIN\nline two\n-----END"\nNEXT=1'), [
    ["KEY", "-----BEGIN\nline two\n-----END"],
    ["NEXT", "1"],
  ]);
  assert.deepEqual(pairs('Q=\'it\\n stays\'\nR="say \\"hi\\""'), [
    ["Q", "it\\n stays"],
    ["R", 'say "hi"'],
  ]);
});

test("lines that are no entry are named, and an open quote swallows nothing", () => {
  const file = parseDotenv('hello\nA="open\nB=2\n=x\n1A=3\n');
  assert.deepEqual(file.unread, [1, 2, 4, 5]);
  assert.deepEqual(
    file.entries.map(({ name }) => name),
    ["B"],
  );
});

test("entries are taken out with all their lines, the rest stays as it was", () => {
  const file = parseDotenv('# head\nA="x\ny"\nB=2\r\n\nC=3');
  const [a, b, c] = file.entries;
  assert.ok(a && b && c);
  assert.equal(without(file, [a]), "# head\nB=2\r\n\nC=3");
  assert.equal(without(file, [b]), '# head\nA="x\ny"\n\nC=3');
  assert.equal(without(file, [a, b, c]), null);
});

test("any text is read without an error, and taking nothing out changes nothing", () => {
  const line = fc.oneof(fc.string(), fc.constantFrom("A=1", 'B="', "C='x'", "export D=\\", "#", 'E="a\\'));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const file = parseDotenv(lines.join("\n"));
      const rest = without(file, []);
      if (rest !== null) assert.equal(rest, lines.join("\n").replace(/^\uFEFF/, ""));
      for (const { firstLine, lastLine } of file.entries)
        assert.ok(firstLine <= lastLine && lastLine < file.lines.length);
    }),
    { numRuns: scale(200, 20_000) },
  );
});

test("only a line feed ends a line", () => {
  assert.deepEqual(pairs('A="x\u2028y"\nB=z\u2029'), [
    ["A", "x\u2028y"],
    ["B", "z"],
  ]);
});

test("what is written in double quotes comes back", () => {
  const escape = (text: string): string => text.replace(/[\\"]/g, "\\$&").replaceAll("\r", "\\r");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      assert.deepEqual(pairs(`A="${escape(value)}"\nB=1`), [
        ["A", value],
        ["B", "1"],
      ]);
    }),
    { numRuns: scale(200, 20_000) },
  );
});
