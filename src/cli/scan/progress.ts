/** How far a long scan is: one line on standard error that is written over, on a terminal only, and gone before anything else is said. */
import { type Output, count, formatSize } from "../output.ts";

export interface Done {
  readonly count: number;
  readonly noun: string;
  readonly bytes: number;
  /** Bytes in all, where that is known. */
  readonly total?: number;
}

export interface Progress {
  show(done: Done): void;
  clear(): void;
}

/** Nothing is shown of what is over by then. */
const SILENT_MS = 500;
const EVERY_MS = 200;

export function progressOn({ stderr }: Pick<Output, "stderr">, now: () => number = Date.now): Progress {
  if (stderr.isTTY !== true) return { show: () => {}, clear: () => {} };
  const started = now();
  let last = started + SILENT_MS - EVERY_MS;
  let shown = false;
  return {
    show(done) {
      const time = now();
      if (time - last < EVERY_MS) return;
      last = time;
      shown = true;
      const line = lineOf(done, (time - started) / 1000).slice(0, Math.max(20, (stderr.columns ?? 80) - 1));
      stderr.write(`\r\x1b[2K${line}`);
    },
    clear() {
      if (shown) stderr.write("\r\x1b[2K");
      shown = false;
    },
  };
}

export function lineOf({ count: many, noun, bytes, total }: Done, seconds: number): string {
  const rate = bytes / Math.max(seconds, 0.001);
  const left =
    total === undefined || rate === 0
      ? ""
      : `, ${Math.max(0, Math.round((total - bytes) / rate))} s left of ${formatSize(total)}`;
  return `${count(many, noun)}, ${formatSize(bytes)}, ${formatSize(rate)}/s${left}`;
}
