import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { layout, named, type Shape } from "./layout.ts";

const find = (shape: Shape, text: string): string[] =>
  shape.formats.flatMap(({ pattern }) => {
    const match = new RegExp(pattern).exec(text);
    return match === null ? [] : [match[1] ?? match[0]];
  });

test("a template is text and runs of an alphabet, in order", () => {
  const shape = layout("acme_{alnum 4}-{hex 6-8}");
  for (const value of ["acme_Ab1Z-0a1b2c", "acme_Ab1Z-0a1b2c3d"])
    assert.deepEqual(find(shape, value), [value]);
  for (const text of [
    "acme_Ab1-0a1b2c",
    "acme_Ab1Z-0a1b2",
    "acme_Ab1Z-0a1b2c3d4",
    "acme_Ab1Z-0a1b2cg",
    "xacme_Ab1Z-0a1b2c",
  ])
    assert.deepEqual(find(shape, text), [], text);
  assert.deepEqual(shape.formats[0]?.literals, ["acme_"]);
  assert.deepEqual([shape.formats[0]?.before, shape.prefixes], [0, ["acme_"]]);
});

test("without text at its beginning, the longest text is looked for, and what may precede it is known", () => {
  const [format] = layout("{alnum 14}.atlasv1.{base64url 60-70}").formats;
  assert.deepEqual([format?.literals, format?.before], [[".atlasv1."], 14]);
});

test("padding and groups of a UUID", () => {
  const body = fake("", 40, "base64", "pad");
  for (const end of ["", "=", "=="])
    assert.deepEqual(find(layout("glc_{base64 40}{pad}"), `glc_${body}${end}`), [`glc_${body}${end}`]);
  assert.deepEqual(find(layout("glc_{base64 40}{pad}"), `glc_${body}===`), []);
  const uuid = "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f";
  assert.deepEqual(find(layout("waka_{uuid}"), `waka_${uuid}`), [`waka_${uuid}`]);
});

test("a prefix of letters and digits alone is not found inside base64", () => {
  const key = fake("AKCp", 69, "alnum", "blob");
  assert.deepEqual(find(layout("AKCp{alnum 69}"), `token=${key}`), [key]);
  for (const text of [`q/${key}`, `q+${key}`, `${key}/q`, `${key}==`])
    assert.deepEqual(find(layout("AKCp{alnum 69}"), text), [], text.slice(0, 8));
});

test("a name stands in any case and however joined, as a word of its own", () => {
  const value = fake("", 32, "hex", "named");
  const shape = named(["acme_api_key", "ac_key"], "{hex 32}");
  for (const text of [
    `ACME_API_KEY=${value}`,
    `acmeApiKey: "${value}"`,
    `acme-api-key = '${value}'`,
    `TF_VAR_acme_api_key="${value}"`,
    `{"name": "x\\nACME_API_KEY=${value}"}`,
    `myAcmeApiKey = "${value}"`,
    `AC_KEY=${value}`,
  ])
    assert.deepEqual(find(shape, text), [value], text);
  for (const text of [value, `MAC_KEY=${value}`, `acme_digest=${value}`, `ACME_API_KEY=${value}0`])
    assert.deepEqual(find(shape, text), [], text);
  assert.deepEqual([shape.formats[0]?.literals, shape.needsContext], [["acme", "ac_key"], true]);
});
