/**
 * Values that a job gets as files. They lie in one folder of the run (0700, in memory where the system has such a place) that is gone
 * when the job is: `remove` deletes it, a watcher deletes it when Bulkhead is killed, and the next start deletes what both missed.
 * A nameless file has no place at all: the job gets a descriptor.
 */
import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import type { Used } from "../core/receipt.ts";
import type { Secret } from "../core/secret.ts";
import { CountedPipe } from "./counted-pipe.ts";
import { FIRST_INHERITED } from "./inherit.ts";
import { ReadMark } from "./read-mark.ts";

const TMPFS = 0x01021994;
const SHARED_MEMORY = "/dev/shm";
/** open(2): Linux's O_TMPFILE, which Node has no name for. */
const O_TMPFILE = 0o20200000;

export class RunFiles {
  #folder: string | null = null;
  #watcher: ChildProcess | null = null;
  readonly #elsewhere: string[] = [];
  readonly #pipes: CountedPipe[] = [];
  readonly #descriptors: number[] = [];
  readonly #marks = new Map<string, ReadMark>();

  /** What the job is to inherit, in order: see `FIRST_INHERITED`. */
  get inherit(): readonly number[] {
    return this.#descriptors;
  }

  /**
   * A file of mode 0600 in the run's folder, or at `place` where it must not be yet. Gives its path. Throws `run.file-exists`,
   * `io.failed`.
   */
  file(name: string, value: Secret, place?: string): string {
    const path = this.#pathFor(name, place);
    attempt("write", path, () => {
      const descriptor = openSync(path, "wx", 0o600);
      try {
        writeAll(descriptor, value);
      } finally {
        closeSync(descriptor);
      }
      this.#marks.set(path, ReadMark.ofFile(path));
    });
    return path;
  }

  /** In the run's folder, or `place`, which is then watched and removed with it. Throws `run.file-exists`. */
  #pathFor(name: string, place: string | undefined): string {
    if (place === undefined) return join(this.#open(), name);
    if (lstatSync(place, { throwIfNoEntry: false }) !== undefined)
      throw new BulkheadError("run.file-exists", { path: place });
    this.#open();
    this.#watch(place);
    this.#elsewhere.push(place);
    return place;
  }

  /** A pipe that gives the value out `maxReads` times and is gone then. Gives its path. */
  pipe(
    name: string,
    value: Secret,
    { maxReads, place }: { maxReads: number; place?: string | undefined },
  ): string {
    const path = this.#pathFor(name, place);
    attempt("make", path, () => this.#pipes.push(new CountedPipe(path, value, maxReads)));
    return path;
  }

  /** A nameless file; its path is what the job sees. Where the system has none it is a file of the run's folder. */
  descriptor(name: string, value: Secret): string {
    const descriptor = nameless(value);
    if (descriptor === null) return this.file(name, value);
    this.#descriptors.push(descriptor);
    const path = `/dev/fd/${FIRST_INHERITED + this.#descriptors.length - 1}`;
    this.#marks.set(path, ReadMark.of(descriptor));
    return path;
  }

  /** How often each pipe was read, by path: for who wants to know what was used. */
  reads(): ReadonlyMap<string, number> {
    return new Map(this.#pipes.map(({ path, reads }) => [path, reads]));
  }

  /** Whether each file, descriptor and pipe was read, by the path that the job was given. To be asked before `remove`. */
  used(): ReadonlyMap<string, Used> {
    return new Map<string, Used>([
      ...this.#pipes.map(({ path, reads }): [string, Used] => [path, reads > 0 ? "yes" : "no"]),
      ...[...this.#marks].map(([path, mark]): [string, Used] => [path, mark.used()]),
    ]);
  }

  /** Everything is gone afterwards; may be called twice. */
  remove(): void {
    for (const mark of this.#marks.values()) mark.close();
    this.#marks.clear();
    for (const pipe of this.#pipes.splice(0)) pipe.close();
    for (const descriptor of this.#descriptors.splice(0)) closeSync(descriptor);
    for (const path of this.#elsewhere.splice(0)) rmSync(path, { force: true });
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
    this.#watcher?.stdin?.end("done\n");
    this.#watcher = null;
  }

  #open(): string {
    if (this.#folder !== null) return this.#folder;
    sweepRunFiles();
    const base = places()[0] ?? tmpdir();
    const folder = attempt("make", base, () => mkdtempSync(join(base, `${ownPrefix()}-`)));
    this.#folder = folder;
    this.#watch(folder);
    return folder;
  }

  /** From now on `path` is deleted if Bulkhead is killed. */
  #watch(path: string): void {
    if (this.#watcher === null) {
      const script =
        'while read -r line; do [ "$line" = done ] && exit 0; set -- "$@" "$line"; done; rm -rf -- "$@"';
      this.#watcher = spawn("/bin/sh", ["-c", script, "bulkhead-files"], {
        env: { PATH: "/usr/bin:/bin" },
        cwd: "/",
        detached: true, // a Ctrl-C for the group must not end it first
        stdio: ["pipe", "ignore", "ignore"],
      });
      this.#watcher.on("error", () => undefined);
      this.#watcher.stdin?.on("error", () => undefined);
      this.#watcher.unref();
    }
    if (/[\n\r\\]/.test(path))
      throw new BulkheadError("io.failed", {
        action: "make",
        path: JSON.stringify(path),
        reason: "its name",
      });
    this.#watcher.stdin?.write(`${path}\n`);
  }
}

function attempt<T>(action: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { code: reason = "unknown" } = cause as NodeJS.ErrnoException;
    throw new BulkheadError("io.failed", { action, path, reason }, { cause });
  }
}

function writeAll(descriptor: number, value: Secret): void {
  const bytes = value.reveal();
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

/** A read-only descriptor of a file without a name; null where the system has no such thing. */
function nameless(value: Secret): number | null {
  if (process.platform !== "linux") return null;
  let descriptor: number;
  try {
    descriptor = openSync(SHARED_MEMORY, O_TMPFILE | constants.O_RDWR, 0o600);
  } catch {
    return null;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return null;
    writeAll(descriptor, value);
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_RDONLY);
  } finally {
    closeSync(descriptor);
  }
}

/** Where runs keep files: in memory first. */
function places(): string[] {
  const own = process.env.XDG_RUNTIME_DIR;
  return [SHARED_MEMORY, ...(own ? [own] : []), tmpdir()].filter((path, index, all) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true || all.indexOf(path) !== index) return false;
    return path === tmpdir() || (writable(path) && statfsSync(path).type === TMPFS);
  });
}

function writable(path: string): boolean {
  try {
    const probe = mkdtempSync(join(path, "bulkhead-probe-"));
    rmSync(probe, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

const PREFIX = "bulkhead-run-";

/** Says whose folder it is: user, process namespace, process, its start. Numbers of another namespace say nothing here. */
function ownPrefix(): string {
  return `${PREFIX}${process.getuid?.() ?? 0}-${namespaceOf()}-${process.pid}-${startOf(process.pid) ?? 0}`;
}

function namespaceOf(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

/** Clock ticks since boot at which the process began (field 22 of its stat); null when there is none. */
function startOf(pid: number): string | null {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, "latin1")
        .replace(/^.*\) /s, "")
        .split(" ")[19] ?? null
    );
  } catch {
    return null;
  }
}

function alive(pid: number, start: string): boolean {
  if (process.platform === "linux") return startOf(pid) === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Deletes the folders of runs of this user whose Bulkhead is gone. Never throws. */
export function sweepRunFiles(): void {
  const mine = new RegExp(
    `^${PREFIX}${process.getuid?.() ?? 0}-${namespaceOf()}-(\\d+)-(\\d+)-[A-Za-z0-9]{6}$`,
  );
  for (const base of places()) {
    try {
      for (const entry of readdirSync(base, { withFileTypes: true })) {
        const [, pid, start] = mine.exec(entry.name) ?? [];
        if (pid === undefined || start === undefined || !entry.isDirectory()) continue;
        const path = join(base, basename(entry.name));
        if (lstatSync(path).uid !== (process.getuid?.() ?? 0) || dirname(path) !== base) continue;
        if (!alive(Number(pid), start)) rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // somebody else sweeps as well
    }
  }
}
