/** Sightings of a history, of what is staged, of what is about to be pushed. */
import { relative, join, resolve } from "node:path";
import type { Sighting } from "../../scan/finding.ts";
import { sightingOf } from "../../scan/finding.ts";
import { scanHistory } from "../../scan/history/index.ts";
import type { HistoryFinding, HistoryRange, SeenBlobs } from "../../scan/history/types.ts";
import type { RuleChoice, RuleSet } from "../../scan/rules.ts";
import { historyScanner, usualScanner } from "../../scan/scanner.ts";
import type { Shard } from "../../scan/shard.ts";
import { scanStaged } from "../../scan/staged.ts";
import type { Found } from "../../scan/types.ts";
import { workerFile } from "../../scan/worker-file.ts";
import type { Progress } from "./progress.ts";
import { endsInside } from "./repository.ts";
import type { Read } from "./sources.ts";

export interface GitSourceOptions {
  readonly root: string;
  readonly cwd: string;
  readonly rules: RuleSet;
  readonly keepValues: boolean;
  readonly progress?: Progress;
}

export interface HistorySourceOptions extends GitSourceOptions {
  readonly choice: RuleChoice;
  readonly range?: HistoryRange;
  readonly unreachable: boolean;
  readonly threads?: number | undefined;
  readonly shard?: Shard;
  readonly seen?: SeenBlobs;
}

const SHALLOW =
  "the clone is shallow, so that older commits are not here: `git fetch --unshallow` brings them";

export async function* historySightings(read: Read, options: HistorySourceOptions): AsyncGenerator<Sighting> {
  const { root, range, threads, shard, seen, unreachable, choice, rules } = options;
  const made = historyScanner(rules.detector);
  const scan = scanHistory({
    root,
    scanner: () => made,
    worker: { file: workerFile, data: choice },
    unreachable,
    ...(range !== undefined && { range }),
    ...(threads !== undefined && { threads }),
    ...(shard && { shard }),
    ...(seen && { seen }),
    onProgress: ({ blobs, bytes }) => options.progress?.show({ count: blobs, noun: "version", bytes }),
  });
  const place = placer(options);
  for await (const one of scan) yield toSighting(one, place, options);
  const { summary } = scan;
  read.files += summary.blobs;
  read.bytes += summary.bytes;
  read.before += summary.before;
  read.unreadable.push(...summary.unread.map(({ path, reason }) => ({ path, reason })));
  if (summary.shallow && (await endsInside(root, wordsOf(range))))
    read.unreadable.push({ path: "history", reason: SHALLOW });
}

const wordsOf = (range: HistoryRange | undefined): readonly string[] =>
  range?.revisions?.length ? range.revisions : ["HEAD"];

/** Paths of a repository → paths from where the user stands. */
const placer = ({ root, cwd }: GitSourceOptions): ((path: string) => string) => {
  const prefix = relative(cwd, root);
  return (path) => (prefix === "" ? path : join(prefix, path));
};

function toSighting(
  { found, path, blob, blobs, first, last, current }: HistoryFinding,
  place: (path: string) => string,
  { rules, keepValues }: GitSourceOptions,
): Sighting {
  const { match, lines, ...at } = found;
  // No commit has it: the object is all that can be named.
  const shown = path === "" ? `object ${blob}` : place(path);
  return sightingOf(
    match,
    {
      ...at,
      path: shown,
      ...(first && { commit: first }),
      ...(last && { last }),
      current,
      versions: blobs,
    },
    { keep: keepValues, lines, allowed: rules.judge?.(found, path, first?.id) },
  );
}

export async function* stagedSightings(read: Read, options: GitSourceOptions): AsyncGenerator<Sighting> {
  const { root, cwd, rules, keepValues } = options;
  const index = process.env.GIT_INDEX_FILE;
  const scan = await scanStaged({
    root,
    scanner: usualScanner(rules.detector),
    ...(index ? { index: resolve(cwd, index) } : {}),
  });
  const place = placer(options);
  for (const { path, found } of scan.findings) {
    const { match, lines, ...at }: Found = found;
    const options_ = { keep: keepValues, lines, allowed: rules.judge?.(found, path) };
    yield sightingOf(match, { ...at, path: place(path) }, options_);
  }
  read.files += scan.files;
  read.bytes += scan.bytes;
  read.unreadable.push(...scan.unread.map((one) => ({ ...one, path: place(one.path) })));
}
