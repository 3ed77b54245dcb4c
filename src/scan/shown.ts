/** Detection in text as a terminal shows it: colours inside or beside a key do not hide it. Bytes without control sequences go straight through. */
import type { Cut, Detector, DetectorStream, InputPart, RawMatch } from "../detect/types.ts";
import { HEAD, viewOf } from "../formats/source.ts";
import { TerminalText } from "../formats/terminal-text.ts";
import { OffsetMap } from "../formats/text-sink.ts";

export interface Shown {
  readonly matches: readonly RawMatch[];
  /** Offset in the input of byte `at` of the text that the matches count in. */
  readonly offsetOf: (at: number) => number;
}

const ESC = 0x1b;
const same = (at: number): number => at;
/** In binary files an escape byte means nothing. */
export const isText = (head: Uint8Array): boolean => !head.subarray(0, HEAD).includes(0);

/** Bytes at hand. */
export function detectShown(detector: Detector, bytes: Buffer, cut?: Cut): Shown {
  if (!bytes.includes(ESC) || !isText(bytes)) return { matches: detector.scan(bytes, cut), offsetOf: same };
  const map = new OffsetMap();
  const runs: Buffer[] = [];
  let made = 0;
  const text = new TerminalText({
    write: (run, offset) => {
      map.add(made, offset, run.length);
      made += run.length;
      runs.push(viewOf(run));
    },
    end: () => {},
  });
  text.write(bytes, 0);
  const inFile: Cut = (offset, ...why) => cut?.(map.of(offset), ...why);
  return { matches: detector.scan(Buffer.concat(runs), inFile), offsetOf: map.of };
}

export interface StreamPart extends InputPart {
  /** All that follows: text that is made shorter by what is left out of it. */
  readonly rest: boolean;
}

/** The same for bytes that arrive in chunks. */
export class ShownStream {
  readonly #stream: DetectorStream;
  readonly #map = new OffsetMap();
  readonly #text: TerminalText | null;
  readonly #runs: Buffer[] = [];
  #read: number;
  #made: number;

  /** `text`: whether control sequences mean something. `part`: whose bytes come, those before it included; `to` the end for `rest`. */
  constructor(
    detector: Detector,
    { text, part, cut }: { readonly text: boolean; readonly part?: StreamPart; readonly cut?: Cut },
  ) {
    const told: Cut = (offset, ...why) => cut?.(this.#map.of(offset), ...why);
    this.#stream =
      part === undefined
        ? detector.stream(undefined, told)
        : detector.stream({ ...part, ...(part.rest && { to: Infinity }) }, told);
    this.#read = this.#made = part === undefined ? 0 : Math.max(0, part.from - (detector.parts?.before ?? 0));
    const write = (run: Uint8Array, offset: number): void => {
      this.#mapped(offset, run.length);
      this.#runs.push(viewOf(run));
    };
    this.#text = text ? new TerminalText({ write, end: () => {} }) : null;
  }

  /** The offsets of what is returned are to be asked for before the next call. */
  push(chunk: Uint8Array): Shown {
    const offset = this.#read;
    this.#read += chunk.length;
    if (this.#text === null || (this.#text.idle && !viewOf(chunk).includes(ESC))) {
      this.#mapped(offset, chunk.length);
      return { matches: this.#stream.push(chunk), offsetOf: this.#map.of };
    }
    this.#text.write(chunk, offset);
    return { matches: this.#stream.push(Buffer.concat(this.#runs.splice(0))), offsetOf: this.#map.of };
  }

  end(): Shown {
    return { matches: this.#stream.end(), offsetOf: this.#map.of };
  }

  #mapped(offset: number, length: number): void {
    this.#map.add(this.#made, offset, length);
    this.#made += length;
  }
}
