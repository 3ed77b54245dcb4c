import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { BulkheadError } from "../core/errors.ts";
import { envelopeOf, readStatement, receiptKeyId, verifyEnvelope } from "../core/receipt.ts";
import { type ReceiptFacts, receiptStatement, writeReceipt } from "./receipt.ts";

const specification = readFileSync(
  join(import.meta.dirname, "..", "..", "docs", "spec", "receipt.md"),
  "utf8",
);
const blocks = [...specification.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

/** The test key of the specification: its seed is 32 bytes of 0x01. */
const key = createPrivateKey({
  key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 1)]),
  format: "der",
  type: "pkcs8",
});
const signer = { keyid: receiptKeyId("store", key), key };

const facts: ReceiptFacts = {
  runId: "0197f0c2-5b1e-7c33-9a5d-2f6f0f5f9b11",
  project: "fraud-detector",
  stage: "train",
  environment: "dev",
  commit: "3f786850e387550fdab836ed7e6dc881de23001b",
  started: Date.UTC(2026, 10, 21, 9, 0, 0),
  ended: Date.UTC(2026, 10, 21, 9, 12, 30, 250),
  exit: 0,
  isolation: {
    level: 2,
    name: "processes and files",
    proven: ["Bulkhead's process is invisible", "umount and nsenter are refused"],
    missing: [],
  },
  identity: {
    kind: "platform",
    name: "GitHub Actions",
    claims: { sub: "repo:acme/fraud:ref:refs/heads/main", run_id: "1001" },
  },
  command: "declared",
  hooks: { found: 1, new: 0, digest: "5f0e3c6a".repeat(8) },
  secrets: [
    {
      ...{ variable: "WANDB_API_KEY", secret: "wandb", field: "value", version: 4 },
      ...{ delivery: "variable", composed: false, masked: 1, used: "yes", evidence: ["masked in output"] },
    },
    {
      ...{ variable: "KUBECONFIG", secret: "cluster", field: "config", version: 2 },
      ...{ delivery: "file", composed: false, masked: 0, used: "no", evidence: ["file not read"] },
    },
  ],
  masks: new Map([["wandb", 1]]),
  leaks: "fail",
  written: {
    leaks: [{ file: "out/model.ckpt", byte: 4711, names: ["wandb"] }],
    files: 3,
    bytes: 81920,
    unread: [],
  },
  destinations: [
    {
      ...{ host: "api.wandb.ai", port: 443, connections: 2, refused: 0, reason: null },
      ...{ sent: 5120, received: 9216 },
    },
  ],
  revocations: [{ what: "token", of: "train", result: "revoked", proof: "refused" }],
  decisions: [
    { name: "PATH", action: "kept", why: "programs are found by it" },
    { name: "HF_TOKEN", action: "removed", why: "not on the list of what jobs need" },
    { name: "WANDB_API_KEY", action: "injected", why: "`use:` of the stage" },
  ],
  revoked: true,
};

const refused = (problem: RegExp) => (error: unknown) =>
  error instanceof BulkheadError && error.code === "receipt.invalid" && problem.test(error.message);

test("the vector of the specification", () => {
  const [statement = "", envelope = ""] = blocks;
  const made = envelopeOf(receiptStatement(facts, "store"), signer);
  assert.deepEqual(JSON.parse(Buffer.from(made.payload, "base64").toString()), JSON.parse(statement));
  assert.deepEqual(made, JSON.parse(envelope));
  const receipt = verifyEnvelope(made, signer);
  assert.deepEqual(receipt, (JSON.parse(statement) as { predicate: unknown }).predicate);
});

test("a changed receipt does not verify, and an unsigned one says so", () => {
  const made = envelopeOf(receiptStatement(facts, "store"), signer);
  const text = Buffer.from(made.payload, "base64").toString();
  const forged = Buffer.from(text.replace('"used":"no"', '"used":"yes"')).toString("base64");
  assert.throws(() => verifyEnvelope({ ...made, payload: forged }, signer), refused(/does not fit/));
  const [one = { keyid: "", sig: "" }] = made.signatures;
  const sig = Buffer.alloc(64, 7).toString("base64");
  assert.throws(
    () => verifyEnvelope({ ...made, signatures: [{ ...one, sig }] }, signer),
    refused(/does not fit/),
  );
  const other = { ...made, signatures: [{ ...one, keyid: "store:0" }] };
  assert.throws(() => verifyEnvelope(other, signer), refused(/signed by store:0 and not/));
  const unsigned = envelopeOf(
    receiptStatement({ ...facts, commit: null, exit: null, isolation: null }, "none"),
    null,
  );
  assert.deepEqual(unsigned.signatures, []);
  assert.throws(() => verifyEnvelope(unsigned, signer), refused(/nobody signed/));
  const lying = envelopeOf(receiptStatement(facts, "local"), signer);
  assert.throws(() => verifyEnvelope(lying, signer), refused(/says that local signed/));
});

test("a statement has one form, and says what every reader needs", () => {
  const good = receiptStatement(facts, "store").toString();
  assert.equal(readStatement(Buffer.from(good)).run, facts.runId);
  const rows: readonly [string, RegExp][] = [
    [` ${good}`, /the one form/],
    [good.replace('"exit":0', '"exit":0,"exit":0'), /the one form/],
    [good.replace('"exit":0', '"exit":0.0'), /the one form/],
    [good.replace("WANDB", "W\\u0041NDB"), /the one form/],
    [good.replace("Statement/v1", "Statement/v0.1"), /no in-toto/],
    [good.replace("receipt/v1", "receipt/v2"), /no receipt/],
    [good.replace('"name":"run:', '"name":"runs:'), /subject/],
    [good.replace('"gitCommit":"3f', '"gitCommit":"4f'), /subject/],
    [good.replace('"used":"no"', '"used":"never"'), /`secrets`/],
    [good.replace('"exit":0', '"exit":"0"'), /`exit`/],
    [good.replace('"exit":0', '"exit":1e400'), /the one form|`exit`/],
    [good.replace('"revoked":true', '"revoked":"yes"'), /`revoked`/],
    [good.replace('"signer":"store"', '"signer":"me"'), /`signer`/],
    [good.slice(1), /no JSON/],
    ["null", /no in-toto/],
    ["[]", /no in-toto/],
    [`"${"x".repeat(600_000)}"`, /too large/],
  ];
  for (const [text, problem] of rows) {
    assert.notEqual(text, good);
    assert.throws(() => readStatement(Buffer.from(text)), refused(problem), text.slice(0, 80));
  }
  const latin = Buffer.concat([
    Buffer.from(good.slice(0, 40)),
    Buffer.from([0xff]),
    Buffer.from(good.slice(40)),
  ]);
  assert.throws(() => readStatement(latin), refused(/./));
});

test("a receipt is written whole, for its owner alone, or not at all", () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  try {
    const path = join(folder, "runs", "one.json");
    const envelope = envelopeOf(receiptStatement(facts, "none"), null);
    writeReceipt(path, envelope);
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), envelope);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, "runs")).mode & 0o777, 0o700);
    assert.throws(
      () => writeReceipt(join(path, "below-a-file.json"), envelope),
      (error) => error instanceof BulkheadError && error.code === "io.failed",
    );
    assert.deepEqual(readdirSync(join(folder, "runs")), ["one.json"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
