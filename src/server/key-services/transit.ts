/** A key of another server's transit engine: Vault's, OpenBao's or Bulkhead's. */
import { ApiClient } from "../../client/index.ts";
import { httpTransport } from "../../client/http.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Json } from "../../core/json-bytes.ts";
import type { KeyService } from "../../kernel/seal/types.ts";
import type { SealConfig } from "../config.ts";

const ANSWER_MS = 10_000;

export function transitKey(config: Extract<SealConfig, { type: "transit" }>): KeyService {
  const { address, keyName, mount, token, caFile } = config;
  const ask = async (
    what: "encrypt" | "decrypt",
    body: Record<string, string>,
    field: string,
  ): Promise<string> => {
    const { send, close } = httpTransport({ address, caFile, timeout: ANSWER_MS });
    try {
      const client = new ApiClient({ transport: send, token });
      const path = `${mount}/${what}/${encodeURIComponent(keyName)}`;
      const value: Json | undefined = (await client.write(path, body))?.[field];
      if (typeof value === "string" && value !== "") return value;
      throw failed(keyName, "its answer holds nothing");
    } catch (error) {
      if (isBulkheadError(error) && error.code !== "seal.kms-failed")
        throw failed(keyName, error.message, error);
      throw error;
    } finally {
      close();
    }
  };
  return {
    type: "transit",
    keyName,
    wrap: (key) => ask("encrypt", { plaintext: key.toString("base64") }, "ciphertext"),
    unwrap: async (wrapped) =>
      Buffer.from(await ask("decrypt", { ciphertext: wrapped }, "plaintext"), "base64"),
  };
}

const failed = (key: string, reason: string, cause?: unknown): BulkheadError =>
  new BulkheadError("seal.kms-failed", { type: "transit", key, reason }, { cause });
