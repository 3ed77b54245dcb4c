/** Where sightings come from: paths and standard input, each an iterable, with what was read and what could not be. Paths are as the user stands. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import type { RuleSet } from "../../scan/rules.ts";
import type { Sighting } from "../../scan/finding.ts";
import { pathsInList } from "../../scan/history/several.ts";
import { keptSource } from "../../scan/sources/stream.ts";
import { type Shard, inShard } from "../../scan/shard.ts";
import { scanItem, scanTree } from "../../scan/tree.ts";
import { workerFile } from "../../scan/worker-file.ts";
import type { Progress } from "./progress.ts";

/** Counts as it goes; whole when the iteration has ended. */
export interface Read {
  files: number;
  bytes: number;
  /** Findings of a range that stood there before it. */
  before: number;
  readonly unreadable: { path: string; reason: string }[];
}

export interface SourceOptions {
  readonly rules: RuleSet;
  readonly progress?: Progress;
  readonly cwd: string;
  readonly noIgnore: boolean;
  readonly nodeModules: boolean;
  readonly keepValues: boolean;
  readonly threads: number;
  readonly shard: Shard | undefined;
}

/** Standard input up to this many bytes is kept at hand, so that comments beside a finding can be read; more is a stream. */
const KEPT = 8 << 20;

export async function* pipedSightings(
  read: Read,
  options: Pick<SourceOptions, "rules" | "keepValues" | "shard">,
): AsyncGenerator<Sighting> {
  if (!inShard("-", options.shard)) return;
  const input = process.stdin as AsyncIterable<Buffer>;
  const source = await keptSource(input, KEPT);
  const { sightings, bytes, unreadable } = await scanItem(
    { path: "-", source },
    {
      detector: options.rules.detector,
      judge: options.rules.judge,
      keepValues: options.keepValues,
    },
  );
  read.files++;
  read.bytes += bytes;
  read.unreadable.push(...unreadable);
  yield* sightings;
}

export async function* pathSightings(
  path: string,
  read: Read,
  options: SourceOptions,
): AsyncGenerator<Sighting> {
  const { root, folder } = rootOf(path, options.cwd);
  const total = folder ? undefined : statSync(root, { throwIfNoEntry: false })?.size;
  const scan = scanTree({
    root,
    detector: options.rules.detector,
    judge: options.rules.judge,
    nodeModules: options.nodeModules,
    respectGitignore: !options.noIgnore,
    keepValues: options.keepValues,
    threads: { threads: options.threads, file: workerFile },
    ...(options.shard && { shard: options.shard }),
    onProgress: ({ files, bytes }) =>
      options.progress?.show({ count: files, noun: "file", bytes, ...(total !== undefined && { total }) }),
  });
  const place = placer(options.cwd, root, folder);
  for await (const sighting of scan) {
    const { finding } = sighting;
    yield {
      ...sighting,
      finding: { ...finding, place: { ...finding.place, path: place(finding.place.path) } },
    };
  }
  read.files += scan.summary.files;
  read.bytes += scan.summary.bytes;
  read.unreadable.push(
    ...scan.summary.unreadable.map(({ path: at, reason }) => ({ path: place(at), reason })),
  );
}

function rootOf(path: string, cwd: string): { readonly root: string; readonly folder: boolean } {
  const root = resolve(cwd, path);
  const stats = statSync(root, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new BulkheadError("io.failed", { action: "read", path, reason: "there is no such file or folder" });
  return { root, folder: stats.isDirectory() };
}

/** Paths of a scanned root → paths from where the user stands. */
function placer(cwd: string, root: string, folder: boolean): (path: string) => string {
  const prefix = relative(cwd, folder ? root : dirname(root));
  return (path) => (prefix === "" ? path : join(prefix, path));
}

/** The paths of a list, one a line, as the user stands. Throws `io.failed`. */
export function listedPaths(file: string, cwd: string): string[] {
  try {
    return pathsInList(readFileSync(resolve(cwd, file), "utf8"));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path: file, reason }, { cause });
  }
}

/** The scanned folder and the top of its repository: where allow lists stand. */
export function allowFolders(path: string, cwd: string): string[] {
  const { root, folder } = rootOf(path, cwd);
  const start = folder ? root : dirname(root);
  for (let at = start; ; at = dirname(at)) {
    if (statSync(join(at, ".git"), { throwIfNoEntry: false }) !== undefined) return [...new Set([at, start])];
    if (dirname(at) === at) return [start];
  }
}
