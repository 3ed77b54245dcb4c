/**
 * Findings of a tree of files, of one file, or of bytes. Every regular file is read, binary or not; files are streamed, so memory does
 * not grow with them. What cannot be read is named and makes the scan incomplete, never silently clean.
 */
import { lstatSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import type { Finding, Place } from "../core/finding.ts";
import type { Detector } from "../detect/types.ts";
import { defaultLimits, formats } from "../formats/index.ts";
import { bytesSource } from "../formats/source.ts";
import { createContentScanner } from "./content.ts";
import { isEnvFile } from "./env-files.ts";
import { findingOf } from "./finding.ts";
import { visibleFiles } from "./git.ts";
import { type Identifier, identify } from "./identify.ts";
import { scanPaths } from "./sources/paths.ts";
import { reasonOf, walk, type WalkSink } from "./sources/walk.ts";
import type { ContentScanner, Found, Item, Unread } from "./types.ts";

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
  readonly identifier?: Identifier;
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

/** Findings file by file, in the order of paths and offsets. `summary` counts as it goes and is whole when the iteration ends. */
export interface Scan extends AsyncIterable<Finding> {
  readonly summary: ScanSummary;
}

/** The scanner with all formats and the usual limits. */
export const usualScanner = (detector: Detector): ContentScanner =>
  createContentScanner({ detector, formats, limits: defaultLimits });

export function scanTree(options: ScanTreeOptions): Scan {
  const unreadable: Unread[] = [];
  const envFiles: string[] = [];
  const summary = { files: 0, bytes: 0, findings: 0, unreadable, special: 0, envFiles };
  const sink: WalkSink = {
    unreadable: (path, reason) => void unreadable.push({ path, reason }),
    special: () => void summary.special++,
  };
  const { identifier, maxFileSize } = options;

  async function* run(): AsyncGenerator<Finding> {
    const { root, paths } = await pathsOf(options, sink);
    const scanner = usualScanner(options.detector);
    const limit = maxFileSize === undefined ? {} : { maxFileSize };
    for await (const batch of scanPaths(root, noting(paths, envFiles), scanner, limit)) {
      summary.files += batch.files;
      summary.bytes += batch.bytes;
      unreadable.push(...batch.unread);
      for (const { path, found } of batch.found) {
        const findings = await findingsOf(path, found, identifier);
        summary.findings += findings.length;
        yield* findings;
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

function* noting(paths: Iterable<Buffer>, envFiles: string[]): Generator<Buffer> {
  for (const relative of paths) {
    const path = relative.toString("utf8");
    if (isEnvFile(path)) envFiles.push(path);
    yield relative;
  }
}

/** Takes the values over. */
export function findingsOf(
  path: string,
  found: readonly Found[],
  identifier: Identifier | undefined,
): Promise<Finding[]> {
  return identify(
    found.map((one) => findingOf(one.match, placeOf(path, one))),
    identifier,
  );
}

function placeOf(path: string, { match, ...found }: Found): Place {
  return { path, ...found, ...(match.decoded === undefined ? {} : { decoded: match.decoded }) };
}

export interface ItemScan {
  readonly findings: Finding[];
  readonly bytes: number;
  readonly unreadable: readonly Unread[];
}

/** One thing by itself: standard input (path `-`), a log, an answer of another program. A stream of any length. */
export async function scanItem(
  item: Item,
  options: { readonly detector: Detector; readonly identifier?: Identifier },
): Promise<ItemScan> {
  const { found, bytes, unread } = await usualScanner(options.detector).scan(item);
  return { findings: await findingsOf(item.path, found, options.identifier), bytes, unreadable: unread };
}

/** Findings of bytes at hand. */
export async function scanBytes(options: {
  readonly bytes: Buffer;
  readonly path: string;
  readonly detector: Detector;
  readonly identifier?: Identifier;
}): Promise<Finding[]> {
  const { bytes, path, ...rest } = options;
  return (await scanItem({ path, source: bytesSource(bytes) }, rest)).findings;
}
