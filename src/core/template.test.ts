import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";
import fc from "fast-check";
import { isBulkheadError } from "./errors.ts";
import { Secret } from "./secret.ts";
import { fillTemplate, inAddress, parseTemplate, placesOf } from "./template.ts";

const filled = (template: string, values: Record<string, string | Buffer>): string =>
  fillTemplate(inAddress(parseTemplate(template)), (name) => Secret.copy(values[name] ?? "?")).revealText();

test("places, filters and a literal ${ ", () => {
  assert.equal(filled("a=${x}", { x: "1 2" }), "a=1 2");
  assert.equal(filled("${ x }${y|base64}", { x: "1", y: "hi" }), "1aGk=");
  assert.equal(filled("$${x} $$ ${x}", { x: "v" }), "${x} $$ v");
  assert.equal(filled('{"a":"${x|json}"}', { x: 'q"\\\n' }), '{"a":"q\\"\\\\\\n"}');
  assert.equal(filled("${x|shell}", { x: "it's" }), `'it'\\''s'`);
  assert.equal(filled("${x|json|base64}", { x: '"' }), Buffer.from('\\"').toString("base64"));
  assert.deepEqual(placesOf(parseTemplate("${a}${b}${a|json}")), ["a", "b"]);
});

test("in an address every part is percent-encoded, unless a filter says otherwise", () => {
  const values = { u: "a@b", p: "p/w:#?%!'" };
  assert.equal(filled("postgres://${u}:${p}@h/x", values), "postgres://a%40b:p%2Fw%3A%23%3F%25%21%27@h/x");
  assert.equal(filled("postgres://${u|raw}@h", values), "postgres://a@b@h");
  assert.equal(filled("user=${u}", values), "user=a@b", "no address");
  const url = new URL(filled("https://${u}:${p}@h/x", values));
  assert.deepEqual(
    [decodeURIComponent(url.username), decodeURIComponent(url.password)],
    [values.u, values.p],
  );
});

test("what is wrong is named by its line, never with the text around it", () => {
  const message = (template: string): string => {
    try {
      parseTemplate(template);
    } catch (error) {
      return isBulkheadError(error) ? error.message : String(error);
    }
    return "";
  };
  assert.match(message("a\nb ${x"), /line 2/);
  assert.match(message("${x|jsn}"), /`jsn` is no filter/);
  assert.match(message("secretive ${ }"), /a secret's name/);
  assert.doesNotMatch(message("secretive ${ }"), /secretive/);
  assert.throws(() => filled("${x|json}", { x: Buffer.from([0xff, 0xfe]) }), { code: "template.not-text" });
  assert.throws(() => filled("${x|shell}", { x: "a\0b" }), { code: "template.not-text" });
  const bytes = Buffer.from([0xff, 0, 1]);
  assert.ok(
    fillTemplate(parseTemplate("${x}"), () => Secret.copy(bytes))
      .reveal()
      .equals(bytes),
    "raw bytes pass",
  );
});

test("what a filter writes reads back as the value, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (value) => {
      assert.equal((JSON.parse(filled('["${x|json}"]', { x: value })) as string[])[0], value);
      assert.equal(decodeURIComponent(filled("${x|url}", { x: value })), value);
      assert.equal(Buffer.from(filled("${x|base64}", { x: value }), "base64").toString("utf8"), value);
    }),
  );
  for (const value of ["it's", "$(id)", "`id`", "a\nb", "", "\\", "-n", "*"]) {
    const script = `printf %s ${filled("${x|shell}", { x: value })}`;
    assert.equal(execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }), value);
  }
});
