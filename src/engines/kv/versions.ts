/** `delete/`, `undelete/`, `destroy/`: changes to named versions. Unknown versions are passed over, as Vault does. */
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, Handler, PathDeclaration } from "../../kernel/plugin.ts";
import { versionList, writablePath } from "./input.ts";
import {
  type KvContext,
  type Metadata,
  type Version,
  deletionTime,
  eraseValue,
  isLive,
  loadConfig,
  loadMetadata,
  saveMetadata,
} from "./secrets.ts";

function withVersions(
  metadata: Metadata,
  numbers: Iterable<number>,
  change: (version: Version) => Version,
): Metadata {
  const versions = { ...metadata.versions };
  for (const number of numbers) {
    const version = versions[number];
    if (version !== undefined) versions[number] = change(version);
  }
  return { ...metadata, versions };
}

/** Soft deletion: the value stays and can be brought back. `numbers` null: the latest version. */
export async function markDeleted(
  kv: KvContext,
  storage: Storage,
  path: string,
  numbers: readonly number[] | null,
): Promise<void> {
  await storage.transaction(async (tx) => {
    const metadata = await loadMetadata(tx, path);
    if (metadata === null) return;
    const now = kv.clock.now();
    saveMetadata(
      tx,
      path,
      withVersions(metadata, numbers ?? [metadata.current], (version) =>
        isLive(version, now) ? { ...version, deleted: now } : version,
      ),
    );
  });
}

async function remove(kv: KvContext, call: Call): Promise<undefined> {
  await markDeleted(kv, call.storage, writablePath(call), versionList(call));
}

async function undelete(kv: KvContext, call: Call): Promise<undefined> {
  const path = writablePath(call);
  const numbers = versionList(call);
  await call.storage.transaction(async (tx) => {
    const metadata = await loadMetadata(tx, path);
    if (metadata === null) return;
    const deleted = deletionTime(metadata, await loadConfig(tx), kv.clock.now());
    saveMetadata(
      tx,
      path,
      withVersions(metadata, numbers, (version) => (version.destroyed ? version : { ...version, deleted })),
    );
  });
}

async function destroy(kv: KvContext, call: Call): Promise<undefined> {
  const path = writablePath(call);
  const numbers = new Set(versionList(call));
  await call.storage.transaction(async (tx) => {
    const metadata = await loadMetadata(tx, path);
    if (metadata === null) return;
    for (const number of numbers)
      if (metadata.versions[number]?.destroyed === false) await eraseValue(kv, tx, path, number);
    saveMetadata(
      tx,
      path,
      withVersions(metadata, numbers, (version) => ({ ...version, destroyed: true })),
    );
  });
}

const versions: FieldDeclaration = { type: "json", description: "The versions' numbers", plain: true };

function versionsPath(pattern: string, summary: string, handler: Handler): PathDeclaration {
  return { pattern, summary, fields: { versions }, operations: { create: handler, update: handler } };
}

export const deletePath = (kv: KvContext): PathDeclaration =>
  versionsPath("delete/{path*}", "Deletes versions; undelete brings them back", (call) => remove(kv, call));

export const undeletePath = (kv: KvContext): PathDeclaration =>
  versionsPath("undelete/{path*}", "Brings deleted versions back", (call) => undelete(kv, call));

export const destroyPath = (kv: KvContext): PathDeclaration =>
  versionsPath("destroy/{path*}", "Removes versions' values for good", (call) => destroy(kv, call));
