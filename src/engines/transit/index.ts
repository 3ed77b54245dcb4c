/**
 * `transit`: encryption, signatures and HMACs as a service, Vault's engine of that name. Keys live in the barrier and are used here;
 * callers send data and never hold a key. Ciphertexts, signatures and HMACs say which version of a key made them
 * (`vault:v3:…`), so that keys can be rotated while old data stays readable, until `min_decryption_version` says otherwise.
 */
import type { Backend, MountContext, PluginType } from "../../kernel/plugin.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import { cryptPaths } from "./crypt.ts";
import { exportPaths } from "./export.ts";
import { hashPaths } from "./hash.ts";
import { type KeyRecord, Keyring, autoRotated, rotateKey } from "./keyring.ts";
import { type TransitContext, keyPaths } from "./keys.ts";
import { signingPaths } from "./signing.ts";

function create({ clock }: MountContext): Backend {
  const transit: TransitContext = { clock, keyring: new Keyring() };
  return {
    paths: [
      ...keyPaths(transit),
      ...cryptPaths(transit),
      ...signingPaths(transit),
      ...hashPaths(),
      ...exportPaths(transit),
    ],
    tidy: (storage) => rotateDue(transit, storage),
  };
}

/** Keys with an `auto_rotate_period` whose latest version is as old as that. */
async function rotateDue({ clock, keyring }: TransitContext, storage: Storage): Promise<void> {
  const now = clock.now();
  const due = ({ autoRotate, latest, versions }: KeyRecord): boolean =>
    autoRotate > 0 && now - (versions[latest]?.created ?? now) >= autoRotate;
  for (const name of await autoRotated(storage)) {
    const key = await keyring.find(storage, name);
    if (key !== null && due(key.record)) await rotateKey(storage, name, now, due);
  }
}

export const transit: PluginType = {
  type: "transit",
  title: "Encryption as a service",
  description: "Encrypts, signs and checks with named, versioned keys that never leave the store",
  create,
};
