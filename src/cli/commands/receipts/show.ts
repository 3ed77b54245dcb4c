import { existsSync } from "node:fs";
import { join } from "node:path";
import { BulkheadError, isBulkheadError } from "../../../core/errors.ts";
import type { Envelope } from "../../../core/receipt.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { ReceiptKeys, checked, envelopeFile, inReach } from "../../receipts.ts";
import { envelopeAt } from "../../run/ending.ts";
import { receiptLines } from "../../run/receipt-lines.ts";

export default command({
  flags: {
    envelope: { kind: "switch", brief: "print the signed envelope, for `receipts verify` elsewhere" },
    ...jsonFlag,
  },
  args: [{ name: "run", brief: "the run's id" }],
  examples: [{ line: "bulkhead receipts show 019a…", says: "what the run was given and used" }],
  async run({ flags, args: [run = ""], context: { out }, context }) {
    const one = await checked(await find(context, run), new ReceiptKeys(context));
    if (flags.envelope) {
      out.print(JSON.stringify(one.envelope));
      return;
    }
    const { receipt, keyid, worth, problem } = one;
    if (flags.json) out.json({ ...receipt, keyid, worth, problem });
    else out.print(receiptLines(receipt));
    if (worth === "valid") out.note(`valid: signed by ${keyid ?? ""}`);
    else out.warn(problem ?? "nobody signed it: it is a record and no proof");
  },
});

/** The store's, else this user's own. Throws `receipt.unknown`. */
async function find(context: Context, run: string): Promise<Envelope> {
  if (!/^[\w-]{1,80}$/.test(run)) throw new BulkheadError("receipt.unknown", { id: run.slice(0, 80) });
  const path = join(context.home.runs, `${run}.json`);
  try {
    if (inReach(context)) {
      const { client } = await context.api();
      return await envelopeAt(client, "GET", `bulkhead/runs/${run}/receipt`);
    }
  } catch (error) {
    if (!isBulkheadError(error) || !existsSync(path)) throw error;
  }
  if (!existsSync(path)) throw new BulkheadError("receipt.unknown", { id: run });
  return envelopeFile(path);
}
