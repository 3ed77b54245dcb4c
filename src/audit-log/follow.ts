/**
 * Reading on from a remembered place, over processes: what was taken is not given again, and a log that does not go on from there (cut,
 * or entries missing) is said and read all the same.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { partName, segmentsOf } from "./files.ts";
import { Cursor, merged } from "./read.ts";
import type { AuditMark, AuditRecord } from "./types.ts";

interface Following {
  cursor: Cursor;
  seq: number;
}

export class AuditFollower {
  readonly #folder: string;
  readonly #segments = new Map<string, Following>();
  readonly #marks: Map<string, AuditMark>;
  #problems: string[] = [];

  constructor(folder: string, marks: Readonly<Record<string, AuditMark>> = {}) {
    this.#folder = folder;
    this.#marks = new Map(Object.entries(marks));
  }

  /** At most `most` entries, merged by time; none: the end of what is written so far. */
  async read(most: number): Promise<AuditRecord[]> {
    this.#open();
    const found: AuditRecord[] = [];
    const cursors = [...this.#segments.values()].map(({ cursor }) => cursor);
    for await (const record of merged(cursors)) {
      if (this.#isNew(record)) found.push(record);
      if (found.length >= most) return found;
    }
    return found;
  }

  /** What does not go on from where it was, since the last time this was asked. */
  problems(): readonly string[] {
    return this.#problems.splice(0);
  }

  marks(): Readonly<Record<string, AuditMark>> {
    return Object.fromEntries(
      [...this.#segments].map(([segment, { cursor, seq }]) => [segment, { ...cursor.place, seq }]),
    );
  }

  #isNew({ segment, seq }: AuditRecord): boolean {
    const following = this.#segments.get(segment);
    if (following === undefined || seq <= following.seq) return false;
    if (seq > following.seq + 1)
      this.#problems.push(`entries ${following.seq + 1} to ${seq - 1} of segment ${segment} are missing`);
    following.seq = seq;
    return true;
  }

  #open(): void {
    const present = existsSync(this.#folder) ? segmentsOf(this.#folder) : [];
    for (const { segment, parts } of present) {
      const known = this.#segments.get(segment);
      const mark = known === undefined ? this.#marks.get(segment) : { ...known.cursor.place, seq: known.seq };
      const first = { part: parts[0] ?? 1, offset: 0 };
      if (mark === undefined) this.#segments.set(segment, { cursor: this.#cursor(segment, first), seq: 0 });
      else if (this.#stands(segment, mark)) {
        if (known === undefined)
          this.#segments.set(segment, { cursor: this.#cursor(segment, mark), seq: mark.seq });
      } else {
        this.#problems.push(
          `segment ${segment} ends before entry ${mark.seq}, up to which it had been read: its end was cut off`,
        );
        this.#segments.set(segment, { cursor: this.#cursor(segment, first), seq: 0 });
      }
    }
    const names = new Set(present.map(({ segment }) => segment));
    for (const [segment, { seq }] of [...this.#marks, ...this.#segments])
      if (!names.has(segment) && seq > 0) {
        this.#problems.push(`segment ${segment}, of which ${seq} entries had been read, is gone`);
        this.#segments.delete(segment);
        this.#marks.delete(segment);
      }
  }

  #cursor(segment: string, place: { readonly part: number; readonly offset: number }): Cursor {
    return new Cursor(this.#folder, segment, place);
  }

  /** Compressed parts are whole: nothing is cut off from them. */
  #stands(segment: string, { part, offset }: AuditMark): boolean {
    const path = join(this.#folder, partName(segment, part));
    const plain = statSync(path, { throwIfNoEntry: false });
    return plain === undefined ? existsSync(`${path}.gz`) || offset === 0 : plain.size >= offset;
  }
}
