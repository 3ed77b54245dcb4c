/** Signals that Bulkhead receives while a job runs: handed to the job, and kept until there is one. */

export const FORWARDED = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
] as const;
export type ForwardedSignal = (typeof FORWARDED)[number];
/** Those that ask a program to end; before a job exists they end the run. */
const ENDING: ReadonlySet<string> = new Set(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]);

export class SignalDesk {
  /** The first signal received that asks to end, null before that. */
  ending: ForwardedSignal | null = null;
  #deliver: ((signal: ForwardedSignal) => void) | null = null;
  readonly #waiting: ForwardedSignal[] = [];
  readonly #listen = (signal: NodeJS.Signals): void => {
    const known = FORWARDED.find((one) => one === signal);
    if (known === undefined) return;
    if (ENDING.has(known)) this.ending ??= known;
    if (this.#deliver === null) this.#waiting.push(known);
    else this.#deliver(known);
  };

  constructor() {
    for (const signal of FORWARDED) process.on(signal, this.#listen);
  }

  /** From now on signals go to `deliver`, those that waited first; null when the job is gone. */
  direct(deliver: ((signal: ForwardedSignal) => void) | null): void {
    this.#deliver = deliver;
    if (deliver !== null) for (const signal of this.#waiting.splice(0)) deliver(signal);
  }

  [Symbol.dispose](): void {
    for (const signal of FORWARDED) process.off(signal, this.#listen);
  }
}
