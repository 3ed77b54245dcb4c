/** Which keys are made and taken. */
import { BulkheadError } from "../../core/errors.ts";
import type { KeyFacts } from "../../x509/keys.ts";
import { invalid } from "./input.ts";

const SIZES: Readonly<Record<string, readonly number[]>> = {
  rsa: [2048, 3072, 4096, 8192],
  ec: [224, 256, 384, 521],
  ed25519: [0],
  any: [0],
};

/** What 0 stands for. */
export const defaultBits = (type: string): number => (type === "rsa" ? 2048 : type === "ec" ? 256 : 0);

/** Throws `pki.invalid`, as OpenBao words it. */
export function checkKeySize(type: string, bits: number): void {
  const sizes = Object.hasOwn(SIZES, type) ? SIZES[type] : undefined;
  if (sizes === undefined) throw invalid(`unknown key type ${type.slice(0, 40)}`);
  if (sizes.includes(bits) || type === "ed25519" || type === "any") return;
  if (type === "ec") throw invalid(`unsupported bit length for EC key: ${bits}`);
  throw invalid(
    bits < 2048
      ? `RSA keys < 2048 bits are unsafe and not supported: got ${bits}`
      : `unsupported bit length for RSA key: ${bits}`,
  );
}

/** A request's key against a role's. Throws `pki.request`. */
export function checkRequestKey(facts: KeyFacts | null, type: string, bits: number): void {
  const refused = (problem: string): BulkheadError => new BulkheadError("pki.request", { problem });
  if (facts === null) throw new BulkheadError("x509.unsupported-key");
  if (type !== "any" && facts.type !== type) throw refused(`role requires keys of type ${type}`);
  if (facts.type === "rsa" && facts.bits < 2048)
    throw refused("RSA keys < 2048 bits are unsafe and not supported");
  if (facts.type === "rsa" && facts.bits > 8192) throw refused("RSA keys > 8192 bits are not supported");
  if (type !== "any" && facts.bits < bits)
    throw refused(`role requires a minimum of a ${bits}-bit key, but CSR's key is ${facts.bits} bits`);
}
