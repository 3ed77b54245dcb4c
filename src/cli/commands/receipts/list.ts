import { command, jsonFlag } from "../../command.ts";
import { gather } from "../../receipts.ts";
import { shortTime } from "../../secrets.ts";

export default command({
  details:
    "Receipts of this user's runs and those that the store keeps. `signed by` says whose key it was, and what is not valid is said; `bulkhead receipts show` prints one.",
  flags: {
    project: { kind: "text", placeholder: "project", brief: "of this project only" },
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "of this stage only" },
    env: { kind: "text", short: "e", placeholder: "environment", brief: "in this environment only" },
    ...jsonFlag,
  },
  examples: [{ line: "bulkhead receipts list --stage train --env prod", says: "newest first" }],
  async run({ flags, context: { out }, context }) {
    const { receipts, unread } = await gather(context, flags);
    for (const { what, reason } of unread) out.warn(`${what}: ${reason}`);
    if (flags.json)
      out.json(
        receipts.map(({ receipt, keyid, worth, problem, at }) => ({ ...receipt, keyid, worth, problem, at })),
      );
    else if (receipts.length === 0) out.note("no receipts");
    else
      out.table(
        ["run", "project", "stage", "environment", "ended", "exit", "at", "signed by"],
        receipts.map(({ receipt, keyid, worth, at }) => [
          receipt.run,
          receipt.project,
          receipt.stage,
          receipt.environment,
          shortTime(receipt.ended),
          receipt.exit === null ? "-" : String(receipt.exit),
          at,
          worth === "valid" ? (keyid ?? "") : worth === "unsigned" ? "nobody" : `${keyid ?? "?"} (${worth})`,
        ]),
      );
  },
});
