/** Reading for people: all segments merged by time, and on with what is written later. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type LineChunk, partName, readLines, segmentsOf } from "./files.ts";
import type { AuditFilter, AuditPlace, AuditRecord } from "./types.ts";

const FOLLOW_INTERVAL_MS = 250;

export async function* readAuditLog(folder: string, filter: AuditFilter = {}): AsyncGenerator<AuditRecord> {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, where, signal } = filter;
  const cursors = new Map<string, Cursor>();
  for (;;) {
    if (existsSync(folder)) {
      for (const { segment, parts } of segmentsOf(folder))
        if (!cursors.has(segment))
          cursors.set(segment, new Cursor(folder, segment, { part: parts[0] ?? 1, offset: 0 }));
    }
    for await (const record of merged([...cursors.values()])) {
      if (signal?.aborted === true) return;
      const time = Date.parse(record.time);
      if (time >= since && time < until && where?.(record) !== false) yield record;
    }
    if (filter.follow !== true || signal?.aborted === true) return;
    try {
      await sleep(filter.interval ?? FOLLOW_INTERVAL_MS, undefined, signal === undefined ? {} : { signal });
    } catch {
      return; // aborted
    }
  }
}

/** Until all cursors have come to the end of what is written. Within a segment the order is the file's. */
export async function* merged(cursors: readonly Cursor[]): AsyncGenerator<AuditRecord> {
  for (;;) {
    let first: Cursor | null = null;
    for (const cursor of cursors) {
      const head = await cursor.head();
      if (head === null) continue;
      const best = first === null ? null : await first.head();
      if (best === null || head.time < best.time) first = cursor;
    }
    const record = first?.take();
    if (record === undefined) return;
    yield record;
  }
}

/** Where reading stands in one segment: in a plain file by its place, in a compressed one by what is being inflated. */
export class Cursor {
  readonly #folder: string;
  readonly #segment: string;
  #part: number;
  #offset: number;
  /** Where the lines begin that are in hand, and the part they are of. */
  #begun: AuditPlace;
  #inflating: AsyncGenerator<LineChunk> | null = null;
  #records: AuditRecord[] = [];
  #next = 0;

  constructor(folder: string, segment: string, { part, offset }: AuditPlace) {
    this.#folder = folder;
    this.#segment = segment;
    this.#part = part;
    this.#offset = offset;
    this.#begun = { part, offset };
  }

  /** From there on it comes to the next record, maybe by some before it. */
  get place(): AuditPlace {
    return this.#next < this.#records.length ? this.#begun : { part: this.#part, offset: this.#offset };
  }

  /** null at the end of what is written so far. */
  async head(): Promise<AuditRecord | null> {
    while (this.#next >= this.#records.length) if (!(await this.#fill())) return null;
    return this.#records[this.#next] ?? null;
  }

  take(): AuditRecord | undefined {
    return this.#records[this.#next++];
  }

  /** One more chunk of lines. The next part is looked for first: when it is there, this one is complete. */
  async #fill(): Promise<boolean> {
    const path = join(this.#folder, partName(this.#segment, this.#part));
    const next = join(this.#folder, partName(this.#segment, this.#part + 1));
    const complete = existsSync(next) || existsSync(`${next}.gz`);
    const chunk = await this.#read(path);
    if (chunk !== null) {
      this.#begun = { part: this.#part, offset: this.#offset };
      this.#offset = chunk.end;
      this.#records = chunk.lines.map((line) => this.#record(line)).filter((record) => record !== null);
      this.#next = 0;
      return true;
    }
    if (!complete) return false;
    this.#part++;
    this.#offset = 0;
    return true;
  }

  async #read(path: string): Promise<LineChunk | null> {
    if (this.#inflating === null && existsSync(path)) {
      for await (const chunk of readLines(path, { from: this.#offset })) return chunk;
      return null;
    }
    if (this.#inflating === null && !existsSync(`${path}.gz`)) return null;
    this.#inflating ??= readLines(`${path}.gz`);
    for (;;) {
      const { value, done } = await this.#inflating.next();
      if (done !== true && value.end > this.#offset) return value;
      if (done !== true) continue; // read before it was compressed
      this.#inflating = null;
      return null;
    }
  }

  #record(line: Buffer): AuditRecord | null {
    let value: Record<string, unknown>;
    try {
      value = JSON.parse(line.toString("utf8")) as Record<string, unknown>;
    } catch {
      return null;
    }
    if (typeof value !== "object" || value === null) return null;
    const { seq, time, prev: _prev, hash: _hash, ...entry } = value;
    if (typeof seq !== "number" || typeof time !== "string") return null;
    return { segment: this.#segment, seq, time, entry };
  }
}
