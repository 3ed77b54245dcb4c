import { existsSync } from "node:fs";
import { type AuditRecord, readAuditLog } from "../../../audit-log/index.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { printer } from "../../audit-lines.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  details:
    "Requests and answers, oldest first; values stand as keyed hashes. Reads the local store's log without opening the store.",
  flags: {
    follow: { kind: "switch", short: "f", brief: "go on with what is written later" },
    number: {
      kind: "number",
      short: "n",
      placeholder: "n",
      default: 20,
      brief: "how many entries to begin with",
    },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead audit tail -n 50", says: "the last 50 entries" },
    { line: "bulkhead audit tail -f --json | jq 'select(.entry.error)'", says: "refusals as they happen" },
  ],
  async run({ flags, context: { home, address, out } }) {
    if (address !== null) throw new BulkheadError("cli.local-only", { command: "audit tail" });
    if (!existsSync(home.audit)) {
      out.note(`no audit log in ${home.audit} yet`);
      if (!flags.follow) return;
    }
    const write = printer(out, flags.json);
    const last: AuditRecord[] = [];
    const seen = new Map<string, number>();
    for await (const record of readAuditLog(home.audit)) {
      seen.set(record.segment, record.seq);
      last.push(record);
      if (last.length > flags.number) last.shift();
    }
    for (const record of last) write(record);
    if (!flags.follow) return;
    const stop = new AbortController();
    process.once("SIGINT", () => stop.abort());
    process.once("SIGTERM", () => stop.abort());
    const where = ({ segment, seq }: AuditRecord): boolean => seq > (seen.get(segment) ?? -1);
    const { signal } = stop;
    for await (const record of readAuditLog(home.audit, { follow: true, where, signal })) write(record);
  },
});
