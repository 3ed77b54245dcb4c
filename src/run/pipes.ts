/**
 * Pipes for a job's output. Node makes socket pairs, on which a job that opens /dev/stdout fails, so a helper makes the pipes and
 * lends them by /proc: no file, nothing that a killed Bulkhead could leave behind, no need of a folder that can be written.
 */
import { execFileSync, spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";

export interface Pipe {
  /** Reads without blocking; the caller closes it. */
  readonly readEnd: number;
  readonly writeEnd: number;
}

/** The middle one of three holds a pipe on each side, keeps them at 8 and 9, and says who it is. */
const HOLDER = [
  "read -r word <&3 |",
  "{ exec 8<&0 9>&1; read -r pid rest </proc/self/stat; echo $pid >&3; read -r word <&3; } |",
  "read -r word <&3",
].join(" ");

/** Two pipes. Throws what the system says when it has none to give. */
export async function openPipes(): Promise<readonly [Pipe, Pipe]> {
  if (process.platform === "linux") {
    const lent = await lentPipes().catch(() => null);
    if (lent !== null) return lent;
  }
  return fifos();
}

async function lentPipes(): Promise<readonly [Pipe, Pipe]> {
  const helper = spawn("/bin/sh", ["-c", HOLDER], { env: {}, stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const channel = helper.stdio[3] as Duplex;
  try {
    const pid = await new Promise<number>((resolve, reject) => {
      for (const source of [helper, channel]) source.once("error", reject);
      channel.once("end", () => reject(new Error("no holder")));
      channel.once("data", (data: Buffer) => resolve(Number(data.toString("latin1"))));
    });
    return both((fd) => `/proc/${pid}/fd/${fd}`, ["8", "9"]);
  } finally {
    channel.on("error", () => undefined);
    channel.destroy(); // its reads end, and with them the helper
  }
}

/** Where /proc lends nothing (macOS): named pipes, gone from their folder as soon as they are open. */
function fifos(): readonly [Pipe, Pipe] {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-run-"));
  try {
    const paths = [join(folder, "1"), join(folder, "2")];
    execFileSync("mkfifo", ["-m", "600", ...paths], { stdio: "ignore", env: { PATH: "/usr/bin:/bin" } });
    return both((name) => join(folder, name), ["1", "2"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function both(path: (name: string) => string, [first, second]: readonly [string, string]): [Pipe, Pipe] {
  const opened: number[] = [];
  const open = (name: string): Pipe => {
    const readEnd = openSync(path(name), constants.O_RDONLY | constants.O_NONBLOCK);
    opened.push(readEnd);
    const writeEnd = openSync(path(name), constants.O_WRONLY);
    opened.push(writeEnd);
    return { readEnd, writeEnd };
  };
  try {
    return [open(first), open(second)];
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  }
}
