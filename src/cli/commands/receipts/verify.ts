import { resolve } from "node:path";
import { BulkheadError, isBulkheadError } from "../../../core/errors.ts";
import { type Receipt, verifyEnvelope } from "../../../core/receipt.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { ReceiptKeys, envelopeFile, keyFile } from "../../receipts.ts";

export default command({
  details:
    "Checks the signature under a receipt and the form of what it says. Without --key-file the store's key is asked for, or this user's own, as the receipt names it. A receipt without a signature is not valid.",
  flags: {
    keyFile: {
      kind: "text",
      placeholder: "file",
      brief: "the public key in PEM, as `bulkhead receipts key` prints it",
    },
    ...jsonFlag,
  },
  args: [{ name: "file", brief: "the receipt, an envelope in JSON" }],
  examples: [
    {
      line: "bulkhead receipts verify receipt.json --key-file store.pem",
      says: "without the store, by its key",
    },
  ],
  exits: { 1: "the receipt is not valid" },
  async run({ flags, args: [file = ""], context: { out, cwd }, context }) {
    let receipt: Receipt;
    let keyid: string;
    try {
      ({ receipt, keyid } = await verified(context, resolve(cwd, file), flags.keyFile));
    } catch (error) {
      if (!flags.json || !isBulkheadError(error) || error.code !== "receipt.invalid") throw error;
      out.json({ valid: false, problem: error.details.problem });
      return error.exit;
    }
    if (flags.json) out.json({ valid: true, keyid, receipt });
    else
      out.print(
        `valid: run ${receipt.run}, ${receipt.project} stage ${receipt.stage} in ${receipt.environment}, signed by ${keyid}`,
      );
    return 0;
  },
});

async function verified(context: Context, file: string, keyPath: string | undefined) {
  const envelope = envelopeFile(file);
  const keyid = envelope.signatures[0]?.keyid;
  if (keyid === undefined) throw new BulkheadError("receipt.invalid", { problem: "nobody signed it" });
  const key =
    keyPath === undefined
      ? await new ReceiptKeys(context).of(keyid)
      : keyFile(resolve(context.cwd, keyPath), keyid.startsWith("local:") ? "local" : "store");
  if (key === null) throw new BulkheadError("receipt.no-key", { keyid: keyid.slice(0, 80) });
  return { receipt: verifyEnvelope(envelope, key), keyid: key.keyid };
}
