/** `tidy/secret-id`: drops secret ids whose time is over, page by page. */
import type { Storage } from "../../kernel/barrier/index.ts";
import type { Call, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { deleteSecretId, isExpired, loadSecretId, roleNames, secretIdDigests } from "./store.ts";

const PAGE = 200;

export async function dropExpired({ clock }: Pick<MountContext, "clock">, storage: Storage): Promise<void> {
  const now = clock.now();
  for (const role of await roleNames(storage)) {
    let after: string | undefined;
    for (;;) {
      const page = await secretIdDigests(
        storage,
        role,
        after === undefined ? { limit: PAGE } : { after, limit: PAGE },
      );
      await storage.transaction(async (tx) => {
        for (const digest of page) {
          const entry = await loadSecretId(tx, role, digest);
          if (entry !== null && isExpired(entry, now)) deleteSecretId(tx, role, digest, entry);
        }
      });
      if (page.length < PAGE) break;
      after = page.at(-1);
    }
  }
}

async function tidy(context: MountContext, call: Call): Promise<Reply> {
  await dropExpired(context, call.storage);
  return { status: 202, data: null, warnings: ["Expired secret ids were removed."] };
}

export const tidyPath = (context: MountContext): PathDeclaration => ({
  pattern: "tidy/secret-id",
  summary: "Drops secret ids whose time is over",
  operations: { create: (call) => tidy(context, call), update: (call) => tidy(context, call) },
});
