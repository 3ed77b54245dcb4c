/**
 * The store's signature under a run's receipt. What is signed comes from the Bulkhead that ran the job, so it must be about that very run
 * and about what this store knows to be so: the run is over, and where the receipt says that its token is revoked, it is.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { type Receipt, envelopeOf, readStatement, receiptKeyId } from "../../core/receipt.ts";
import type { StorageTransaction } from "../../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, MountContext, Reply } from "../../kernel/plugin.ts";
import type { Run } from "./record.ts";
import { keepReceipt, loadReceipt, loadRun } from "./runs.ts";

const KEY = "receipt-key";

export const STATEMENT: Readonly<Record<string, FieldDeclaration>> = {
  statement: { type: "string", description: "The in-toto statement's bytes, in base64" },
};

/** Made at first use; it never leaves the barrier. */
async function signingKey(tx: StorageTransaction) {
  const kept = await tx.get(KEY);
  if (kept !== null) return createPrivateKey({ key: kept, format: "der", type: "pkcs8" });
  const { privateKey } = generateKeyPairSync("ed25519");
  tx.put(KEY, privateKey.export({ format: "der", type: "pkcs8" }));
  return privateKey;
}

export async function readKey({ storage }: Call): Promise<Reply> {
  const key = await storage.transaction(signingKey);
  const publicKey = createPublicKey(key).export({ format: "pem", type: "spki" }).toString();
  return { data: { keyid: receiptKeyId("store", key), public_key: publicKey } };
}

/** The run that the caller's own token began. Throws `run.unknown`. */
export async function ownRun(call: Call): Promise<Run> {
  const id = call.fields.string("id") ?? "";
  const run = await loadRun(call.storage, id);
  if (run === null || run.accessor === undefined || run.accessor !== call.caller?.accessor)
    throw new BulkheadError("run.unknown", { id: id.slice(0, 64) });
  return run;
}

/** The token is gone before the signature is made: what the receipt says of it is then so. */
export async function signOwn({ services }: MountContext, call: Call): Promise<Reply> {
  const run = await ownRun(call);
  return await signed(call, run, async () => {
    await services.tokens.revoke(call.caller?.tokenHash ?? "");
    return (await services.tokens.lookupAccessor(run.accessor ?? "")) === null;
  });
}

export async function signGiven({ services }: MountContext, call: Call): Promise<Reply> {
  const id = call.params.id ?? "";
  const run = await loadRun(call.storage, id);
  if (run === null) throw new BulkheadError("run.unknown", { id: id.slice(0, 64) });
  if (run.begunBy === undefined || run.begunBy !== call.caller?.accessor)
    throw new BulkheadError("receipt.not-yours", { id });
  return await signed(call, run, async () => (await services.tokens.revokeWhere({ run: id })) === 0);
}

async function signed(call: Call, run: Run, ended: () => Promise<boolean>): Promise<Reply> {
  const text = call.fields.string("statement") ?? "";
  const payload = Buffer.from(text, "base64");
  if (payload.toString("base64") !== text)
    throw new BulkheadError("receipt.invalid", { problem: "the statement is no base64" });
  const receipt = readStatement(payload);
  const problem = mismatch(receipt, run);
  if (problem !== null) throw new BulkheadError("receipt.other-run", { id: run.id, problem });
  const kept = await loadReceipt(call.storage, run.id);
  if (kept !== null && kept.payload !== text) throw new BulkheadError("receipt.exists", { id: run.id });
  if (!(await ended()) && receipt.revoked)
    throw new BulkheadError("receipt.other-run", {
      id: run.id,
      problem: "it says that everything was revoked, and a token of the run was not",
    });
  const envelope = await keepReceipt(call.storage, run, async (tx) => {
    const key = await signingKey(tx);
    const leaks = receipt.leaks === null ? null : receipt.leaks.found.length;
    return { envelope: envelopeOf(payload, { keyid: receiptKeyId("store", key), key }), leaks };
  });
  return { data: { envelope: JSON.stringify(envelope) } };
}

/** Where the statement is not about this run; null when it is. */
function mismatch(receipt: Receipt, run: Run): string | null {
  const wanted: Partial<Receipt> = {
    run: run.id,
    project: run.project,
    stage: run.stage,
    environment: run.environment,
    commit: run.commit === "" ? null : run.commit,
    exit: run.exitCode,
    signer: "store",
  };
  if (run.state === "running") return "the run is not over";
  for (const [name, value] of Object.entries(wanted))
    if (receipt[name as keyof Receipt] !== value) return `its ${name} is another`;
  return null;
}

export async function readReceipt(call: Call): Promise<Reply | null> {
  const envelope = await loadReceipt(call.storage, call.params.id ?? "");
  return envelope === null ? null : { data: { envelope: JSON.stringify(envelope) } };
}
