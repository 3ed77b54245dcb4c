/** Argon2id of a passphrase, by the parameters that stand in the seal's row. */
import { argon2 } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import type { Parameters } from "./row.ts";

const KEY_BYTES = 32;

/** The caller zeroes the 32 bytes. Throws `seal.empty-passphrase`. */
export function stretched(passphrase: Secret, parameters: Parameters): Promise<Buffer> {
  if (passphrase.length === 0) return Promise.reject(new BulkheadError("seal.empty-passphrase"));
  const { salt, memory, passes, parallelism } = parameters;
  const asked = {
    message: passphrase.reveal(),
    nonce: Buffer.from(String(salt), "base64"),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: KEY_BYTES,
  };
  return new Promise((resolve, reject) => {
    argon2("argon2id", asked, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
