/** `tidy/secret-id`: drops secret ids whose time is over, page by page. */
import type { Call, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { deleteSecretId, isExpired, loadSecretId, roleNames, secretIdDigests } from "./store.ts";

const PAGE = 200;

async function tidy({ clock }: MountContext, call: Call): Promise<Reply> {
  const now = clock.now();
  for (const role of await roleNames(call.storage)) {
    let after: string | undefined;
    for (;;) {
      const page = await secretIdDigests(
        call.storage,
        role,
        after === undefined ? { limit: PAGE } : { after, limit: PAGE },
      );
      await call.storage.transaction(async (tx) => {
        for (const digest of page) {
          const entry = await loadSecretId(tx, role, digest);
          if (entry !== null && isExpired(entry, now)) deleteSecretId(tx, role, digest, entry);
        }
      });
      if (page.length < PAGE) break;
      after = page.at(-1);
    }
  }
  return { status: 202, data: null, warnings: ["Expired secret ids were removed."] };
}

export const tidyPath = (context: MountContext): PathDeclaration => ({
  pattern: "tidy/secret-id",
  summary: "Drops secret ids whose time is over",
  operations: { create: (call) => tidy(context, call), update: (call) => tidy(context, call) },
});
