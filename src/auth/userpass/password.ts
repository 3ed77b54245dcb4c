/**
 * Passwords as they are stored: Argon2id with the parameters of RFC 9106, section 4, second choice (64 MiB, 3 passes, 4 lanes).
 * An unknown user costs the same work as a known one, and only a few are computed at once, so that logins cannot fill the memory.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Secret } from "../../core/secret.ts";
import { Turns } from "./turns.ts";

/** `memory` in KiB; `salt` and `hash` in base64. */
export interface StoredPassword {
  readonly algorithm: "argon2id";
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: string;
  readonly hash: string;
}

const NOW = { algorithm: "argon2id", memory: 64 * 1024, passes: 3, parallelism: 4 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** One for the process, whatever the number of mounts: it is the process's memory. */
const turns = new Turns(2, 64);

/** What a password is compared with where there is no user; the comparison never succeeds. */
const NOBODY: StoredPassword = {
  ...NOW,
  salt: Buffer.alloc(SALT_BYTES).toString("base64"),
  hash: Buffer.alloc(HASH_BYTES).toString("base64"),
};

async function compute(password: Secret, stored: Omit<StoredPassword, "hash">): Promise<Buffer> {
  return await turns.run(() =>
    promisify(argon2)(stored.algorithm, {
      message: password.reveal(),
      nonce: Buffer.from(stored.salt, "base64"),
      parallelism: stored.parallelism,
      tagLength: HASH_BYTES,
      memory: stored.memory,
      passes: stored.passes,
    }),
  );
}

export async function hashPassword(password: Secret): Promise<StoredPassword> {
  const stored = { ...NOW, salt: randomBytes(SALT_BYTES).toString("base64") };
  return { ...stored, hash: (await compute(password, stored)).toString("base64") };
}

/** `stored` null: there is no such user; the answer is false after the same work. */
export async function isPassword(password: Secret, stored: StoredPassword | null): Promise<boolean> {
  const against = stored ?? NOBODY;
  const hash = await compute(password, against);
  const same = timingSafeEqual(hash, Buffer.from(against.hash, "base64"));
  hash.fill(0);
  return same && stored !== null;
}
