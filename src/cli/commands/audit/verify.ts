import { existsSync } from "node:fs";
import { verifyAuditLog } from "../../../audit-log/index.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { count } from "../../output.ts";

export default command({
  details:
    "Follows the hash chain of every segment of the local store's log: changed, added, moved and missing entries show.",
  flags: jsonFlag,
  examples: [{ line: "bulkhead audit verify", says: "exit code 3 where something is wrong" }],
  exits: { 3: "the log was changed or is damaged" },
  async run({ flags, context: { home, address, out } }) {
    if (address !== null) throw new BulkheadError("cli.local-only", { command: "audit verify" });
    const segments = existsSync(home.audit) ? await verifyAuditLog(home.audit) : [];
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
