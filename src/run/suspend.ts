/** Ctrl-Z and `fg`: the job and Bulkhead stop together and go on together, whichever of the two was stopped. */
import { constants } from "node:os";
import type { SignalDesk } from "./signals.ts";
import type { Started } from "./started.ts";
import type { Terminal } from "./terminal.ts";

export class Suspension {
  readonly #job: Pick<Started, "send">;
  readonly #desk: SignalDesk;
  readonly #conversation: Terminal | null;
  #under = false;

  constructor(job: Pick<Started, "send">, desk: SignalDesk, conversation: Terminal | null) {
    this.#job = job;
    this.#desk = desk;
    this.#conversation = conversation;
  }

  /** The monitor saw the job stop. */
  readonly stopped = (signal: number): void => {
    this.#pause(
      signal === constants.signals.SIGSTOP ? "self" : "group",
      signal !== constants.signals.SIGSTOP,
    ).catch(() => undefined);
  };

  /** We were asked to stop. A job with a terminal decides for itself; one without would never be stopped by this signal. */
  asked(): void {
    if (this.#conversation !== null) {
      this.#job.send("SIGTSTP", true);
      return;
    }
    this.#job.send("SIGSTOP", true);
    this.#pause("self", true).catch(() => undefined);
  }

  /** SIGCONT, from a shell's `fg` or `bg`, or from anybody. */
  resumed(): void {
    this.#conversation?.enter();
    this.#job.send("SIGCONT", true);
  }

  /** `anyway`: the job goes on even where we could not be stopped, since then nobody would resume it. */
  async #pause(whom: "group" | "self", anyway: boolean): Promise<void> {
    if (this.#under) return;
    this.#under = true;
    this.#conversation?.leave();
    const wasStopped = await this.#desk.suspend(whom);
    this.#under = false;
    this.#conversation?.resize();
    this.#conversation?.enter();
    if (wasStopped || anyway) this.#job.send("SIGCONT", true);
  }
}
