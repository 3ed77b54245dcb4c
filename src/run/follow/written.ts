/**
 * Which files a job wrote: those below its folder whose inode changed since it started. The change time is the kernel's own, which a
 * job cannot set back; where the machine's clock was, the time looked at goes back as far.
 */
import { type BigIntStats, type Dir, type Dirent, lstatSync, opendirSync } from "node:fs";
import { join } from "node:path";

/** The kernel's clock for files ticks this coarsely. */
const TICK_MS = 20;

export interface Start {
  readonly wall: number;
  readonly monotonic: number;
}

/** To be taken just before the job starts. */
export const startNow = (): Start => ({ wall: Date.now(), monotonic: performance.now() });

/** Milliseconds since the epoch from which on a change belongs to the job. */
export function changedSince({ wall, monotonic }: Start): number {
  const drift = Date.now() - wall - (performance.now() - monotonic);
  return wall - TICK_MS + Math.min(0, drift);
}

export interface WrittenFile {
  readonly path: string;
  readonly size: number;
}

export interface Walk {
  readonly folder: string;
  readonly since: number;
  /** Entries looked at, at most. */
  readonly entries: number;
  /** Milliseconds of `performance.now()` at which to stop. */
  readonly until: number;
  /** Called with what was not looked at. */
  readonly onUnread: (path: string, reason: string) => void;
}

/** Regular files only; links are not followed, and other file systems are. */
export function* writtenBelow({ folder, since, entries, until, onUnread }: Walk): Generator<WrittenFile> {
  const waiting = [folder];
  let seen = 0;
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    let open: Dir;
    try {
      open = opendirSync(place, { bufferSize: 256 });
    } catch (error) {
      if (codeOf(error) !== "ENOENT") onUnread(place, codeOf(error));
      continue;
    }
    try {
      for (let entry: Dirent | null = open.readSync(); entry !== null; entry = open.readSync()) {
        if (++seen > entries || ((seen & 1023) === 0 && performance.now() > until)) {
          onUnread(folder, `more than ${seen - 1} entries were not looked at in time`);
          return;
        }
        const path = join(place, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        else if (entry.isFile()) {
          const file = writtenFile(path, since);
          if (file !== null) yield file;
        }
      }
    } finally {
      open.closeSync();
    }
  }
}

/** The file if it was written since, null if not, or if there is none. */
export function writtenFile(path: string, since: number): WrittenFile | null {
  let stat: BigIntStats;
  try {
    stat = lstatSync(path, { bigint: true });
  } catch {
    return null;
  }
  const changed = stat.ctimeMs >= since || stat.mtimeMs >= since;
  return stat.isFile() && stat.size > 0n && changed ? { path, size: Number(stat.size) } : null;
}

export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown";
