/** The row `core/seal` (docs/spec/barrier.md): the wrapped root key, its type, and for a passphrase the parameters of Argon2id. */
import { BulkheadError } from "../../core/errors.ts";
import { SEAL_PATH } from "../barrier/views.ts";
import type { Argon2Cost, SealMethod } from "./types.ts";

export interface Argon2Parameters extends Argon2Cost {
  /** 16 bytes, base64. */
  readonly salt: string;
}

export type SealRow =
  | { readonly version: 1; readonly type: "keyfile"; readonly key: string }
  | ({ readonly version: 1; readonly type: "passphrase"; readonly key: string } & Argon2Parameters);

/** What whoever can write to the store may make us spend before we know that the row is not ours. */
const LIMITS: Readonly<Record<keyof Argon2Cost, number>> = {
  memory: 4 << 20,
  passes: 1000,
  parallelism: 255,
};

export function parseRow(bytes: Buffer): SealRow {
  const damaged = new BulkheadError("barrier.corrupt", { path: SEAL_PATH });
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  } catch {
    throw damaged;
  }
  if (typeof row !== "object" || row === null || row.version !== 1 || typeof row.key !== "string")
    throw damaged;
  if (row.type === "keyfile") return { version: 1, type: "keyfile", key: row.key };
  if (row.type !== "passphrase" || typeof row.salt !== "string") throw damaged;
  const number = (name: keyof Argon2Cost): number => {
    const value = row[name];
    if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > LIMITS[name]) throw damaged;
    return Number(value);
  };
  return {
    version: 1,
    type: "passphrase",
    key: row.key,
    salt: row.salt,
    memory: number("memory"),
    passes: number("passes"),
    parallelism: number("parallelism"),
  };
}

/** The path that the wrapped key is bound to: with its parameters, so that changed ones make it useless rather than weaker. */
export function boundPath(type: SealMethod["type"], parameters: Argon2Parameters | null): string {
  if (parameters === null) return `${SEAL_PATH}?type=${type}`;
  const { salt, memory, passes, parallelism } = parameters;
  return `${SEAL_PATH}?type=${type}&salt=${salt}&memory=${memory}&passes=${passes}&parallelism=${parallelism}`;
}
