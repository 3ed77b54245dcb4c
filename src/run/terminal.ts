/**
 * A real terminal for the job, whose output Bulkhead reads, masks and writes on. Node opens the pseudo-terminal itself; what it
 * cannot do (unlock it, own it, see a job stop) is left to `monitor.ts` and stty, so that no native add-on is needed.
 *
 * Two ways of use. In conversation (the keyboard is ours and nothing else is in the pipeline) our own terminal is raw, every key goes
 * to the job's, and so do Ctrl-C and Ctrl-Z: the job's terminal makes signals of them. Otherwise the job's terminal is for display
 * only (colours, width), and standard input stays what it is.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, readFileSync, write } from "node:fs";
import { ReadStream, type WriteStream, isatty } from "node:tty";
import { type Helper, findHelper } from "./monitor.ts";

const STTY_ENV = { PATH: "/usr/bin:/bin", LC_ALL: "C" };
/** How often a run in the background looks whether it was brought to the foreground, which no signal says. */
const FOREGROUND_MS = 300;

export interface Terminal {
  /** What the job writes to its terminal. */
  readonly output: ReadStream;
  /** The job's side. */
  readonly fd: number;
  /** True where the keyboard goes to the job; then the job needs the monitor. */
  readonly conversation: boolean;
  readonly helper: Helper;
  /** Takes the size of our terminal; the kernel tells the job's foreground group. */
  resize(): void;
  /** Gives the keyboard to the job, as soon as we are in the foreground. */
  enter(): void;
  /** Gives it back, with the modes that it had. */
  leave(): void;
}

export interface TerminalOptions {
  /** The stream whose terminal it stands for. */
  readonly target: WriteStream & { readonly fd: number };
  /** Standard input is the same person's terminal and no pipe is around. */
  readonly conversation: boolean;
}

/** Null when this machine has no way to make one; the reason is `NO_TERMINAL`. */
export function openTerminal({ target, conversation }: TerminalOptions): Terminal | null {
  const helper = findHelper();
  if (helper === null) return null;
  let master: number;
  try {
    master = openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const [program = "", ...rest] = helper.unlock;
    const path = spawnSync(program, rest, { env: {}, stdio: [master, "pipe", "ignore"] }).stdout?.toString();
    const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
    const saved = stty(["-g"], conversation ? 0 : target.fd);
    // Our terminal goes on translating line ends unless it is raw, so in display only the job's must not do it too.
    stty([...(saved === "" ? [] : [saved]), ...(conversation ? [] : ["-opost"])], fd);
    const [columns, rows] = target.getWindowSize();
    stty(words([rows, columns]), master);
    const keyboard = conversation ? new Keyboard(master, saved) : null;
    return {
      output: new ReadStream(master),
      fd,
      conversation,
      helper,
      // Asked of the terminal itself: what Node knows of it may be older (it was resized while we were stopped).
      resize: () => void stty(words(stty(["size"], target.fd).split(" ").map(Number)), master),
      enter: () => keyboard?.enter(),
      leave: () => keyboard?.leave(),
    };
  } catch {
    closeSync(master);
    return null;
  }
}

export const NO_TERMINAL =
  "the job gets no terminal, its output is a pipe: /dev/ptmx with stty and perl or python3 would be needed";

/** True when the keyboard can be the job's: standard input is a terminal and nothing beside us in the pipeline reads or writes it. */
export function mayConverse(
  stdin: "inherit" | "ignore",
  streams: readonly { readonly fd?: unknown }[],
): boolean {
  if (stdin !== "inherit" || !isatty(0)) return false;
  return streams.every(({ fd }) => {
    if (typeof fd !== "number") return false;
    const stat = fstatSync(fd);
    return !stat.isFIFO() && !stat.isSocket();
  });
}

/** Our own terminal while a job has it. */
class Keyboard {
  readonly #master: number;
  readonly #saved: string;
  readonly #waiting: Buffer[] = [];
  readonly #typed = (keys: Buffer): void => {
    this.#waiting.push(keys);
    if (this.#waiting.length === 1) this.#pass();
  };
  #on = false;
  #guard: ChildProcess | null = null;
  #look: NodeJS.Timeout | null = null;

  constructor(master: number, saved: string) {
    this.#master = master;
    this.#saved = saved;
  }

  enter(): void {
    if (this.#on) return;
    if (!inForeground()) {
      this.#look ??= setInterval(() => this.enter(), FOREGROUND_MS).unref();
      return;
    }
    this.#stopLooking();
    this.#guard ??= this.#startGuard();
    stty(["raw", "-echo"], 0);
    this.#on = true;
    process.stdin.on("data", this.#typed);
    process.stdin.resume();
  }

  leave(): void {
    this.#stopLooking();
    if (this.#on) {
      process.stdin.off("data", this.#typed);
      process.stdin.pause();
      stty([this.#saved], 0);
    }
    this.#on = false;
    this.#guard?.stdin?.end("done\n");
    this.#guard = null;
  }

  #stopLooking(): void {
    if (this.#look !== null) clearInterval(this.#look);
    this.#look = null;
  }

  /** Gives a person's terminal its modes back when Bulkhead is killed outright. */
  #startGuard(): ChildProcess {
    const script = 'read -r word || stty "$1" <&3';
    return detached(
      spawn("/bin/sh", ["-c", script, "bulkhead-terminal", this.#saved], {
        env: STTY_ENV,
        detached: true,
        stdio: ["pipe", "ignore", "ignore", 0],
      }),
    );
  }

  /** Keys wait here while the job does not read them. */
  #pass(): void {
    const [keys] = this.#waiting;
    if (keys === undefined) return;
    write(this.#master, keys, (error, count) => {
      const again = error?.code === "EAGAIN";
      if (error !== null && !again) this.#waiting.length = 0;
      else if (!again && count >= keys.length) this.#waiting.shift();
      else this.#waiting[0] = keys.subarray(count);
      if (this.#waiting.length > 16) process.stdin.pause();
      else if (this.#on) process.stdin.resume();
      if (again) setTimeout(() => this.#pass(), 20);
      else this.#pass();
    });
  }
}

/** A helper whose own failure is no news. */
function detached(child: ChildProcess): ChildProcess {
  child.on("error", () => undefined);
  child.stdin?.on("error", () => undefined);
  return child;
}

function stty(words: readonly string[], fd: number): string {
  const { stdout } = spawnSync("stty", words, {
    env: STTY_ENV,
    stdio: [fd, "pipe", "ignore"],
    encoding: "utf8",
  });
  return (stdout ?? "").trim();
}

const words = ([rows = 0, columns = 0]: readonly number[]): string[] => [
  "rows",
  `${rows}`,
  "columns",
  `${columns}`,
];

/** A program in the background must leave the terminal's modes and its keyboard alone; one without a terminal of its own may. */
export function inForeground(): boolean {
  const [group, foreground] = process.platform === "linux" ? linuxGroups() : psGroups();
  return foreground === undefined || foreground <= 0 || group === foreground;
}

/** Fields 5 and 8 of /proc/self/stat. */
function linuxGroups(): number[] {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
  return [Number(fields[2]), Number(fields[5])];
}

function psGroups(): number[] {
  const words = ["-o", "pgid=,tpgid=", "-p", `${process.pid}`];
  const { stdout } = spawnSync("ps", words, { env: STTY_ENV, encoding: "utf8" });
  return (stdout ?? "").trim().split(/\s+/).map(Number);
}
