/**
 * What a mount keeps: `config`, `lease`, `role/NAME`, and notes that are durable before AWS is touched: `user/ID` (an IAM user is being
 * made) and `rotation` (the configured key is being replaced).
 */
import type { StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { AwsConfig } from "./api.ts";

export interface RootConfig extends AwsConfig {
  /** Drawn anew at each change. */
  readonly revision: string;
  readonly usernameTemplate: string;
}

/** Milliseconds. */
export interface LeaseConfig {
  readonly lease: number;
  readonly max: number;
}

export const CREDENTIAL_TYPES = ["iam_user", "assumed_role", "federation_token", "session_token"] as const;
export type CredentialType = (typeof CREDENTIAL_TYPES)[number];

export interface Role {
  readonly type: CredentialType;
  readonly roleArns: readonly string[];
  readonly policyArns: readonly string[];
  readonly policyDocument: string;
  readonly groups: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly sessionTags: Readonly<Record<string, string>>;
  readonly externalId: string;
  readonly userPath: string;
  readonly boundary: string;
  /** Milliseconds; 0: not said. */
  readonly defaultTtl: number;
  readonly maxTtl: number;
}

export interface UserNote {
  readonly username: string;
  readonly due: number;
  readonly failures: number;
}

/** `old` is to be deleted once `fresh` is in use; without `fresh` every key that is not among `known` came of a lost answer. */
export interface RotationNote {
  readonly id: string;
  readonly user: string;
  readonly started: number;
  readonly known: readonly string[];
  readonly old: string;
  readonly fresh: { readonly accessKey: string; readonly secretKey: string } | null;
}

export const [CONFIG, LEASE, ROTATION, ROLES, USERS] = [
  "config",
  "lease",
  "rotation",
  "role/",
  "user/",
] as const;

export async function load<T>(from: Pick<StorageReader, "get">, key: string): Promise<T | null> {
  const bytes = await from.get(key);
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString("utf8")) as T;
  } finally {
    bytes.fill(0);
  }
}

export function save(tx: StorageTransaction, key: string, value: object): void {
  const bytes = Buffer.from(JSON.stringify(value));
  tx.put(key, bytes);
  bytes.fill(0);
}
