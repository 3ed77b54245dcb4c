import { existsSync } from "node:fs";
import { type Anchor, verifyAuditLog } from "../../../audit-log/index.ts";
import { BulkheadError, isBulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { count } from "../../output.ts";

export default command({
  details:
    "Follows the hash chain of every segment of the local store's log: changed, added, moved and missing entries show. Where the log ended is kept inside the encrypted store, so that a cut end shows too.",
  flags: jsonFlag,
  examples: [{ line: "bulkhead audit verify", says: "exit code 3 where something is wrong" }],
  exits: { 3: "the log was changed or is damaged" },
  async run({ flags, context }) {
    const { home, address, out } = context;
    if (address !== null) throw new BulkheadError("cli.local-only", { command: "audit verify" });
    const anchors = context.hasLocalStore ? await storedAnchors(context) : [];
    const segments =
      existsSync(home.audit) || anchors.length > 0 ? await verifyAuditLog(home.audit, { anchors }) : [];
    const bad = segments.filter(({ ok }) => !ok);
    if (flags.json) out.json({ ok: bad.length === 0, segments });
    else {
      for (const { segment, problem } of bad) {
        const what = problem === null ? "damaged" : `${problem.file} line ${problem.line}: ${problem.what}`;
        out.print(`segment ${segment}: ${what}`);
      }
      const entries = segments.reduce((sum, one) => sum + one.entries, 0);
      out.print(
        bad.length === 0
          ? `ok: ${count(entries, "entry", "entries")} in ${count(segments.length, "segment")}`
          : `${count(bad.length, "segment")} of ${segments.length} cannot be trusted`,
      );
    }
    return bad.length === 0 ? 0 : 3;
  },
});

/** Where the log stood when it was last written to; none, with a warning, when the store cannot be opened. */
async function storedAnchors(context: Context): Promise<readonly Anchor[]> {
  const { openLocalStore } = await import("../../local-store.ts");
  try {
    const { kernel } = await openLocalStore(context);
    return await kernel.auditAnchors();
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    context.out.warn(`a cut end would not show: ${error.message}`);
    return [];
  }
}
