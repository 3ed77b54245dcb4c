/** Signals that Bulkhead receives while a job runs: handed to the job, and kept until there is one. */

/** All that can be caught, are not made by the program's own faults, and that people, kernels, schedulers and batch systems send. */
export const FORWARDED = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
  "SIGALRM",
  "SIGVTALRM",
  "SIGXCPU",
  "SIGIO",
  "SIGPWR",
  "SIGURG",
  "SIGTSTP",
  "SIGCONT",
] as const;
export type ForwardedSignal = (typeof FORWARDED)[number];
/** Those that ask a program to end; before a job exists they end the run. */
const ENDING: ReadonlySet<string> = new Set(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]);
/** After this time without having been stopped we were not going to be: nobody is there to resume us. */
const STOPPED_MS = 100;

export class SignalDesk {
  /** The first signal received that asks to end, null before that. */
  ending: ForwardedSignal | null = null;
  #deliver: ((signal: ForwardedSignal) => void) | null = null;
  readonly #waiting: ForwardedSignal[] = [];
  readonly #heard: readonly ForwardedSignal[];
  readonly #listen = (signal: NodeJS.Signals): void => {
    const known = FORWARDED.find((one) => one === signal);
    if (known === undefined) return;
    if (ENDING.has(known)) this.ending ??= known;
    if (this.#deliver !== null) this.#deliver(known);
    else if (known === "SIGTSTP") this.suspend("self").catch(() => undefined);
    else this.#waiting.push(known);
  };

  constructor() {
    // Who listens to it already ignores it (nohup; see src/cli/bin): then it is not for the job either.
    this.#heard = FORWARDED.filter((signal) => signal !== "SIGHUP" || process.listenerCount(signal) === 0);
    for (const signal of this.#heard) process.on(signal, this.#listen);
  }

  /** From now on signals go to `deliver`, those that waited first; null when the job is gone. */
  direct(deliver: ((signal: ForwardedSignal) => void) | null): void {
    this.#deliver = deliver;
    if (deliver !== null) for (const signal of this.#waiting.splice(0)) deliver(signal);
  }

  /**
   * Stops us as Ctrl-Z would: `group` with all that the shell started with us (its wrappers, as the terminal itself does), `self`
   * alone. Resolves with true when we were resumed, and soon with false where no shell could do that: the kernel then stops nobody.
   */
  async suspend(whom: "group" | "self"): Promise<boolean> {
    process.off("SIGTSTP", this.#listen); // back to what the kernel does by itself
    const deliver = this.#deliver;
    try {
      return await new Promise<boolean>((resolve) => {
        // Signals are handled after timers: one round more tells a late resumption from none.
        setTimeout(() => setImmediate(() => resolve(false)), STOPPED_MS);
        this.#deliver = (signal) => {
          if (signal === "SIGCONT") resolve(true);
          else deliver?.(signal);
        };
        process.kill(whom === "group" ? 0 : process.pid, "SIGTSTP");
      });
    } finally {
      this.#deliver = deliver;
      process.on("SIGTSTP", this.#listen);
    }
  }

  [Symbol.dispose](): void {
    for (const signal of this.#heard) process.off(signal, this.#listen);
  }
}

/**
 * Ends this process as the job was ended, so that whoever waits for it sees the same (a shell's loop stops at Ctrl-C only then). Last
 * of all, when everything is written; where the kernel does not let it happen (process 1) the exit code stands.
 */
export function endBy(signal: NodeJS.Signals): void {
  process.once("exit", () => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
