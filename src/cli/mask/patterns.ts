/**
 * Masks what the detector's rules find, line by line: a line is written when it is complete, one that has no end in 64 KiB in parts,
 * and an armoured key when its last line is there. What stood before stays at hand, since rules look at it.
 */
import type { Detector } from "../../detect/types.ts";
import type { Masker } from "../../mask/index.ts";

const LONGEST_LINE = 64 << 10;
/** A key without its last line is not waited for longer. */
const LONGEST_ARMOUR = 32 << 10;
const CONTEXT = 4 << 10;
/** Bytes of a line without end that stay, in case a match goes on. */
const OVERLAP = 8 << 10;
const NOTHING = Buffer.alloc(0);

export class PatternMasker implements Masker {
  readonly skipped = [];
  readonly #detector: Detector;
  readonly #mask: Buffer;
  readonly #hits = new Map<string, number>();
  #context: Buffer = NOTHING;
  #waiting: Buffer = NOTHING;

  constructor(detector: Detector, mask: string) {
    this.#detector = detector;
    this.#mask = Buffer.from(mask);
  }

  push(chunk: Buffer): Buffer[] {
    this.#waiting = Buffer.concat([this.#waiting, chunk]);
    return this.#release(readyUpTo(this.#waiting));
  }

  flush(): Buffer[] {
    const out = this.#release(this.#waiting.length);
    this.#context = NOTHING;
    return out;
  }

  hits(): ReadonlyMap<string, number> {
    return this.#hits;
  }

  #release(ready: number): Buffer[] {
    if (ready === 0) return [];
    const before = this.#context.length;
    const text = Buffer.concat([this.#context, this.#waiting]);
    const found = this.#detector.scan(text).sort((a, b) => a.offset - b.offset);
    let end = before + ready;
    // What begins before the end and goes on behind it waits with it.
    for (const { offset, length } of found)
      if (offset >= before && offset < end && offset + length > end && ready < this.#waiting.length)
        end = offset;
    const out: Buffer[] = [];
    let at = before;
    for (const { offset, length, rule } of found) {
      const to = Math.min(offset + length, end);
      if (to <= at || offset >= end) continue;
      if (offset > at) out.push(text.subarray(at, offset));
      // One that overlaps the last is the same mask.
      if (offset >= at || at === before) {
        out.push(this.#mask);
        this.#hits.set(rule.id, (this.#hits.get(rule.id) ?? 0) + 1);
      }
      at = to;
    }
    if (end > at) out.push(text.subarray(at, end));
    this.#context = Buffer.from(text.subarray(Math.max(0, end - CONTEXT), end));
    this.#waiting = Buffer.from(text.subarray(end));
    return out;
  }
}

/** How much of the text may be looked at for good. */
function readyUpTo(text: Buffer): number {
  const lines = text.lastIndexOf(0x0a) + 1;
  if (lines === 0) return text.length > LONGEST_LINE ? text.length - OVERLAP : 0;
  const armour = text.lastIndexOf("-----BEGIN ", lines - 1);
  const last = armour < 0 ? 0 : text.indexOf("-----END ", armour);
  const open = armour >= 0 && (last < 0 || last >= lines) && text.length - armour < LONGEST_ARMOUR;
  return open ? text.lastIndexOf(0x0a, armour) + 1 : lines;
}
