/** A key of AWS Key Management Service (API of 2014-11-01), requests signed by SigV4. */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { KeyService } from "../../kernel/seal/types.ts";
import type { SealConfig } from "../config.ts";

const ANSWER_MS = 10_000;
/** Authenticated with the ciphertext there, and named in the key's own log: what this key was used for. */
const CONTEXT = { purpose: "bulkhead-seal" };

export function awsKey(config: Extract<SealConfig, { type: "awskms" }>): KeyService {
  const { keyId, region, endpoint } = config;
  const failed = (reason: string, cause?: unknown): BulkheadError =>
    new BulkheadError("seal.kms-failed", { type: "awskms", key: keyId, reason }, { cause });
  const ask = async (target: "Encrypt" | "Decrypt", body: object, field: string): Promise<Buffer> => {
    const { AwsClient } = await import("aws4fetch");
    const client = new AwsClient({
      accessKeyId: config.accessKey,
      secretAccessKey: config.secretKey.revealText(),
      ...(config.sessionToken && { sessionToken: config.sessionToken.revealText() }),
      ...{ region, service: "kms", retries: 0 },
    });
    try {
      const signed = await client.sign(endpoint ?? `https://kms.${region}.amazonaws.com/`, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `TrentService.${target}`,
        },
        body: JSON.stringify({ KeyId: keyId, EncryptionContext: CONTEXT, ...body }),
      });
      const answer = await fetch(signed, { signal: AbortSignal.timeout(ANSWER_MS), redirect: "error" });
      const said = (await answer.json()) as Record<string, unknown>;
      if (!answer.ok) throw failed(`${answer.status} ${kindOf(said)}`);
      const value = said[field];
      if (typeof value !== "string" || value === "") throw failed("its answer holds nothing");
      return Buffer.from(value, "base64");
    } catch (error) {
      if (isBulkheadError(error)) throw error;
      throw failed(reasonOf(error), error);
    }
  };
  return {
    type: "awskms",
    keyName: keyId,
    wrap: async (key) =>
      (await ask("Encrypt", { Plaintext: key.toString("base64") }, "CiphertextBlob")).toString("base64"),
    unwrap: (wrapped) => ask("Decrypt", { CiphertextBlob: wrapped }, "Plaintext"),
  };
}

/** The name of AWS's error, never its text: that quotes what was sent. */
function kindOf(said: Record<string, unknown>): string {
  const type =
    String(said.__type ?? "")
      .split("#")
      .at(-1) ?? "";
  return /^[A-Za-z]{1,80}$/.test(type) ? type : "refused";
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  if (error instanceof Error && error.name === "TimeoutError")
    return `no answer within ${ANSWER_MS / 1_000} s`;
  return cause?.code ?? (error instanceof Error ? error.name : "unknown");
}
