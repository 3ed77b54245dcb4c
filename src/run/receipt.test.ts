import assert from "node:assert/strict";
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { BulkheadError } from "../core/errors.ts";
import {
  type Envelope,
  type ReceiptFacts,
  type ReceiptSigner,
  sealReceipt,
  writeReceipt,
} from "./receipt.ts";

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
const signer: ReceiptSigner = { keyid: "test-key", sign: (message) => sign(null, message, key) };

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
  secrets: [{ variable: "WANDB_API_KEY", secret: "wandb", field: "value", version: 4, masked: 1 }],
  decisions: [
    { name: "PATH", action: "kept", why: "programs are found by it" },
    { name: "HF_TOKEN", action: "removed", why: "not on the list of what jobs need" },
    { name: "WANDB_API_KEY", action: "injected", why: "`use:` of the stage" },
  ],
  revoked: true,
};

/** A verifier written from the specification alone. */
function verified(envelope: Envelope): unknown {
  const payload = Buffer.from(envelope.payload, "base64");
  const message = Buffer.concat([
    Buffer.from(
      `DSSEv1 ${Buffer.byteLength(envelope.payloadType)} ${envelope.payloadType} ${payload.length} `,
    ),
    payload,
  ]);
  const [only] = envelope.signatures;
  if (only === undefined || !verify(null, message, createPublicKey(key), Buffer.from(only.sig, "base64")))
    return null;
  return JSON.parse(payload.toString("utf8"));
}

test("the vector of the specification", async () => {
  const [statement = "", envelope = ""] = blocks;
  const made = await sealReceipt(facts, signer);
  assert.deepEqual(JSON.parse(Buffer.from(made.payload, "base64").toString()), JSON.parse(statement));
  assert.deepEqual(made, JSON.parse(envelope));
  assert.deepEqual(verified(made), JSON.parse(statement));
  const { subject } = JSON.parse(statement) as { subject: { digest: Record<string, string> }[] };
  assert.equal(subject[0]?.digest.sha256, createHash("sha256").update(facts.runId).digest("hex"));
});

test("a changed receipt does not verify, and an unsigned one says so", async () => {
  const made = await sealReceipt(facts, signer);
  const forged = Buffer.from(made.payload, "base64").toString().replace('"revoked":true', '"revoked":null');
  assert.equal(verified({ ...made, payload: Buffer.from(forged).toString("base64") }), null);
  assert.equal(verified({ ...made, payloadType: "application/json" }), null);
  const unsigned = await sealReceipt({ ...facts, commit: null, exit: null, isolation: null });
  assert.deepEqual(unsigned.signatures, []);
  assert.equal(verified(unsigned), null);
});

test("a receipt is written whole, for its owner alone, or not at all", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-test-"));
  try {
    const path = join(folder, "runs", "one.json");
    const envelope = await sealReceipt(facts);
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
