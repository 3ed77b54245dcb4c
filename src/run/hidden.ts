/**
 * What an isolated job must not see: Bulkhead's own places first, then the credentials of `credential-places.ts`, then the doors through
 * which a process of the same user reaches outside its sandbox. Places that are absent are left out; each is given by its real path.
 *
 * A hidden folder stays hidden whatever happens in it. A hidden file does so while it is the same file; one that is created or replaced
 * (renamed over) outside while the job runs is hidden again as soon as that is noticed (`recover.ts`), so what is ours belongs in a folder.
 */
import { accessSync, constants, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { type Candidate, credentialCandidates } from "./candidates.ts";
import { type Decoy, decoysFor } from "./decoys.ts";
import { mounts, otherPaths, procTables } from "./mounts.ts";
import { listeningSockets } from "./sockets.ts";

export interface HiddenPlace {
  readonly path: string;
  readonly kind: "folder" | "file";
  /** Device and inode as seen outside, `dev:inode`: the probe compares. */
  readonly identity: string;
  readonly why: string;
  /** An empty folder that the job may write to, instead of a read-only one. */
  readonly writable?: true;
  /** What the job sees instead of nothing. */
  readonly shown?: readonly Decoy[];
}

export interface HideOptions {
  /** Bulkhead's data folder, login and token files, seal key, sockets, and whatever else the caller wants gone. */
  readonly hide: readonly string[];
  readonly home: string;
  readonly uid: number;
  /** Where the job will run; a hidden folder must not contain it. */
  readonly cwd: string;
  /** The caller's variables: some say where credentials lie. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Places of the tables that this job may have after all, and what is in them. Those of `hide` it may never have. */
  readonly expose?: readonly string[];
  /** Fake files in place of what is hidden. */
  readonly decoys?: boolean;
  /** Every listening socket of the machine too: over one, a job without a network would still have its neighbour's. */
  readonly sockets?: boolean;
}

export interface Hidden {
  readonly places: readonly HiddenPlace[];
  /** Where a place may appear, or be replaced by another, while the job runs. */
  readonly watched: readonly Candidate[];
}

/** Devices through which the disk or memory beneath every mount can be read: any block device, and these. */
const RAW_DEVICE = /^(mem|kmem|port|sg\d+|nvme\d+|ng\d+n\d+|raw\d*)$/;

export const rawDevices = (): Candidate[] =>
  readdirSync("/dev", { withFileTypes: true })
    .filter((entry) => entry.isBlockDevice() || (entry.isCharacterDevice() && RAW_DEVICE.test(entry.name)))
    .map((entry) => ({ path: join("/dev", entry.name), why: "the disk or memory beneath every mount" }))
    .filter(({ path }) => mayUse(path, constants.R_OK));

/** What this user can neither read nor enter the job can't either. */
export const isReachable = (path: string): boolean =>
  mayUse(path, constants.R_OK) || mayUse(path, constants.X_OK);

function mayUse(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Throws `run.workspace-hidden` when the job would start inside a hidden folder, from where it could look around. */
export function hiddenPlaces(options: HideOptions): Hidden {
  const table = mounts();
  const own = options.hide.map((path): Candidate => ({ path, why: "Bulkhead's own, or the project's" }));
  const others = [
    ...credentialCandidates(options),
    ...rawDevices(),
    ...procTables(table).map((path): Candidate => ({ path, why: "shows the processes outside" })),
    ...(options.sockets === true ? listeningSockets() : []),
  ].filter(({ path }) => isReachable(path));
  const exposed = (options.expose ?? []).flatMap((path) => [path, place({ path, why: "" })?.path ?? path]);
  const found = new Map<string, HiddenPlace>();
  const add = (candidate: Candidate): void => {
    const here = place(candidate);
    if (here === null || found.has(here.path)) return;
    found.set(here.path, here);
    for (const other of otherPaths(here.path, table)) {
      const there = place({ ...candidate, path: other });
      if (there !== null) found.set(there.path, there);
    }
  };
  for (const candidate of own) add(candidate);
  for (const candidate of others) for (const one of without(candidate, exposed)) add(one);
  const places = outermost([...found.values()]).map((one) =>
    options.decoys === true ? withDecoys(one) : one,
  );
  const cwd = place({ path: options.cwd, why: "" })?.path ?? options.cwd;
  const around = places.find((one) => one.path === cwd || holds(one, cwd));
  if (around !== undefined) throw new BulkheadError("run.workspace-hidden", { path: around.path, cwd });
  const watched = [...own, ...credentialCandidates(options)].filter(
    ({ path }) => !exposed.some((one) => reaches(one, path) || reaches(path, one)),
  );
  return { places, watched };
}

/** Those in no other one, by path. */
function outermost(all: readonly HiddenPlace[]): HiddenPlace[] {
  const sorted = [...all].sort((a, b) => (a.path < b.path ? -1 : 1));
  return sorted.filter((one) => !sorted.some((other) => other !== one && holds(other, one.path)));
}

/** The candidate without what is exposed: nothing of it when it is at or below an exposed path, its other entries when one is below it. */
function without(candidate: Candidate, exposed: readonly string[]): Candidate[] {
  if (exposed.some((one) => reaches(one, candidate.path))) return [];
  const real = place(candidate);
  if (real === null) return [];
  if (exposed.some((one) => reaches(one, real.path))) return [];
  const inner = exposed.some((one) => reaches(real.path, one));
  if (!inner || real.kind === "file") return [candidate];
  return readdirSync(real.path).flatMap((name) =>
    without({ ...candidate, path: join(real.path, name) }, exposed),
  );
}

/** Whether `path` is `outer` or below it. */
export function reaches(outer: string, path: string): boolean {
  const way = relative(outer, path);
  return way === "" || (way !== ".." && !way.startsWith("../"));
}

function holds(outer: HiddenPlace, path: string): boolean {
  return outer.kind === "folder" && outer.path !== path && reaches(outer.path, path);
}

function withDecoys(one: HiddenPlace): HiddenPlace {
  if (one.shown !== undefined || one.writable === true) return one;
  const shown = decoysFor(one.path).filter(({ name }) => (name === "") === (one.kind === "file"));
  return shown.length === 0 ? one : { ...one, shown };
}

/**
 * Null when nothing is there, or nothing that needs hiding. A place that exists but can't be examined is kept as given: it is hidden, or
 * the level falls.
 */
export function place({ path, why, writable, clean }: Candidate): HiddenPlace | null {
  try {
    const real = realpathSync(path);
    const stat = statSync(real, { bigint: true });
    const kind = stat.isDirectory() ? "folder" : "file";
    const base = { path: real, kind, identity: `${stat.dev}:${stat.ino}`, why } as const;
    if (clean !== undefined && stat.isFile()) {
      const text = readFileSync(real, "utf8");
      const cleaned = clean(text);
      return cleaned === text ? null : { ...base, shown: [{ name: "", text: cleaned }] };
    }
    return writable === true && kind === "folder" ? { ...base, writable } : base;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES" || code === "ELOOP") return null; // what we can't reach, the job can't
    throw error;
  }
}
