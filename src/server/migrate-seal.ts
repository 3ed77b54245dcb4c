/** From one seal to another on a store that nobody serves: the same root key, wrapped anew by one write. */
import { randomBytes } from "node:crypto";
import { BulkheadError } from "../core/errors.ts";
import type { Store } from "../core/ports/store.ts";
import type { Secret } from "../core/secret.ts";
import { createBarrier } from "../kernel/barrier/index.ts";
import { changeSeal, type SealMethod, sealStatus, unsealRootKey } from "../kernel/seal/index.ts";
import { Gathering } from "../kernel/seal/gathering.ts";
import { writeRecovery } from "../kernel/seal/recovery.ts";
import { problemOf, readShare, splitKey } from "../kernel/seal/shares.ts";
import type { ShareCounts } from "../kernel/seal/types.ts";
import { openStore } from "../store/index.ts";
import type { SealConfig, ServerConfig } from "./config.ts";
import { openConfiguredStore } from "./configured.ts";
import type { HomePaths } from "./home.ts";
import { keyServiceOf } from "./key-services/index.ts";

export interface Migration {
  /** A configuration, or the local store. */
  readonly from: ServerConfig | { readonly home: HomePaths };
  readonly to: SealConfig;
  /** Of the new shares; needed for `shamir`, for a key service the recovery shares. */
  readonly counts: ShareCounts | null;
  /** The present shares, as text, as many as are asked for. */
  readonly shares: () => AsyncIterable<string>;
  readonly passphrase: () => Promise<Secret>;
}

/** `keys`: the new shares in base64; null: none were made. */
export async function migrateSeal(
  migration: Migration,
): Promise<{ readonly keys: readonly string[]; readonly recovery: boolean } | null> {
  const { from, to, counts } = migration;
  const problem = counts === null ? (to.type === "shamir" ? "--shares is missing" : null) : problemOf(counts);
  if (problem !== null) throw new BulkheadError("seal.refused", { problem });
  const { store, close } =
    "home" in from
      ? await openStore({ path: from.home.store }).then((one) => ({ store: one, close: () => one.close() }))
      : await openConfiguredStore(from);
  const key = randomBytes(32);
  try {
    const present = await presentMethod(store, migration);
    const service = await keyServiceOf(to);
    const next: SealMethod =
      service === null
        ? { type: "shamir", key, ...(counts ?? { shares: 0, threshold: 0 }) }
        : { type: service.type, service };
    if (service !== null && counts !== null) await setRecovery(store, present, key, counts);
    await changeSeal(store, present, next);
    if (counts === null) return null;
    const keys = await splitKey(key, counts);
    const texts = keys.map((share) => share.toString("base64"));
    for (const share of keys) share.fill(0);
    return { keys: texts, recovery: service !== null };
  } finally {
    key.fill(0);
    await close();
  }
}

async function setRecovery(
  store: Store,
  method: SealMethod,
  key: Buffer,
  counts: ShareCounts,
): Promise<void> {
  const barrier = createBarrier(store);
  const rootKey = await unsealRootKey(store, method);
  await barrier.unseal(rootKey).finally(() => rootKey.fill(0));
  await writeRecovery(barrier, key, counts);
  await barrier.seal();
}

async function presentMethod(store: Store, { from, shares, passphrase }: Migration): Promise<SealMethod> {
  const { type, counts } = await sealStatus(store);
  if (type === null) throw new BulkheadError("seal.not-initialized");
  if (type === "shamir" && counts !== null) return { type, key: await gathered(shares(), counts), ...counts };
  if (type === "passphrase") return { type, passphrase };
  if (type === "keyfile" && "home" in from) return { type, path: from.home.sealKey };
  const service = "home" in from ? null : await keyServiceOf(from.seal);
  if (service === null || service.type !== type)
    throw new BulkheadError("seal.wrong-method", {
      type,
      asked: "home" in from ? "keyfile" : from.seal.type,
    });
  return { type: service.type, service };
}

async function gathered(shares: AsyncIterable<string>, { threshold }: ShareCounts): Promise<Buffer> {
  const gathering = new Gathering();
  for await (const text of shares) {
    const share = readShare(Buffer.from(text, "latin1"));
    gathering.add(share);
    share.fill(0);
    if (gathering.progress < threshold) continue;
    const key = await gathering.take();
    if (key === null) break;
    return key;
  }
  gathering.clear();
  throw new BulkheadError("seal.wrong-shares");
}
