import { BulkheadError } from "../../core/errors.ts";
import type { FoundSecret } from "../../core/finding.ts";
import { version } from "../../core/version.ts";
import { createAllowance, listsIn, namedList } from "../../scan/allow/index.ts";
import { settle } from "../../scan/session.ts";
import { command } from "../command.ts";
import { followFile } from "../follow-file.ts";
import { storeIdentifier } from "../identifier.ts";
import { count } from "../output.ts";
import { openBaseline, writeBaseline } from "../scan/baseline.ts";
import { exitCode, reportFlags, reportNamed, reportWriter } from "../scan/output.ts";
import { announce } from "../scan/announce.ts";
import { checkFlags, chosenByCi, sightingsOf } from "../scan/choose.ts";
import { progressOn } from "../scan/progress.ts";
import { record, sourceName } from "../scan/record.ts";
import { partFlags } from "../scan/parts.ts";
import { rulesFor } from "../scan/rule-files.ts";
import { type Read, allowFolders, listedPaths } from "../scan/sources.ts";

export default command({
  details:
    "Reads every file below PATH, binary ones too, with what archives, notebooks and job logs hold, and names what looks like a credential, one entry a secret; of a value only its beginning is shown. What the store knows is named by its secret. PATH `-` is standard input. Comments (`bulkhead:allow REASON`) and allow lists of the scanned tree count and are named in the report.",
  flags: {
    ...reportFlags,
    baseline: { kind: "text", placeholder: "file", brief: "leave out what this file knows" },
    updateBaseline: { kind: "switch", brief: "write what was found to the baseline; reasons in it stay" },
    prune: { kind: "switch", brief: "drop from the baseline what is gone" },
    allow: { kind: "list", placeholder: "file", brief: "an allow list to use (may be given again)" },
    noAllow: { kind: "switch", brief: "use no comments and no lists of the scanned tree" },
    show: { kind: "switch", brief: "show values too, on a terminal only" },
    record: { kind: "switch", brief: "tell the store what was found" },
    noIdentify: { kind: "switch", brief: "do not ask the store what it knows" },
    history: { kind: "switch", brief: "read every version of every file of the repository" },
    range: { kind: "text", placeholder: "A..B", brief: "what these commits brought" },
    since: { kind: "text", placeholder: "date", brief: "what commits after it brought" },
    branch: { kind: "text", placeholder: "name", brief: "the history of one branch" },
    unreachable: { kind: "switch", brief: "the history with objects that nothing reaches any more" },
    resume: {
      kind: "text",
      placeholder: "file",
      brief: "with a history: pass over the versions that this file knows to be clean, and add to it",
    },
    repos: { kind: "text", placeholder: "file", brief: "a list of further paths, one a line" },
    staged: { kind: "switch", brief: "what is about to be committed" },
    pushed: { kind: "switch", brief: "what is about to be pushed, as a pre-push hook reads it" },
    remote: { kind: "text", placeholder: "name", brief: "with --pushed: where to (default: any)" },
    ci: { kind: "switch", brief: "what the change brings that this CI job is for" },
    rules: {
      kind: "list",
      placeholder: "file",
      brief: "rules to add: ours or gitleaks' (may be given again)",
    },
    onlyRules: { kind: "switch", brief: "use the rules of --rules alone" },
    noIgnore: { kind: "switch", brief: "read what .gitignore hides too" },
    nodeModules: { kind: "switch", brief: "read node_modules too" },
    ...partFlags,
    follow: {
      kind: "switch",
      brief: "read one file as it grows, until interrupted; each finding is shown at once",
    },
    exitZero: { kind: "switch", brief: "exit 0 whatever is found" },
  },
  args: [{ name: "path", brief: "files or folders (default: this folder)", optional: true, many: true }],
  examples: [
    { line: "bulkhead scan .", says: "this folder" },
    { line: "bulkhead scan --format sarif --output findings.sarif src", says: "for code hosts" },
    {
      line: "bulkhead scan --baseline .bulkhead/baseline.jsonl --update-baseline",
      says: "know what is there",
    },
    { line: "bulkhead scan --history", says: "everything that was ever committed" },
    { line: "bulkhead scan --staged", says: "what you are about to commit" },
    { line: "bulkhead scan --ci", says: "in CI: what the push or the merge request brings" },
    { line: "bulkhead scan --follow train.log", says: "a log while it is written" },
    { line: "bulkhead scan --shard 2/8 --format json /data", says: "the second of eight parts" },
  ],
  exits: { 3: "something was found", 4: "something could not be read" },
  async run({ flags, args, context }) {
    const { cwd, out } = context;
    const report = reportNamed(flags.format, "scan");
    if (flags.show && (flags.output !== undefined || report.id !== "text" || out.stdout.isTTY !== true))
      throw new BulkheadError("scan.show-needs-terminal");
    const listed = flags.repos === undefined ? [] : listedPaths(flags.repos, cwd);
    const paths = args.length + listed.length === 0 ? ["."] : [...args, ...listed];
    checkFlags(flags, paths);
    const { choice, rules } = await rulesFor(flags, { paths, context });
    if (flags.follow) return followFile(args, flags, { detector: rules.detector, context });
    const baseline = openBaseline(flags, cwd);
    const started = Date.now();
    const today = new Date(started).toISOString().slice(0, 10);
    const folders = flags.noAllow
      ? []
      : paths.filter((path) => path !== "-").flatMap((path) => allowFolders(path, cwd));
    const allowance = createAllowance({
      cwd,
      inline: !flags.noAllow,
      lists: [...flags.allow.map((path) => namedList(path, cwd)), ...listsIn(folders, cwd)],
      today,
    });
    for (const problem of allowance.problems) out.warn(`an allow list is not used in full: ${problem}`);
    const read: Read = { files: 0, bytes: 0, before: 0, unreadable: [] };
    const progress = progressOn(out);
    const chosen = { flags, paths, context, rules, choice, progress };
    const ci = await chosenByCi(chosen);
    if (ci !== null) out.note(`scanning ${ci.says}`);
    const identifier = flags.noIdentify ? undefined : storeIdentifier(context);
    const writer = reportWriter(report, flags.output, context);
    const settled = await settle(sightingsOf(read, ci, chosen), {
      allowance,
      ...(baseline && { baseline }),
      ...(identifier && { identifier }),
      ...(writer.onFinding && { onFinding: writer.onFinding }),
    }).catch((error: unknown) => {
      progress.clear();
      writer.discard();
      throw error;
    });
    progress.clear();
    if (read.before > 0)
      out.note(
        `${count(read.before, "finding")} stood there before and ${read.before === 1 ? "is" : "are"} left out`,
      );
    const about = {
      version,
      color: flags.output === undefined && out.colour(),
      ...read,
      allowed: settled.allowed,
      ...(baseline && { known: { count: settled.known, path: baseline.path } }),
      started,
      ended: Date.now(),
      ...(flags.show && {
        reveal: (secret: FoundSecret) => settled.valueOf(secret)?.revealText() ?? null,
      }),
    };
    announce(settled.secrets, about, {
      ci,
      flags,
      context,
      write: (): void => writer.end(settled.secrets, about),
    });
    const whole = read.unreadable.length === 0;
    if (baseline !== undefined && flags.updateBaseline)
      await writeBaseline(baseline, settled, { prune: flags.prune, whole, context, today });
    if (flags.record) await record(context, settled, sourceName(cwd));
    if (flags.exitZero || flags.updateBaseline) return whole || flags.exitZero ? 0 : 4;
    return exitCode(settled.secrets, flags.severity, whole);
  },
});
