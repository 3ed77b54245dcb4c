/**
 * One writer a segment: a lock file that says which process holds it. It appears whole (written aside, then linked), a dead
 * process's lock is replaced in place under a second lock, and one that can't be judged (another machine, another PID namespace)
 * counts as held: that costs a segment number, the opposite mistake would cost the chain.
 */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

interface Holder {
  readonly pid: number;
  /** Clock ticks since boot, on Linux; empty elsewhere. */
  readonly start: string;
  /** Machine, boot and PID namespace: where `pid` means something. */
  readonly place: string;
}

export interface SegmentLock {
  release(): void;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown";

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return "";
  }
}

function startOf(pid: number | "self"): string {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""; // field 22; the name before it may hold anything
}

function machine(): string {
  return `${hostname()} ${textOf(() => readlinkSync("/proc/self/ns/pid"))}`;
}

function self(): Holder {
  const boot = textOf(() => readFileSync("/proc/sys/kernel/random/boot_id", "latin1"));
  return { pid: process.pid, start: startOf("self"), place: `${machine()} ${boot}` };
}

/** Only a process of this machine and namespace can be found dead. */
function isDead(holder: Holder, me: Holder): boolean {
  if (holder.place !== me.place) {
    const sameMachine = holder.place.startsWith(`${machine()} `);
    return sameMachine; // another boot of it
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
  const start = startOf(holder.pid);
  return start !== "" && holder.start !== "" && start !== holder.start;
}

/** null when the lock file is gone. A file that can't be understood was never finished: its writer is dead. */
function readHolder(path: string): Holder | "unreadable" | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
  try {
    const holder = JSON.parse(text) as Partial<Holder>;
    const { pid, start, place } = holder;
    if (Number.isInteger(pid) && typeof start === "string" && typeof place === "string")
      return { pid: Number(pid), start, place };
  } catch {
    return "unreadable";
  }
  return "unreadable";
}

/** null when another process holds the segment. Throws what the file system throws. */
export function lockSegment(folder: string, segment: string): SegmentLock | null {
  const path = join(folder, `${segment}.lock`);
  const me = self();
  const mine = JSON.stringify({ ...me, token: randomBytes(8).toString("hex") });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, mine, { flag: "wx", mode: 0o600 });
    if (!link(draft, path) && !takeOver(draft, path, me)) return null;
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    release() {
      if (textOf(() => readFileSync(path, "utf8")) === mine) rmSync(path, { force: true });
    },
  };
}

function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function isStale(path: string, me: Holder): boolean {
  const holder = readHolder(path);
  return holder !== null && (holder === "unreadable" || isDead(holder, me));
}

function takeOver(draft: string, path: string, me: Holder): boolean {
  if (!isStale(path, me)) return false;
  const guard = `${path}.takeover`;
  const mark = `${draft}.guard`;
  writeFileSync(mark, JSON.stringify(me), { flag: "wx", mode: 0o600 });
  const guarded = link(mark, guard);
  rmSync(mark, { force: true });
  if (!guarded) return false; // somebody is at it; were he killed in this moment, the segment would stay as it is for good
  try {
    if (!isStale(path, me)) return false; // looked at again: somebody may have been faster
    renameSync(draft, path);
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}
