/** The key services that can hold a seal's key: one file each, loaded when a configuration names it. */
import type { KeyService } from "../../kernel/seal/types.ts";
import type { SealConfig } from "../config.ts";

/** null: people hold the key in shares. The service keeps the secrets of its configuration. */
export async function keyServiceOf(seal: SealConfig): Promise<KeyService | null> {
  if (seal.type === "transit") return (await import("./transit.ts")).transitKey(seal);
  if (seal.type === "awskms") return (await import("./awskms.ts")).awsKey(seal);
  return null;
}
