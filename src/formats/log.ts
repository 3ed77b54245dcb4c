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
/** Bytes of a line that its beginning may take. */
const LONGEST_START = 400;
const PIECE = 256 << 10;

export const log: FileFormat = {
  id: "ci-log",
  title: "log of a CI job (GitHub, GitLab)",
  reads: "its text without colours, section markers and the times before each line",
  replacesBytes: true,
  matches: (path, head) => {
    if (!/(?:\.log|\.txt|\.out|\.err|(?:^|\/)[^./]+|^-)$/i.test(path)) return false;
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
    const lines = new Lines(new TerminalText(collector), /^[^\n]*\t/.test(text));
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

/** Takes the beginnings of lines out. Only a beginning is ever held back, and the line break before it. */
class Lines implements TextSink {
  readonly #next: TextSink;
  readonly #tabbed: boolean;
  /** A line's beginning, too short to judge. */
  #held = Buffer.alloc(0);
  #heldAt = 0;
  #atStart = true;
  /** Where a line break stands that is not yet given: the next line may go on with this one. */
  #newline = -1;

  constructor(next: TextSink, tabbed: boolean) {
    this.#next = next;
    this.#tabbed = tabbed;
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
        if (begun.goesOn) this.#newline = -1;
        this.#break();
        start += begun.length;
      }
      if (end > start) this.#next.write(all.subarray(start, end), offset + start);
      this.#atStart = newline !== -1;
      if (newline !== -1) this.#newline = offset + newline;
      at = end + 1;
    }
  }

  #break(): void {
    if (this.#newline !== -1) this.#next.write(NEWLINE, this.#newline);
    this.#newline = -1;
  }

  #start(bytes: Buffer, at: number, end: number): { readonly length: number; readonly goesOn: boolean } {
    const first = bytes[at] ?? 0;
    const mayBegin =
      this.#tabbed || (first >= 0x30 && first <= 0x39) || first === 0x1b || first === 0x73 || first === 0xef;
    if (!mayBegin) return { length: 0, goesOn: false };
    const text = bytes.toString("latin1", at, Math.min(end, at + LONGEST_START));
    const time = LINE_START.exec(text);
    const length = time?.[0].length ?? 0;
    const section = SECTION.exec(text.slice(length))?.[0].length ?? 0;
    return { length: length + section, goesOn: time?.[1] === "+" };
  }
}

const NEWLINE = Buffer.from("\n");
