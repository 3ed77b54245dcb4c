/**
 * Findings of a tree of files, of one file, or of bytes. Every regular file is read, binary or not; files are streamed, so memory does
 * not grow with them. What cannot be read is named and makes the scan incomplete, never silently clean.
 */
import { lstatSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Place } from "../core/finding.ts";
import type { Detector } from "../detect/types.ts";
import { bytesSource } from "../formats/source.ts";
import { isEnvFile } from "./env-files.ts";
import { type Sighting, sightingOf } from "./finding.ts";
import { visibleFiles } from "./git.ts";
import type { Judge } from "./rules.ts";
import { usualScanner } from "./scanner.ts";
import { scanPaths } from "./sources/paths.ts";
import { reasonOf, walk, type WalkSink } from "./sources/walk.ts";
import { inShard, type Shard } from "./shard.ts";
import { scanPathsThreaded, type TreeThreads } from "./tree-workers.ts";
import type { Found, Item, Unread } from "./types.ts";

export interface ScanTreeOptions {
  /** A folder, or one file. */
  readonly root: string;
  readonly detector: Detector;
  /** Only what git would show: tracked files and untracked ones that are not ignored. Outside a repository everything is read. */
  readonly respectGitignore?: boolean;
  /** Read `node_modules` too. */
  readonly nodeModules?: boolean;
  /** Bytes; larger files are not read and named as such. No limit when left out. */
  readonly maxFileSize?: number;
  /** Sightings keep their value (`--show`). */
  readonly keepValues?: boolean;
  /** Threads to share a large tree with; the findings and their order are the same. */
  readonly threads?: TreeThreads;
  /** Only the part of the tree that falls to this shard. */
  readonly shard?: Shard;
  /** What the lists of rule files say. */
  readonly judge?: Judge | undefined;
  /** Every few files. */
  readonly onProgress?: (summary: ScanSummary) => void;
}

export interface ScanSummary {
  readonly files: number;
  readonly bytes: number;
  readonly findings: number;
  /** Not read: the scan is incomplete when there is one. */
  readonly unreadable: readonly Unread[];
  /** Pipes, sockets, devices: left alone. */
  readonly special: number;
  /** Files named like `.env`. */
  readonly envFiles: readonly string[];
}

/** Sightings file by file, in the order of paths and offsets. `summary` counts as it goes and is whole when the iteration ends. */
export interface Scan extends AsyncIterable<Sighting> {
  readonly summary: ScanSummary;
}

export function scanTree(options: ScanTreeOptions): Scan {
  const unreadable: Unread[] = [];
  const envFiles: string[] = [];
  const summary = { files: 0, bytes: 0, findings: 0, unreadable, special: 0, envFiles };
  const { keepValues = false, maxFileSize, detector, threads, shard, judge } = options;
  const sink: WalkSink = {
    unreadable: (path, reason) => {
      if (inShard(path, shard)) unreadable.push({ path, reason });
    },
    special: (path) => {
      if (inShard(path, shard)) summary.special++;
    },
  };

  async function* run(): AsyncGenerator<Sighting> {
    const { root, paths } = await pathsOf(options, sink);
    const scanner = usualScanner(detector);
    const limit = maxFileSize === undefined ? {} : { maxFileSize };
    const ours = noting(partOf(paths, shard), envFiles);
    const batches =
      threads === undefined
        ? scanPaths(root, ours, scanner, limit)
        : scanPathsThreaded(root, ours, {
            scanner,
            detector,
            threads,
            ...limit,
          });
    for await (const batch of batches) {
      summary.files += batch.files;
      summary.bytes += batch.bytes;
      unreadable.push(...batch.unread);
      for (const { path, found } of batch.found) {
        summary.findings += found.length;
        yield* sightingsOf(path, found, { keep: keepValues, judge });
      }
      options.onProgress?.(summary);
    }
  }
  return { summary, [Symbol.asyncIterator]: run };
}

async function pathsOf(
  options: ScanTreeOptions,
  sink: WalkSink,
): Promise<{ readonly root: string; readonly paths: Iterable<Buffer> }> {
  const root = await realpath(options.root).catch(() => options.root);
  const stat = orReason(() => lstatSync(root));
  if (typeof stat !== "string" && stat.isFile())
    return { root: dirname(root), paths: [Buffer.from(basename(root))] };
  if (typeof stat === "string" || !stat.isDirectory()) {
    // Asked for by name: never silently clean.
    sink.unreadable(root, typeof stat === "string" ? stat : "neither a file nor a folder");
    return { root, paths: [] };
  }
  const only = options.respectGitignore === true ? await visibleFiles(root) : null;
  const skipFolders = new Set([".git", ...(options.nodeModules === true ? [] : ["node_modules"])]);
  return { root, paths: walk(root, { skipFolders, ...(only === null ? {} : { only }) }, sink) };
}

function orReason<T>(look: () => T): T | string {
  try {
    return look();
  } catch (error) {
    return reasonOf(error);
  }
}

function* partOf(paths: Iterable<Buffer>, shard: Shard | undefined): Generator<Buffer> {
  for (const path of paths) if (inShard(path, shard)) yield path;
}

function* noting(paths: Iterable<Buffer>, envFiles: string[]): Generator<Buffer> {
  for (const relative of paths) {
    const path = relative.toString("utf8");
    if (isEnvFile(path)) envFiles.push(path);
    yield relative;
  }
}

/** Takes the values over; with `keep` they stay in the sightings. */
export const sightingsOf = (
  path: string,
  found: readonly Found[],
  { keep = false, judge }: { readonly keep?: boolean; readonly judge?: Judge | undefined } = {},
): Sighting[] =>
  found.map((all) => {
    const { lines, ...one } = all;
    return sightingOf(one.match, placeOf(path, one), { keep, lines, allowed: judge?.(all, path) });
  });

function placeOf(path: string, { match: _, ...found }: Omit<Found, "lines">): Place {
  return { path, ...found };
}

export interface ItemScan {
  readonly sightings: Sighting[];
  readonly bytes: number;
  readonly unreadable: readonly Unread[];
}

export interface ItemOptions {
  readonly detector: Detector;
  readonly keepValues?: boolean;
  readonly judge?: Judge | undefined;
}

/** One thing by itself: standard input (path `-`), a log, an answer of another program. A stream of any length. */
export async function scanItem(
  item: Item,
  { detector, keepValues = false, judge }: ItemOptions,
): Promise<ItemScan> {
  const { found, bytes, unread } = await usualScanner(detector).scan(item);
  return { sightings: sightingsOf(item.path, found, { keep: keepValues, judge }), bytes, unreadable: unread };
}

/** Sightings in bytes at hand. */
export async function* scanBytes({
  bytes,
  path,
  ...options
}: ItemOptions & { readonly bytes: Buffer; readonly path: string }): AsyncGenerator<Sighting> {
  yield* (await scanItem({ path, source: bytesSource(bytes) }, options)).sightings;
}
