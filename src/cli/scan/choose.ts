/** Which sightings the flags ask for: of files, of what is staged or pushed, of a history or a part of it. */
import { resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import type { Sighting } from "../../scan/finding.ts";
import { openSeenFile } from "../../scan/history/seen-file.ts";
import type { HistoryRange } from "../../scan/history/types.ts";
import type { RuleChoice, RuleSet } from "../../scan/rules.ts";
import type { Context } from "../context.ts";
import { type CiChoice, ciChoice } from "./ci.ts";
import { type GitSourceOptions, historySightings, stagedSightings } from "./history.ts";
import type { Progress } from "./progress.ts";
import { type Part, partOf } from "./parts.ts";
import { pushedRevisions } from "./pushed.ts";
import { checkedDate, checkedRange, repositoryOf } from "./repository.ts";
import { type Read, pathSightings, pipedSightings } from "./sources.ts";

export interface SourceFlags {
  readonly history: boolean;
  readonly range: string | undefined;
  readonly since: string | undefined;
  readonly branch: string | undefined;
  readonly unreachable: boolean;
  readonly threads: number | undefined;
  readonly shard: string | undefined;
  readonly resume: string | undefined;
  readonly staged: boolean;
  readonly pushed: boolean;
  readonly remote: string | undefined;
  readonly ci: boolean;
  readonly noIgnore: boolean;
  readonly nodeModules: boolean;
  readonly show: boolean;
}

export interface Chosen {
  readonly flags: SourceFlags;
  readonly paths: readonly string[];
  readonly context: Context;
  readonly rules: RuleSet;
  readonly choice: RuleChoice;
  readonly progress: Progress;
}

const usage = (problem: string): never => {
  throw new BulkheadError("usage.invalid", { problem, command: "scan" });
};

const ofHistory = ({ history, range, since, branch, unreachable }: SourceFlags): boolean =>
  history || unreachable || range !== undefined || since !== undefined || branch !== undefined;

/** Throws `usage.invalid` for flags that contradict each other. */
export function checkFlags(flags: SourceFlags, paths: readonly string[]): void {
  const ways = [flags.staged, flags.pushed, flags.ci, ofHistory(flags)].filter(Boolean).length;
  if (ways > 1) usage("--staged, --pushed, --ci and a history are different scans: give one of them");
  if (flags.remote !== undefined && !flags.pushed) usage("--remote goes with --pushed");
  if (flags.unreachable && (flags.range ?? flags.since ?? flags.branch) !== undefined)
    usage("--unreachable reads every object: no range goes with it");
  partOf(flags);
  if (flags.resume !== undefined && !ofHistory(flags))
    usage("--resume goes with a history; the files of a tree are read anew each time");
  if (flags.shard !== undefined && (flags.staged || flags.pushed || flags.ci))
    usage("--shard is for files and histories");
  if (ways > 0 && paths.includes("-")) usage("standard input has no history");
}

/** What `--ci` chose; null without it. */
export const chosenByCi = async ({ flags, paths, context }: Chosen): Promise<CiChoice | null> =>
  flags.ci ? await ciChoice(await repositoryOf(paths[0] ?? ".", context.cwd), context.env) : null;

export async function* sightingsOf(read: Read, ci: CiChoice | null, all: Chosen): AsyncGenerator<Sighting> {
  const { flags, paths, context, rules, choice, progress } = all;
  const { cwd } = context;
  const part = partOf(flags);
  // threads make the usual rules for themselves
  const threads = choice.files.length > 0 || choice.only ? 1 : part.threads;
  const files = { ...flags, ...part, threads, rules, cwd, keepValues: flags.show, progress };
  if (ci?.missing !== undefined) {
    read.unreadable.push({ path: "history", reason: ci.missing });
    return;
  }
  const wholeFiles = !flags.staged && !flags.pushed && !ofHistory(flags) && (ci?.revisions ?? null) === null;
  for (const path of paths) {
    if (path === "-") yield* pipedSightings(read, files);
    else if (wholeFiles) yield* pathSightings(path, read, files);
    else {
      const root = await repositoryOf(path, cwd);
      const source = { root, cwd, rules, keepValues: flags.show, progress };
      if (flags.staged) yield* stagedSightings(read, source);
      else yield* ofCommits(read, await rangeOf(root, ci, flags), { ...all, source, part });
    }
  }
}

/** undefined: all of the history; null: no commit at all. */
async function rangeOf(
  root: string,
  ci: CiChoice | null,
  flags: SourceFlags,
): Promise<HistoryRange | undefined | null> {
  if (ci !== null) return { revisions: ci.revisions ?? [] };
  if (flags.pushed) {
    const revisions = await pushedRevisions(root, flags.remote, process.stdin as AsyncIterable<Buffer>);
    return revisions === null ? null : { revisions };
  }
  const { range, branch, since } = flags;
  const words = [...(range?.split(/\s+/).filter(Boolean) ?? []), ...(branch === undefined ? [] : [branch])];
  if (words.length === 0 && since === undefined) return undefined;
  return {
    ...(words.length > 0 && { revisions: await checkedRange(root, words) }),
    ...(since !== undefined && { since: await checkedDate(root, since) }),
  };
}

async function* ofCommits(
  read: Read,
  range: HistoryRange | undefined | null,
  { flags, choice, source, part }: Chosen & { readonly source: GitSourceOptions; readonly part: Part },
): AsyncGenerator<Sighting> {
  if (range === null) return;
  const { unreachable } = flags;
  const { threads, shard } = part;
  const seen =
    flags.resume === undefined
      ? undefined
      : openSeenFile(resolve(source.cwd, flags.resume), source.rules.detector.rules);
  const shared = { threads, ...(shard && { shard }), ...(seen && { seen }) };
  try {
    yield* historySightings(read, { ...source, ...shared, choice, unreachable, ...(range && { range }) });
  } finally {
    seen?.close();
  }
}
