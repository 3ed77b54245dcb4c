/** The signature under a receipt: the store's, else that of this user's own key, else none; the statement says which. */
import { type KeyObject, createPrivateKey, generateKeyPairSync } from "node:crypto";
import { existsSync, linkSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import { type Envelope, type Signer, envelopeOf, receiptKeyId } from "../core/receipt.ts";
import type { Secret } from "../core/secret.ts";
import { type ReceiptFacts, type Revocation, receiptStatement } from "./receipt.ts";
import type { RunEnding, RunPorts } from "./session.ts";
import { within } from "./within.ts";

export interface ReceiptKey {
  readonly keyid: string;
  /** Private, Ed25519. */
  readonly key: KeyObject;
}

export interface Sealed {
  readonly envelope: Envelope;
  readonly signedBy: string | null;
  readonly revoked: boolean;
  readonly problems: readonly BulkheadError[];
}

type Known = Omit<ReceiptFacts, "revocations" | "revoked">;

/** `ending` is null when the run could not be ended. Never throws: a run stands whatever becomes of its receipt. */
export async function sealReceipt(
  known: Known,
  ending: RunEnding | null,
  localKey: RunPorts["localKey"],
): Promise<Sealed> {
  const problems: BulkheadError[] = [];
  const statement = (revocations: readonly Revocation[], signer: Signer): Buffer => {
    const revoked = ending !== null && revocations.every(({ result }) => result === "revoked");
    return receiptStatement({ ...known, revocations, revoked }, signer);
  };
  const told = (error: unknown): null => {
    const reason = isBulkheadError(error) ? error.message : "unexpected error";
    problems.push(new BulkheadError("receipt.not-signed", { reason }, { cause: error }));
    return null;
  };
  const { revocations = [], sign = null } = ending ?? {};
  const byStore = sign === null ? null : await within(sign(statement(revocations, "store"))).catch(told);
  const left = await within(ending?.drop() ?? Promise.resolve([])).catch((error: unknown) => {
    const reason = isBulkheadError(error) ? error.message : "unexpected error";
    problems.push(new BulkheadError("run.revocation-failed", { reason }, { cause: error }));
    return revocations.map((one) => ({ ...one, result: "unknown", proof: null }) as const);
  });
  const held = byStore === null ? left : revocations;
  const result = { revoked: ending !== null && held.every((one) => one.result === "revoked"), problems };
  if (byStore !== null)
    return { envelope: byStore, signedBy: byStore.signatures[0]?.keyid ?? null, ...result };
  let key: ReceiptKey | null = null;
  try {
    key = localKey?.() ?? null;
  } catch (error) {
    told(error);
  }
  const envelope = envelopeOf(statement(left, key === null ? "none" : "local"), key);
  return { envelope, signedBy: key?.keyid ?? null, ...result };
}

/** Ed25519 in PEM. Throws `receipt.key-invalid`. */
export function readReceiptKey(pem: Secret, path: string): ReceiptKey {
  try {
    const key = createPrivateKey({ key: pem.reveal(), format: "pem" });
    if (key.asymmetricKeyType === "ed25519") return { keyid: receiptKeyId("local", key), key };
  } catch {
    // said below, without what stands in it
  } finally {
    pem.wipe();
  }
  throw new BulkheadError("receipt.key-invalid", { path });
}

/**
 * The key of this user: made at first use, for its owner alone; null where its folder is not there. `read` gives a private file's content.
 * Throws `receipt.key-invalid` and what `read` throws.
 */
export function localReceiptKey(path: string, read: (path: string) => Secret): ReceiptKey | null {
  if (!existsSync(path)) {
    if (!existsSync(dirname(path))) return null;
    make(path);
  }
  return readReceiptKey(read(path), path);
}

/** Whole or not at all, and the first of several processes makes it. */
function make(path: string): void {
  const partial = `${path}.${process.pid}.partial`;
  const { privateKey } = generateKeyPairSync("ed25519");
  try {
    rmSync(partial, { force: true });
    writeFileSync(partial, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
    linkSync(partial, path);
  } catch (cause) {
    const { code: reason = "unknown" } = cause as NodeJS.ErrnoException;
    if (reason !== "EEXIST")
      throw new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
  } finally {
    rmSync(partial, { force: true });
  }
}
