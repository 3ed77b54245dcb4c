/** When a key term is replaced by itself, as an operator set it: a row of the barrier's own, read where it matters. */
import type { Store } from "../../core/ports/store.ts";
import type { RotationSettings } from "./types.ts";
import type { UsageCodec } from "./usage.ts";

const ROTATION_PATH = "core/rotation";

/** `limit`: the most encryptions a term may have, whatever is set. */
export async function readRotation(
  store: Pick<Store, "get">,
  codec: UsageCodec,
  limit: number,
): Promise<RotationSettings> {
  const entry = await store.get(ROTATION_PATH);
  if (entry === null) return { enabled: true, maxOperations: limit, interval: 0 };
  return JSON.parse((await codec.decrypt(ROTATION_PATH, entry.value)).toString()) as RotationSettings;
}

export async function writeRotation(
  store: Pick<Store, "put">,
  codec: UsageCodec,
  settings: RotationSettings,
): Promise<void> {
  await store.put(ROTATION_PATH, codec.encrypt(ROTATION_PATH, Buffer.from(JSON.stringify(settings))));
}
