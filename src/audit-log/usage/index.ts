/**
 * Who used which credential and when, out of the audit log: kept in a file beside it with the place up to which it was read, so that a
 * question after a million entries reads only what came since. Where the log is another than the one remembered (restored, cut,
 * changed), all is read anew. The file is a convenience: whoever deletes it loses a few seconds.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type Segment, segmentsOf } from "../files.ts";
import { Broken, type Position, linesFrom, stillThere } from "./lines.ts";
import { type Entry, useOf } from "./uses.ts";

export interface Reader {
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

export interface PathUse extends Reader {
  /** By reader; the latest ones where there are too many. */
  readonly readers: ReadonlyMap<string, Reader>;
}

export interface Usage {
  /** By path of the API, as `secret/data/fraud/prod/openai`. */
  readonly paths: ReadonlyMap<string, PathUse>;
  /** Between these moments nothing is missing; null: there is no entry, or the log is not whole. */
  readonly covers: { readonly from: number; readonly to: number } | null;
  /** Where a segment does not follow itself; what stands behind is left out. */
  readonly broken: readonly { readonly folder: string; readonly segment: string; readonly seq: number }[];
}

export interface UsageOptions {
  readonly folders: readonly string[];
  /** Where it is kept; null: nowhere. */
  readonly file: string | null;
}

const VERSION = 1;
const MOST_READERS = 64;

interface Kept {
  first: number;
  last: number;
  count: number;
}
interface KeptPath extends Kept {
  readonly readers: Map<string, Kept>;
}
interface FolderState {
  readonly positions: Map<string, Position>;
  readonly broken: Map<string, number>;
}

class Index {
  readonly folders = new Map<string, FolderState>();
  readonly paths = new Map<string, KeptPath>();
  from = Number.POSITIVE_INFINITY;
  to = Number.NEGATIVE_INFINITY;

  add(time: number, line: Buffer): void {
    if (time < this.from) this.from = time;
    if (time > this.to) this.to = time;
    if (line.indexOf('"type":"response"') < 0) return;
    let entry: Entry;
    try {
      entry = JSON.parse(line.toString("utf8")) as Entry;
    } catch {
      return;
    }
    const use = useOf(entry);
    if (use === null) return;
    let path = this.paths.get(use.path);
    if (path === undefined)
      this.paths.set(use.path, (path = { first: time, last: time, count: 0, readers: new Map() }));
    count(path, time);
    let reader = path.readers.get(use.reader);
    if (reader === undefined) {
      if (path.readers.size >= MOST_READERS) dropOldest(path.readers);
      path.readers.set(use.reader, (reader = { first: time, last: time, count: 0 }));
    }
    count(reader, time);
  }
}

function count(kept: Kept, time: number): void {
  kept.count++;
  if (time > kept.last) kept.last = time;
  if (time < kept.first) kept.first = time;
}

function dropOldest(readers: Map<string, Kept>): void {
  let oldest: string | null = null;
  for (const [name, { last }] of readers)
    if (oldest === null || last < (readers.get(oldest)?.last ?? 0)) oldest = name;
  if (oldest !== null) readers.delete(oldest);
}

/** Throws what keeps a log from being read (ENOENT: a folder that is not there has no entries). */
export async function readUsage({ folders, file }: UsageOptions): Promise<Usage> {
  const there = folders.filter((folder) => existsSync(folder));
  const kept = file === null ? null : load(file, there);
  const continued = kept === null ? null : await tryRead(kept, there);
  const made = continued ?? (await readAll(there));
  if (file !== null && made.changed) save(file, made.index);
  return usageOf(made.index);
}

interface Made {
  readonly index: Index;
  readonly changed: boolean;
}

/** null: the log is not the one that was read before. */
async function tryRead(index: Index, folders: readonly string[]): Promise<Made | null> {
  let changed = false;
  for (const folder of folders) {
    const state = stateOf(index, folder);
    const segments = segmentsOf(folder);
    const names = new Set(segments.map(({ segment }) => segment));
    if (![...state.positions.keys()].every((name) => names.has(name))) return null;
    for (const segment of segments) {
      const from = state.positions.get(segment.segment) ?? null;
      if (from !== null && !stillThere(folder, segment, from)) return null;
      if (state.broken.has(segment.segment)) continue;
      const read = await readSegment(index, { folder, segment, state, from });
      if (read === "another") return null;
      changed ||= read;
    }
  }
  return { index, changed };
}

async function readAll(folders: readonly string[]): Promise<Made> {
  const made = await tryRead(new Index(), folders);
  return { index: made?.index ?? new Index(), changed: true };
}

async function readSegment(
  index: Index,
  at: { folder: string; segment: Segment; state: FolderState; from: Position | null },
): Promise<boolean | "another"> {
  const { folder, segment, state, from } = at;
  let changed = false;
  try {
    for await (const lines of linesFrom(folder, segment, from)) {
      for (const { line, time } of lines) index.add(time, line);
      const last = lines.at(-1);
      if (last !== undefined) state.positions.set(segment.segment, last.position);
      changed = true;
    }
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    if (from !== null && !changed) return "another";
    state.broken.set(segment.segment, error.seq);
    return true;
  }
  return changed;
}

function stateOf(index: Index, folder: string): FolderState {
  const known = index.folders.get(folder);
  if (known !== undefined) return known;
  const made: FolderState = { positions: new Map(), broken: new Map() };
  index.folders.set(folder, made);
  return made;
}

function usageOf(index: Index): Usage {
  const broken = [...index.folders].flatMap(([folder, state]) =>
    [...state.broken].map(([segment, seq]) => ({ folder, segment, seq })),
  );
  const whole = broken.length === 0 && index.from <= index.to;
  return { paths: index.paths, covers: whole ? { from: index.from, to: index.to } : null, broken };
}

interface Written {
  readonly version: number;
  readonly from: number | null;
  readonly to: number | null;
  readonly folders: readonly {
    readonly folder: string;
    readonly positions: readonly (readonly [string, Position])[];
    readonly broken: readonly (readonly [string, number])[];
  }[];
  readonly readers: readonly string[];
  readonly paths: readonly (readonly [string, ...number[]])[];
}

/** Readers are few and stand once; a path is its numbers and, four each, its readers'. */
function save(file: string, { folders, paths, from, to }: Index): void {
  const readers = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = readers.get(name);
    if (known !== undefined) return known;
    readers.set(name, readers.size);
    return readers.size - 1;
  };
  const rows = [...paths].map(([path, use]): readonly [string, ...number[]] => [
    path,
    use.first,
    use.last,
    use.count,
    ...[...use.readers].flatMap(([name, one]) => [numberOf(name), one.first, one.last, one.count]),
  ]);
  const written: Written = {
    version: VERSION,
    from: Number.isFinite(from) ? from : null,
    to: Number.isFinite(to) ? to : null,
    folders: [...folders].map(([folder, state]) => ({
      folder,
      positions: [...state.positions],
      broken: [...state.broken],
    })),
    readers: [...readers.keys()],
    paths: rows,
  };
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, JSON.stringify(written), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true }); // a full disk, a folder that may not be written: the next time reads all again
  }
}

/** null: none, damaged, or about other folders. */
function load(file: string, folders: readonly string[]): Index | null {
  try {
    const written = JSON.parse(readFileSync(file, "utf8")) as Written;
    if (written.version !== VERSION) return null;
    if (written.folders.some(({ folder }) => !folders.includes(folder))) return null;
    const index = new Index();
    index.from = written.from ?? Number.POSITIVE_INFINITY;
    index.to = written.to ?? Number.NEGATIVE_INFINITY;
    for (const { folder, positions, broken } of written.folders)
      index.folders.set(folder, { positions: new Map(positions), broken: new Map(broken) });
    for (const [path, first = 0, last = 0, times = 0, ...rest] of written.paths) {
      const readers = new Map<string, Kept>();
      for (let at = 0; at < rest.length; at += 4) {
        const [number = -1, begun = 0, ended = 0, many = 0] = rest.slice(at, at + 4);
        readers.set(written.readers[number] ?? "unnamed", { first: begun, last: ended, count: many });
      }
      index.paths.set(path, { first, last, count: times, readers });
    }
    return index;
  } catch {
    return null;
  }
}
