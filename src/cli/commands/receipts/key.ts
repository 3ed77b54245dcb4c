import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { inReach, localPublicKey, pemOf, storePublicKey } from "../../receipts.ts";

export default command({
  details:
    "The public key with which receipts are checked: the store's where one is in reach, otherwise this user's own. Keep it where who runs the jobs cannot change it.",
  flags: {
    local: { kind: "switch", brief: "this user's own, which signs runs that no store knows" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead receipts key > store.pem", says: "for `bulkhead receipts verify --key-file`" },
  ],
  async run({ flags, context: { out }, context }) {
    const key =
      flags.local || !inReach(context)
        ? localPublicKey(context)
        : await storePublicKey((await context.api()).client);
    if (key === null) throw new BulkheadError("receipt.no-key", { keyid: "local receipts" });
    if (flags.json) out.json({ keyid: key.keyid, public_key: pemOf(key) });
    else out.print(pemOf(key));
  },
});
