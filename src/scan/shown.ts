/** Detection in text as a terminal shows it: colours inside or beside a key do not hide it. Bytes without control sequences go straight through. */
import type { Cut, Detector, DetectorStream, RawMatch } from "../detect/types.ts";
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
const isText = (head: Uint8Array): boolean => !head.subarray(0, HEAD).includes(0);

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

/** The same for bytes that arrive in chunks. */
export class ShownStream {
  readonly #stream: DetectorStream;
  readonly #map = new OffsetMap();
  readonly #text: TerminalText | null;
  readonly #runs: Buffer[] = [];
  #read = 0;
  #made = 0;

  /** `head`: the first bytes, which are pushed later like all others. */
  constructor(detector: Detector, head: Uint8Array, cut?: Cut) {
    this.#stream = detector.stream((offset, ...why) => cut?.(this.#map.of(offset), ...why));
    const write = (run: Uint8Array, offset: number): void => {
      this.#mapped(offset, run.length);
      this.#runs.push(viewOf(run));
    };
    this.#text = isText(head) ? new TerminalText({ write, end: () => {} }) : null;
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
