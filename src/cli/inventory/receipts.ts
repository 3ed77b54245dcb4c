/** What the newest receipts prove of the use of values; only those whose signature holds count. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isBulkheadError } from "../../core/errors.ts";
import type { ReceiptFacts } from "../../inventory/index.ts";
import type { Context } from "../context.ts";
import { ReceiptKeys, checked, envelopeFile, inReach } from "../receipts.ts";
import { envelopeAt } from "../run/ending.ts";
import { listed } from "../../client/lists.ts";

/** So many runs are looked into, the newest: older uses come from the audit log. */
const MOST = 300;
const AT_ONCE = 8;

export async function receiptFacts(context: Context, gaps: string[]): Promise<ReceiptFacts[]> {
  const keys = new ReceiptKeys(context);
  const found = new Map<string, ReceiptFacts[]>();
  let unread = 0;
  const take = async (read: () => Promise<Parameters<typeof checked>[0]>): Promise<void> => {
    try {
      const { receipt, worth } = await checked(await read(), keys);
      if (worth !== "valid") return;
      const { project, stage, environment, run, ended, secrets } = receipt;
      const time = Date.parse(ended);
      if (Number.isNaN(time)) return;
      found.set(
        run,
        secrets.map(({ secret, used }) => ({ project, stage, environment, run, secret, used, ended: time })),
      );
    } catch (error) {
      if (!isBulkheadError(error)) throw error;
      unread++;
    }
  };
  for (const path of newestFiles(context)) await take(() => Promise.resolve().then(() => envelopeFile(path)));
  if (inReach(context)) {
    const { client } = await context.api();
    const query = { limit: String(MOST) };
    const runs = await listed<{ receipt: string | null }>(client, "bulkhead/runs", { query });
    if (runs === null) gaps.push("runs may not be listed: their receipts are left out");
    const signed = [...(runs?.info ?? [])].filter(([, { receipt }]) => receipt !== null);
    for (let at = 0; at < signed.length; at += AT_ONCE)
      await Promise.all(
        signed
          .slice(at, at + AT_ONCE)
          .map(([id]) => take(() => envelopeAt(client, "GET", `bulkhead/runs/${id}/receipt`))),
      );
  }
  if (unread > 0) gaps.push(`${unread} receipts cannot be read`);
  return [...found.values()].flat();
}

/** A run's id begins with its time: the last names are the newest. */
function newestFiles({ home }: Context): string[] {
  try {
    const names = readdirSync(home.runs).filter((name) => name.endsWith(".json"));
    return names
      .sort()
      .slice(-MOST)
      .map((name) => join(home.runs, name));
  } catch {
    return [];
  }
}
