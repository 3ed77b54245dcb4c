/** What the monitor (`monitor.ts`) says of the job on its own descriptor. */
import { constants } from "node:os";
import type { Duplex } from "node:stream";

/** How a job ended. */
export interface End {
  /** The job's own code; 128 + n when signal n ended it. */
  readonly exit: number;
  /** The signal that ended it, where that is known for sure; null otherwise. */
  readonly signal: NodeJS.Signals | null;
}

export interface Listener {
  /** The job's process number, as its own namespace counts. */
  readonly job: (pid: number) => void;
  readonly stopped: (signal: number) => void;
}

/** The longest line has two words; more is no report of ours. */
const LINE_BYTES = 64;

export class Reports {
  /** Resolves when the monitor says how the job ended, never where it does not. */
  readonly end: Promise<End>;
  /** Resolves when it is known which process is the job. */
  readonly begun: Promise<void>;
  readonly #stream: Duplex;

  constructor(stream: Duplex, { job, stopped }: Listener) {
    this.#stream = stream;
    let text = "";
    let begin = (): void => undefined;
    this.begun = new Promise((resolve) => (begin = resolve));
    this.end = new Promise((resolve) => {
      const tell: Readonly<Record<string, (number: number) => void>> = {
        job: (pid) => {
          job(pid);
          begin();
        },
        stop: stopped,
        exit: (code) => resolve({ exit: code, signal: null }),
        kill: (number) => resolve({ exit: 128 + number, signal: nameOf(number) }),
      };
      stream.on("data", (data: Buffer) => {
        const lines = (text + data.toString("latin1")).split("\n");
        text = (lines.pop() ?? "").slice(-LINE_BYTES);
        for (const line of lines) {
          const [, word = "", number = ""] = /^(job|stop|exit|kill) (\d{1,10})$/.exec(line) ?? [];
          tell[word]?.(Number(number));
        }
      });
    });
  }

  /** Lets the monitor go. */
  close(): void {
    this.#stream.destroy();
  }
}

function nameOf(number: number): NodeJS.Signals | null {
  const found = Object.entries(constants.signals).find(([, one]) => one === number);
  return (found?.[0] as NodeJS.Signals | undefined) ?? null;
}
