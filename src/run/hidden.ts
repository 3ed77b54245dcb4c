/**
 * What an isolated job must not see: Bulkhead's own places first, then the doors through which a process of the same
 * user reaches outside its sandbox. Places that are absent are left out; each is given by its real path.
 *
 * A hidden folder stays hidden whatever happens in it. A hidden file does so only while it is the same file: one that is
 * created or replaced (renamed over) outside while the job runs becomes visible, so what is ours belongs in a hidden folder.
 */
import { accessSync, constants, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { mounts, otherPaths, procTables } from "./mounts.ts";

export interface HiddenPlace {
  readonly path: string;
  readonly kind: "folder" | "file";
  /** Device and inode as seen outside, `dev:inode`: the probe compares. */
  readonly identity: string;
}

export interface HideOptions {
  /** Bulkhead's data folder, login and token files, seal key, sockets, and whatever else the caller wants gone. */
  readonly hide: readonly string[];
  readonly home: string;
  readonly uid: number;
  /** Where the job will run; a hidden folder must not contain it. */
  readonly cwd: string;
  /** Places of the tables below that this job may have after all. */
  readonly expose?: readonly string[];
}

interface Row {
  readonly path: string;
  readonly why: string;
}

const userRows = ({ home, uid }: HideOptions): readonly Row[] => [
  { path: join(home, ".vault-token"), why: "the token of other clients of the same API" },
  { path: `/run/user/${uid}/bus`, why: "the user's systemd starts programs outside" },
  { path: `/run/user/${uid}/systemd`, why: "the same, by its private sockets" },
  { path: `/run/user/${uid}/docker.sock`, why: "starts containers with any folder mounted" },
  { path: `/run/user/${uid}/podman`, why: "the same" },
];

const machineRows: readonly Row[] = [
  { path: "/run/docker.sock", why: "starts containers with any folder mounted" },
  { path: "/run/podman/podman.sock", why: "the same" },
  { path: "/run/containerd/containerd.sock", why: "the same" },
  { path: "/run/crio/crio.sock", why: "the same" },
  { path: "/run/systemd/private", why: "root's systemd starts programs outside" },
  { path: "/run/dbus/system_bus_socket", why: "the same, over the bus" },
];

/** Devices through which the disk or memory beneath every mount can be read: any block device, and these. */
const RAW_DEVICE = /^(mem|kmem|port|sg\d+|nvme\d+|ng\d+n\d+|raw\d*)$/;

function rawDevices(): string[] {
  return readdirSync("/dev", { withFileTypes: true })
    .filter((entry) => entry.isBlockDevice() || (entry.isCharacterDevice() && RAW_DEVICE.test(entry.name)))
    .map((entry) => join("/dev", entry.name))
    .filter((path) => mayUse(path, constants.R_OK));
}

function mayUse(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Throws `run.workspace-hidden` when the job would start inside a hidden folder, from where it could look around. */
export function hiddenPlaces(options: HideOptions): HiddenPlace[] {
  const doors = [...userRows(options), ...machineRows]
    .map((row) => row.path)
    .filter((path) => mayUse(path, constants.R_OK));
  const table = mounts();
  const wanted = [...options.hide, ...doors, ...rawDevices(), ...procTables(table)];
  const exposed = new Set((options.expose ?? []).map((path) => place(path)?.path ?? path));
  const found = new Map<string, HiddenPlace>();
  for (const path of wanted) {
    const here = place(path);
    if (here === null || exposed.has(here.path) || exposed.has(path)) continue;
    found.set(here.path, here);
    for (const other of otherPaths(here.path, table)) {
      const there = place(other);
      if (there !== null) found.set(there.path, there);
    }
  }
  const sorted = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const outer = sorted.filter((one) => !sorted.some((other) => other !== one && holds(other, one.path)));
  const cwd = place(options.cwd)?.path ?? options.cwd;
  const around = outer.find((one) => one.path === cwd || holds(one, cwd));
  if (around !== undefined) throw new BulkheadError("run.workspace-hidden", { path: around.path, cwd });
  return outer;
}

function holds(outer: HiddenPlace, path: string): boolean {
  const way = relative(outer.path, path);
  return outer.kind === "folder" && way !== "" && !way.startsWith("..");
}

/** Null when nothing is there. A place that exists but can't be examined is kept as given: it is hidden, or the level falls. */
function place(path: string): HiddenPlace | null {
  try {
    const real = realpathSync(path);
    const stat = statSync(real, { bigint: true });
    return { path: real, kind: stat.isDirectory() ? "folder" : "file", identity: `${stat.dev}:${stat.ino}` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return null; // what we can't reach, the job can't
    throw error;
  }
}
