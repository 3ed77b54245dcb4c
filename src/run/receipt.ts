/**
 * The receipt of a run: an in-toto statement in a DSSE envelope, as `docs/spec/receipt.md` specifies. It names what was
 * issued, to whom and for how long, what level of isolation was proven, and whether everything was taken back; never a value.
 */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { rfc3339 } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { EnvironmentDecision } from "./environment.ts";
import type { IsolationLevel } from "./isolate.ts";

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PREDICATE_TYPE = "https://bulkhead.dev/receipt/v1";
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";

export interface ReceiptSecret {
  readonly variable: string;
  readonly secret: string;
  readonly field: string;
  /** Null where the store has no versions. */
  readonly version: number | null;
  /** How many times its value was masked in the output. */
  readonly masked: number;
}

export interface ReceiptFacts {
  readonly runId: string;
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  /** Forty or sixty-four hex digits; null outside a repository. */
  readonly commit: string | null;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
  /** Null when the job did not start. */
  readonly exit: number | null;
  readonly isolation: IsolationLevel | null;
  readonly secrets: readonly ReceiptSecret[];
  readonly decisions: readonly EnvironmentDecision[];
  readonly revoked: boolean;
}

export interface ReceiptSigner {
  readonly keyid: string;
  /** Signs the pre-authentication encoding; the signature is raw bytes. */
  sign(message: Buffer): Buffer | Promise<Buffer>;
}

export interface Envelope {
  readonly payloadType: string;
  /** Base64 of the statement. */
  readonly payload: string;
  /** Empty when no key was at hand: the receipt is then a record, not a proof. */
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

export function receiptStatement(facts: ReceiptFacts): Record<string, unknown> {
  const counts = { kept: 0, removed: 0, injected: 0, changed: 0 };
  for (const { action } of facts.decisions) counts[action]++;
  const run = {
    name: `run:${facts.runId}`,
    digest: { sha256: createHash("sha256").update(facts.runId).digest("hex") },
  };
  const source = facts.commit === null ? [] : [{ name: "source", digest: { gitCommit: facts.commit } }];
  return {
    _type: STATEMENT_TYPE,
    subject: [run, ...source],
    predicateType: PREDICATE_TYPE,
    predicate: {
      run: facts.runId,
      project: facts.project,
      stage: facts.stage,
      environment: facts.environment,
      commit: facts.commit,
      started: rfc3339(facts.started),
      ended: rfc3339(facts.ended),
      exit: facts.exit,
      isolation: facts.isolation,
      secrets: facts.secrets,
      variables: counts,
      revoked: facts.revoked,
    },
  };
}

/** DSSE's pre-authentication encoding: what is signed. */
export function preAuthentication(payloadType: string, payload: Buffer): Buffer {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} ${type.toString("utf8")} ${payload.length} `),
    payload,
  ]);
}

export async function sealReceipt(facts: ReceiptFacts, signer?: ReceiptSigner): Promise<Envelope> {
  const payload = Buffer.from(JSON.stringify(receiptStatement(facts)), "utf8");
  const signatures =
    signer === undefined
      ? []
      : [
          {
            keyid: signer.keyid,
            sig: (await signer.sign(preAuthentication(PAYLOAD_TYPE, payload))).toString("base64"),
          },
        ];
  return { payloadType: PAYLOAD_TYPE, payload: payload.toString("base64"), signatures };
}

/** Writes whole or not at all, 0600 in a folder of 0700. Throws `io.failed`. */
export function writeReceipt(path: string, envelope: Envelope): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(partial, { force: true }); // left by a process of the same number that was killed
    writeFileSync(partial, `${JSON.stringify(envelope)}\n`, { mode: 0o600, flag: "wx" });
    chmodSync(partial, 0o600);
    renameSync(partial, path);
  } catch (cause) {
    if (existsSync(partial)) rmSync(partial);
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
  }
}
