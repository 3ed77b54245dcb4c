/**
 * One audit device: a queue in front of its sink. What is queued goes out in batches; a write that fails or does not end in time
 * takes the device out, so that nothing waits for it, and it is tried again by itself. What it missed is counted, and the first
 * thing it takes afterwards says so.
 */
import type { OpenSink, SinkLine } from "./sinks/types.ts";

const MOST_LINES = 20_000;
const MOST_BYTES = 16 * 1024 * 1024;
const BATCH_LINES = 1_000;
const BATCH_BYTES = 1024 * 1024;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;

export interface DeviceOptions extends OpenSink {
  /** With a slash at the end. */
  readonly path: string;
  readonly prefix: string;
  readonly now: () => number;
  /** Told when it goes out of service and when it is back. */
  readonly onEvent: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

export interface Gap {
  /** Milliseconds since the epoch. */
  readonly since: number;
  entries: number;
  readonly reason: string;
}

interface Waiting {
  readonly line: SinkLine;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The entry that stands in for those that are missing. */
export const gapEntry = ({ since, entries, reason }: Gap, device: string, until: number): object => ({
  type: "gap",
  device,
  entries,
  since: new Date(since).toISOString(),
  until: new Date(until).toISOString(),
  reason,
});

/** Codes of the system and our own words; never a path or an address. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.message.slice(0, 200);
}

export class Device {
  readonly #options: DeviceOptions;
  #queue: Waiting[] = [];
  #bytes = 0;
  #pumping: Promise<void> | null = null;
  #gap: Gap | null = null;
  /** Out of service; otherwise a gap is told with the next write. */
  #down = false;
  #retries = 0;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: DeviceOptions) {
    this.#options = options;
  }

  get confirms(): boolean {
    return this.#options.confirms;
  }

  get isDown(): boolean {
    return this.#down;
  }

  /** Resolves when the device has it. Rejects, within the device's time limit, when it did not take it. */
  take(json: string): Promise<void> {
    if (this.#closed) return Promise.reject(new Error("it is closed"));
    const full = this.#queue.length >= MOST_LINES || this.#bytes + json.length > MOST_BYTES;
    if (this.#down || full) return Promise.reject(this.#missed(new Error("it does not keep up")));
    return new Promise((resolve, reject) => {
      this.#queue.push({ line: this.#line(json), resolve, reject });
      this.#bytes += json.length;
      this.#pumping ??= this.#pump();
    });
  }

  /** One line at once, for the test of a new device. */
  async test(json: string): Promise<void> {
    await this.#write([this.#line(json)]);
  }

  /** Opens its file or connection anew with the next write. */
  reopen(): void {
    this.#options.sink.reset();
  }

  /** Waits for what is queued, as long as one write may take. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#pumping;
    this.#options.sink.reset();
  }

  async #pump(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // those of one turn are one write
    while (this.#queue.length > 0) {
      const batch = this.#nextBatch();
      try {
        await this.#writeOrReopen(this.#withGap(batch));
        this.#gap = null;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#goDown(error, batch);
      }
    }
    this.#pumping = null;
  }

  #nextBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < BATCH_LINES && bytes < BATCH_BYTES)
      bytes += this.#queue[count++]?.line.json.length ?? 0;
    const batch = this.#queue.splice(0, count);
    this.#bytes -= bytes - count * this.#options.prefix.length;
    return batch;
  }

  #withGap(batch: readonly Waiting[]): SinkLine[] {
    const lines = batch.map(({ line }) => line);
    return this.#gap === null ? lines : [this.#gapLine(this.#gap), ...lines];
  }

  #line(json: string): SinkLine {
    return { json: `${this.#options.prefix}${json}`, time: this.#options.now() };
  }

  #gapLine(gap: Gap): SinkLine {
    const { now, path } = this.#options;
    return this.#line(JSON.stringify({ time: new Date(now()).toISOString(), ...gapEntry(gap, path, now()) }));
  }

  /** A peer that was started again is met at the second try. */
  async #writeOrReopen(lines: readonly SinkLine[]): Promise<void> {
    try {
      await this.#write(lines);
    } catch (error) {
      if (error instanceof TimedOut) throw error;
      this.#options.sink.reset();
      await this.#write(lines);
    }
  }

  async #write(lines: readonly SinkLine[]): Promise<void> {
    const stop = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new TimedOut("it did not take an entry in time")),
        this.#options.timeout,
      );
    });
    try {
      const written = this.#options.sink.write(lines, stop.signal);
      written.catch(() => undefined);
      await Promise.race([written, late]);
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #missed(error: Error): Error {
    this.#gap ??= { since: this.#options.now(), entries: 0, reason: reasonOf(error) };
    this.#gap.entries++;
    return this.#down ? new Error(this.#gap.reason) : error;
  }

  #goDown(cause: unknown, batch: readonly Waiting[]): void {
    const error = new Error(reasonOf(cause), { cause });
    this.#down = true;
    this.#options.sink.reset();
    const lost = [...batch, ...this.#queue];
    this.#queue = [];
    this.#bytes = 0;
    for (const { reject } of lost) reject(this.#missed(error));
    this.#options.onEvent("audit device out of service", {
      device: this.#options.path,
      reason: error.message,
    });
    this.#tryAgainLater();
  }

  #tryAgainLater(): void {
    if (this.#closed) return;
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#retries++);
    this.#timer = setTimeout(() => {
      this.#tryAgain().catch(() => this.#tryAgainLater());
    }, wait).unref();
  }

  async #tryAgain(): Promise<void> {
    const gap = this.#gap;
    if (this.#closed || gap === null) return;
    const told = gap.entries;
    try {
      this.#options.sink.reset();
      await this.#write([this.#gapLine(gap)]);
    } catch {
      this.#tryAgainLater();
      return;
    }
    // what was missed while the gap was being told is told next
    this.#gap = gap.entries > told ? { ...gap, entries: gap.entries - told } : null;
    this.#down = false;
    this.#retries = 0;
    this.#options.onEvent("audit device back in service", { device: this.#options.path, missed: told });
  }
}

class TimedOut extends Error {}
