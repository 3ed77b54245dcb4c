import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import test from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { usualDetector } from "../../scan/usual-detector.ts";
import { PatternMasker } from "./patterns.ts";

const detector = usualDetector();
const KEY = fake("hf_", 34);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const PEM = privateKey.export({ type: "pkcs1", format: "pem" }).toString().trim();

function through(text: string, size: number): string {
  const masker = new PatternMasker(detector, "***");
  const out: Buffer[] = [];
  const data = Buffer.from(text, "latin1");
  for (let at = 0; at < data.length; at += size) out.push(...masker.push(data.subarray(at, at + size)));
  return Buffer.concat([...out, ...masker.flush()]).toString("latin1");
}

test("what looks like a key is masked, however the text is cut", () => {
  const text = `a\nexport HF_TOKEN=${KEY} # ${KEY}\n${PEM}\nb \u00ff\u0000 c`;
  const want = "a\nexport HF_TOKEN=*** # ***\n***\nb \u00ff\u0000 c";
  for (const size of [1, 7, 64, 500, 5000]) assert.equal(through(text, size), want, `chunks of ${size}`);
});

test("lines are written when they are complete, endless ones in parts", () => {
  const masker = new PatternMasker(detector, "***");
  const push = (text: string): string => Buffer.concat(masker.push(Buffer.from(text))).toString();
  assert.equal(push("one\ntw"), "one\n");
  assert.equal(push("o\n"), "two\n");
  assert.equal(push("-----BEGIN RSA PRIVATE KEY-----\n"), "");
  assert.equal(Buffer.concat(masker.flush()).toString(), "-----BEGIN RSA PRIVATE KEY-----\n");
  const endless = `${"x ".repeat(60_000)}${KEY} ${"y ".repeat(60_000)}`;
  for (const size of [1000, 65_536, 1 << 20])
    assert.equal(through(endless, size), endless.replace(KEY, "***"), `chunks of ${size}`);
});
