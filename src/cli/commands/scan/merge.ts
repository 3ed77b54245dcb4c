import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BulkheadError } from "../../../core/errors.ts";
import { version } from "../../../core/version.ts";
import { mergeReports } from "../../../scan/merge.ts";
import { readReport } from "../../../scan/read-report.ts";
import { command } from "../../command.ts";
import { count } from "../../output.ts";
import { exitCode, reportFlags, reportNamed, reportWriter } from "../../scan/output.ts";

export default command({
  details:
    "Puts the JSON reports of several scans together, of all shards of one for instance, and reports them as one. The same secret in two reports is one entry where both were made with the same baseline or allow list, whose salt makes their fingerprints comparable. A folder of this name is scanned by `bulkhead scan ./merge`.",
  flags: {
    ...reportFlags,
    exitZero: { kind: "switch", brief: "exit 0 whatever was found" },
  },
  args: [{ name: "report", brief: "reports that `--format json` made", many: true }],
  examples: [
    { line: "bulkhead scan merge part-1.json part-2.json", says: "two shards, as text" },
    { line: "bulkhead scan merge --format sarif -o all.sarif part-*.json", says: "for code hosts" },
  ],
  exits: { 3: "something was found", 4: "something could not be read" },
  async run({ flags, args, context }) {
    const { cwd, out } = context;
    const report = reportNamed(flags.format, "scan merge");
    const started = Date.now();
    const merged = mergeReports(args.map((path) => reportIn(path, cwd)));
    const { files, bytes, unreadable, allowed, known, secrets, unprinted } = merged;
    if (unprinted > 0)
      out.warn(
        `${count(unprinted, "entry", "entries")} without a fingerprint: the same secret in two reports stays two entries (give all scans the same --baseline)`,
      );
    const writer = reportWriter(report, flags.output, context);
    for (const secret of secrets) for (const place of secret.places) writer.onFinding?.({ ...secret, place });
    writer.end(secrets, {
      version,
      color: flags.output === undefined && out.colour(),
      ...{ files, bytes, unreadable, allowed, started },
      ...(known && { known }),
      ended: Date.now(),
    });
    return flags.exitZero ? 0 : exitCode(secrets, flags.severity, unreadable.length === 0);
  },
});

function reportIn(path: string, cwd: string): ReturnType<typeof readReport> {
  try {
    return readReport(readFileSync(resolve(cwd, path), "utf8"));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}
