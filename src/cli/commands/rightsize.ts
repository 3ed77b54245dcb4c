import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { parseDuration } from "../../core/duration.ts";
import {
  type Period,
  type RunUses,
  type SizedEntry,
  sizeEntries,
  withoutEntries,
} from "../../manifest/rightsize.ts";
import { command, jsonFlag } from "../command.ts";
import { lineDiff } from "../line-diff.ts";
import { replaceFile } from "../output-file.ts";
import { count } from "../output.ts";
import { requireProject } from "../project.ts";
import { type Gathered, gather } from "../receipts.ts";
import { stageOf } from "../stage.ts";

export default command({
  details:
    "Proposes bulkhead.yaml without the grants that the receipts of a period prove unused: files that were not opened and pipes that nobody read, in every run of the stage. What is not known stays, and so does what a job gets as a variable, unless the variable was seen to be used. A run that failed, or that was given another command than the stage's, may prove a use and never the lack of one.",
  flags: {
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "this stage only" },
    since: { kind: "text", placeholder: "duration", default: "30d", brief: "runs that ended since then" },
    write: { kind: "switch", brief: "write it to bulkhead.yaml" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead rightsize", says: "what the last 30 days prove, and a diff" },
    { line: "bulkhead rightsize --stage train --since 90d --write", says: "take it over" },
  ],
  async run({ flags, context: { out, cwd }, context }) {
    const { manifest, path } = await requireProject(context);
    const stage = flags.stage === undefined ? null : stageOf(manifest, flags.stage).name;
    const since = Date.now() - parseDuration(flags.since);
    const { project } = manifest;
    const gathered = await gather(context, { project, stage: stage ?? undefined, since });
    const text = readFileSync(path, "utf8");
    const own = new Set(manifest.stages.filter(({ run }) => run !== undefined).map(({ name }) => name));
    const entries = sizeEntries(text, manifest, periodOf(gathered, own)).filter(
      (one) => stage === null || one.stage === stage,
    );
    const unused = entries.filter(({ verdict }) => verdict === "unused");
    const proposal = withoutEntries(text, unused);
    if (flags.write && proposal !== text) replaceFile(path, proposal);
    const name = relative(cwd, path) || path;
    if (flags.json) {
      const diff = lineDiff(name, text, proposal);
      const { receipts, missing, unread } = gathered;
      out.json({
        since: new Date(since).toISOString(),
        runs: receipts.length,
        missing,
        unread,
        entries,
        diff,
      });
      return;
    }
    tell(out, gathered, entries, flags.since);
    if (unused.length === 0) out.note("nothing is proved unused");
    else if (flags.write)
      out.note(`${name}: ${count(unused.length, "grant")} taken out; \`bulkhead plan\` shows what changes`);
    else out.print(`\n${lineDiff(name, text, proposal)}`);
  },
});

function periodOf({ receipts, missing, unread }: Gathered, own: ReadonlySet<string>): Period {
  const runs = receipts.map(
    ({ receipt: { stage, command: which, exit, secrets }, worth }): RunUses => ({
      stage,
      proven: worth === "valid",
      representative: exit === 0 && (which === "declared" || !own.has(stage)),
      values: secrets,
    }),
  );
  return { runs, unseen: [...missing.map(({ stage }) => stage), ...unread.map(() => null)] };
}

function tell(
  out: {
    table: (head: string[], rows: string[][]) => void;
    note: (text: string) => void;
    warn: (text: string) => void;
  },
  { receipts, missing, unread }: Gathered,
  entries: readonly SizedEntry[],
  period: string,
): void {
  for (const { what, reason } of unread) out.warn(`${what}: ${reason}`);
  const unknown = entries.filter(({ verdict }) => verdict === "unknown").length;
  out.table(
    ["stage", "grant", "is", "because"],
    entries.map(({ stage, name, verdict, why }) => [stage, name, verdict, why]),
  );
  const without = missing.length === 0 ? "" : `, and ${count(missing.length, "run")} without a receipt`;
  out.note(
    `this stands on the receipts of ${count(receipts.length, "run")} since ${period} ago${without}; unknown: ${unknown} of ${count(entries.length, "grant")}`,
  );
}
