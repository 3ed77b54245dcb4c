/**
 * Saved logs of CI jobs: colours and section markers taken out, and the times that runners write before each line, so that a key of
 * several lines is whole. GitHub's archives (`gh run view --log` and the downloaded zip) and GitLab's job logs.
 */
import { ByteReader } from "./byte-reader.ts";
import { HEAD, viewOf } from "./source.ts";
import { TerminalText } from "./terminal-text.ts";
import { Collector, type TextSink } from "./text-sink.ts";
import type { FileFormat, Fragment } from "./types.ts";

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z `;
/** `gh run view --log` has the job and the step before it, GitLab the stream (`00O+`: the line goes on) after it. */
const LINE_START = new RegExp(
  String.raw`^(?:\xef\xbb\xbf)?(?:[^\t\n]{1,120}\t[^\t\n]{1,120}\t(?:\xef\xbb\xbf)?)?${TIME}(?:[0-9a-f]{2}[OE]([ +]))?`,
);
const GITHUB_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z /;
const SECTION = /^(?:\x1b\[0K)?section_(?:start|end):\d{1,12}:[^\r\n]{1,200}\r/;
const JOINS = new RegExp(String.raw`^${TIME}[0-9a-f]{2}[OE][ +]`, "m");
const ESC = 0x1b;
/** Bytes of a line that its beginning may take. */
const LONGEST_START = 400;
const PIECE = 256 << 10;

/** What has no name, a blob of a history, is a log when it begins like one: to ask for its name would cost a second reading. */
const NAMES = /(?:\.log|\.txt|\.out|\.err|(?:^|\/)[^./]+|^-?)$/i;

export const log: FileFormat = {
  id: "ci-log",
  title: "log of a CI job (GitHub, GitLab)",
  reads: "its text without colours, section markers and the times before each line",
  replacesBytes: true,
  matches: (path, head) => {
    if (!NAMES.test(path)) return false;
    const text = viewOf(head).toString("latin1");
    return LINE_START.test(text) || /\x1b\[0K(?:section_|Running with )|^section_start:/.test(text);
  },
  async *fragments(source, _, path): AsyncGenerator<Fragment> {
    const pieces: Buffer[] = [];
    const collector = new Collector((piece) => void pieces.push(piece));
    const reader = new ByteReader(source.chunks());
    const head = Buffer.from((await reader.some(HEAD)) ?? []);
    reader.unread(head);
    const text = head.toString("latin1");
    const lines = new Lines(new TerminalText(collector), {
      tabbed: /^[^\n]*\t/.test(text),
      joins: JOINS.test(text),
    });
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let chunk = await reader.some(PIECE); chunk !== null; chunk = await reader.some(PIECE)) {
        lines.write(chunk, reader.position - chunk.length);
        yield* pieces.splice(0);
      }
      lines.end();
      yield* pieces.splice(0);
    }
    const name = GITHUB_TIME.test(text) ? stepOf(path) : "";
    try {
      yield { kind: "text", name, offsetOf: collector.map.of, chunks };
    } finally {
      await reader.close();
    }
  },
};

/** `1_build.txt` is the whole log of a job in GitHub's archive, `build/2_Run tests.txt` that of a step. */
export function stepOf(path: string): string {
  const match = /(?:^|\/)(?:([^/]+)\/)?(\d+)_([^/]+)\.txt$/.exec(path);
  if (match === null) return "";
  const [, job, number, name] = match;
  if (job !== undefined) return `job ${job}, step ${number} (${name})`;
  return `job ${name}`;
}

interface LogForm {
  /** Job and step stand before the time. */
  readonly tabbed: boolean;
  /** Lines may go on with the one before. */
  readonly joins: boolean;
}

/** Takes the beginnings of lines out. Only a beginning is ever held back, and the line break before it. */
class Lines implements TextSink {
  readonly #next: TextSink;
  readonly #form: LogForm;
  /** A line's beginning, too short to judge. */
  #held = Buffer.alloc(0);
  #heldAt = 0;
  #atStart = true;
  /** Where a line break stands that is not yet given: the next line may go on with this one. */
  #newline = -1;

  constructor(next: TextSink, form: LogForm) {
    this.#next = next;
    this.#form = form;
  }

  write(bytes: Uint8Array, offset: number): void {
    const held = this.#held;
    if (held.length === 0) this.#lines(viewOf(bytes), offset, false);
    else this.#lines(Buffer.concat([held, bytes]), this.#heldAt, false);
  }

  end(): void {
    this.#lines(this.#held, this.#heldAt, true);
    this.#break();
    this.#next.end();
  }

  #lines(all: Buffer, offset: number, last: boolean): void {
    this.#held = Buffer.alloc(0);
    for (let at = 0; at < all.length; ) {
      const newline = all.indexOf(0x0a, at);
      const end = newline === -1 ? all.length : newline;
      let start = at;
      if (this.#atStart) {
        if (newline === -1 && end - at < LONGEST_START && !last) {
          this.#held = Buffer.from(all.subarray(at));
          this.#heldAt = offset + at;
          return;
        }
        const begun = this.#start(all, at, end);
        if (begun < 0) this.#newline = -1;
        this.#break();
        start += Math.abs(begun);
      }
      this.#atStart = newline !== -1;
      at = end + 1;
      if (newline !== -1 && this.#form.joins) this.#newline = offset + newline;
      const to = newline === -1 || this.#form.joins ? end : at;
      if (to > start) this.#next.write(all.subarray(start, to), offset + start);
    }
  }

  #break(): void {
    if (this.#newline !== -1) this.#next.write(NEWLINE, this.#newline);
    this.#newline = -1;
  }

  /** Length of what stands before the line's text; negative where the line goes on with the one before. */
  #start(bytes: Buffer, at: number, end: number): number {
    const { tabbed, joins } = this.#form;
    const first = bytes[at] ?? 0;
    const time = tabbed || joins ? 0 : timeAt(bytes, at);
    if (time > 0 && bytes[at + time] !== ESC && bytes[at + time] !== 0x73) return time;
    const isDigit = first >= 0x30 && first <= 0x39;
    if (!tabbed && !isDigit && first !== ESC && first !== 0x73 && first !== 0xef) return 0;
    const text = bytes.toString("latin1", at, Math.min(end, at + LONGEST_START));
    const begun = LINE_START.exec(text);
    const length = begun?.[0].length ?? 0;
    const section = SECTION.exec(text.slice(length))?.[0].length ?? 0;
    return begun?.[1] === "+" ? -(length + section) : length + section;
  }
}

/** `2026-01-01T00:00:00.0000000Z `, by its signs alone; 0 for anything else. */
function timeAt(bytes: Buffer, at: number): number {
  if (bytes[at + 4] !== 0x2d || bytes[at + 10] !== 0x54 || bytes[at + 13] !== 0x3a) return 0;
  for (let end = at + 19; end < at + 30; end++)
    if (bytes[end] === 0x5a) return bytes[end + 1] === 0x20 ? end + 2 - at : 0;
  return 0;
}

const NEWLINE = Buffer.from("\n");
