/**
 * Scans a tree of files. Every regular file is read as bytes, binary or not; files are streamed, so memory does not grow with
 * them. What cannot be read is named and makes the scan incomplete, never silently clean.
 */
import { constants } from "node:fs";
import { open, realpath, type FileHandle } from "node:fs/promises";
import type { Place } from "../core/finding.ts";
import type { Detector, RawMatch } from "../detect/types.ts";
import { isEnvFile } from "./env-files.ts";
import { sightingOf, type Sighting } from "./finding.ts";
import { visibleFiles } from "./git.ts";
import { LineReader, type Lines, linesIn } from "./lines.ts";
import { notebookPlaces } from "./notebook.ts";
import { PositionCounter } from "./places.ts";
import { reasonOf, walk } from "./walk.ts";

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
  /** After each file. */
  readonly onProgress?: (summary: ScanSummary) => void;
}

export interface ScanSummary {
  readonly files: number;
  readonly bytes: number;
  readonly findings: number;
  /** Not read: the scan is incomplete when there is one. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Pipes, sockets, devices: left alone. */
  readonly special: number;
  /** Files named like `.env`. */
  readonly envFiles: readonly string[];
}

/** Sightings file by file, in the order of paths and offsets. `summary` counts as it goes and is whole when the iteration ends. */
export interface Scan extends AsyncIterable<Sighting> {
  readonly summary: ScanSummary;
}

const CHUNK = 1 << 20;
/** Notebooks beyond this get no cell numbers. */
const MAX_NOTEBOOK = 256 << 20;

export function scanTree(options: ScanTreeOptions): Scan {
  const unreadable: { path: string; reason: string }[] = [];
  const envFiles: string[] = [];
  const summary = { files: 0, bytes: 0, findings: 0, unreadable, special: 0, envFiles };

  async function* run(): AsyncGenerator<Sighting> {
    const root = await realpath(options.root).catch(() => options.root);
    const only = options.respectGitignore === true ? await visibleFiles(root) : null;
    const walkOptions = {
      skipFolders: new Set([".git", ...(options.nodeModules === true ? [] : ["node_modules"])]),
      ...(only === null ? {} : { only }),
    };
    const sink = {
      unreadable: (path: string, reason: string) => void unreadable.push({ path, reason }),
      special: () => void summary.special++,
    };
    for await (const { absolute, path } of walk(root, walkOptions, sink)) {
      if (isEnvFile(path)) envFiles.push(path);
      let sightings: readonly Sighting[] = [];
      try {
        const found = await scanFile(absolute, path, options);
        summary.files++;
        summary.bytes += found.bytes;
        summary.findings += found.sightings.length;
        sightings = found.sightings;
      } catch (error) {
        sink.unreadable(path, reasonOf(error));
      }
      yield* sightings; // outside of the try: what the receiver throws is no unreadable file
      options.onProgress?.(summary);
    }
  }
  return { summary, [Symbol.asyncIterator]: run };
}

async function scanFile(
  absolute: Buffer,
  path: string,
  options: ScanTreeOptions,
): Promise<{ sightings: Sighting[]; bytes: number }> {
  // Not through a link that appeared since the walk, and not waiting on a pipe that did.
  const file = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size, ...stat } = await file.stat().then((all) => ({ size: all.size, regular: all.isFile() }));
    if (!stat.regular) throw new Error("no regular file any more");
    if (options.maxFileSize !== undefined && size > options.maxFileSize)
      throw new Error(`larger than the limit of ${options.maxFileSize} bytes`);
    const stream = options.detector.stream();
    const matches: RawMatch[] = [];
    let bytes = 0;
    for await (const chunk of chunks(file)) {
      bytes += chunk.length;
      matches.push(...stream.push(chunk));
    }
    matches.push(...stream.end());
    if (matches.length === 0) return { sightings: [], bytes };
    const places = await placesOf(file, path, matches);
    const sightings: Sighting[] = [];
    const reader = new LineReader(file);
    for (const [i, match] of matches.entries()) {
      const lines = await reader.at(match, { notebook: isNotebook(path) });
      sightings.push(sightingOf(match, places[i] as Place, sightingOptions(lines, options)));
    }
    reader.wipe();
    return { sightings, bytes };
  } finally {
    await file.close();
  }
}

/** The buffer is reused: what is kept of it must be copied. */
async function* chunks(file: FileHandle): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function placesOf(file: FileHandle, path: string, matches: readonly RawMatch[]): Promise<Place[]> {
  const counter = new PositionCounter(matches.flatMap(({ offset, length }) => [offset, offset + length]));
  const notebook: Buffer[] | null = isNotebook(path) ? [] : null;
  let size = 0;
  for await (const chunk of chunks(file)) {
    counter.push(chunk);
    size += chunk.length;
    if (size <= MAX_NOTEBOOK) notebook?.push(Buffer.from(chunk));
  }
  const whole = notebook === null || size > MAX_NOTEBOOK ? null : Buffer.concat(notebook);
  return placesIn(matches, path, counter, whole);
}

/** Matches come in order of their offsets. */
function placesIn(
  matches: readonly RawMatch[],
  path: string,
  counter: PositionCounter,
  notebook: Buffer | null,
): Place[] {
  const cells =
    notebook === null
      ? []
      : notebookPlaces(
          notebook,
          matches.map(({ offset }) => offset),
        );
  return matches.map(({ offset, length }, i) => {
    const start = counter.at(offset);
    const end = counter.at(offset + length);
    const within = cells[i];
    return {
      path,
      line: start.line,
      column: start.column,
      endLine: end.line,
      endColumn: end.column,
      offset,
      ...(within === undefined ? {} : { within }),
    };
  });
}

/** Sightings in bytes at hand (standard input is the path `-`). */
export async function* scanBytes(options: {
  readonly bytes: Buffer;
  readonly path: string;
  readonly detector: Detector;
  readonly keepValues?: boolean;
}): AsyncGenerator<Sighting> {
  const { bytes, path, detector } = options;
  const matches = detector.scan(bytes);
  const counter = new PositionCounter(matches.flatMap(({ offset, length }) => [offset, offset + length]));
  counter.push(bytes);
  const places = placesIn(matches, path, counter, isNotebook(path) ? bytes : null);
  for (const [i, match] of matches.entries()) {
    const lines = linesIn(bytes, match.offset, match.length, { notebook: isNotebook(path) });
    yield sightingOf(match, places[i] as Place, sightingOptions(lines, options));
  }
}

const isNotebook = (path: string): boolean => /\.ipynb$/i.test(path);

const sightingOptions = (lines: Lines, { keepValues }: { readonly keepValues?: boolean }) => ({
  lines,
  keep: keepValues === true,
});
