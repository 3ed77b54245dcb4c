/**
 * One folder can be reached by several paths: bind mounts (development containers, /home kept on a data disk) show the same files
 * again. A path that is hidden alone is then no wall, so every other path to it is hidden with it, and so is every other
 * process table (a /proc mounted for a chroot shows the processes outside, and through them their files).
 */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";

export interface Mount {
  readonly device: string;
  /** Which folder of the file system stands there. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
}

/** proc(5), mountinfo: `36 35 98:0 /root /point options optional… - type source options`, with octal escapes. */
export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [own = "", rest = ""] = line.split(" - ", 2);
      const [, , device = "", root = "", point = ""] = own.split(" ").map(unescape);
      return { device, root, point, type: rest.split(" ")[0] ?? "" };
    });
}

const unescape = (field: string): string =>
  field.includes("\\")
    ? Buffer.from(
        field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
        "latin1",
      ).toString("utf8")
    : field;

/** The mounts of this process, later ones above earlier ones; none where the system has no such list. */
export function mounts(): Mount[] {
  if (process.platform !== "linux") return [];
  return parseMounts(readFileSync("/proc/self/mountinfo", "latin1"));
}

/** Inside or equal: the way from `outer` to `path`, null when it leads outside. */
function way(outer: string, path: string): string | null {
  const steps = relative(outer, path);
  return steps === ".." || steps.startsWith("../") ? null : steps;
}

/** Other paths to what stands at `path` (absolute, without links) or to a part of it; they may be covered by further mounts. */
export function aliases(path: string, table: readonly Mount[]): string[] {
  const above = table.filter(({ point }) => way(point, path) !== null);
  const own = above.reduce<Mount | null>(
    (best, one) => (best === null || one.point.length >= best.point.length ? one : best),
    null,
  );
  if (own === null) return [];
  const inside = join(own.root, way(own.point, path) ?? "");
  const found = table
    .filter(({ device }) => device === own.device)
    .flatMap(({ root, point }) => {
      const down = way(root, inside);
      if (down !== null) return [join(point, down)];
      return way(inside, root) === null ? [] : [point];
    });
  return [...new Set(found)].filter((one) => one !== path);
}

/** Aliases that lead to the same file now, or, for a mounted part of a folder, to whatever stands there. */
export function otherPaths(path: string, table: readonly Mount[]): string[] {
  const same = identity(path);
  const points = new Set(table.map(({ point }) => point));
  return aliases(path, table).filter((one) => {
    const found = identity(one);
    return found !== null && (found === same || points.has(one)) && real(one);
  });
}

/** Process tables beside /proc. */
export const procTables = (table: readonly Mount[]): string[] =>
  table
    .filter(({ type, point }) => type === "proc" && way("/proc", point) === null)
    .map(({ point }) => point);

function identity(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null; // what we can't reach, the job can't
  }
}

function real(path: string): boolean {
  try {
    return realpathSync(path) === path;
  } catch {
    return false;
  }
}
