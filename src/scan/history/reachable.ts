/** The blobs that commits reach, as git walks them: which are part of the history asked for, under what name, and which are missing. */
import { gitOutput, records } from "./git-lines.ts";
import type { HistoryRange } from "./types.ts";

export interface Walked {
  /** Hex ids that the store does not have. */
  readonly missing: readonly string[];
  /** False when git could not walk to the end. */
  readonly complete: boolean;
}

/** `see` gets each blob once, with one of its paths; also the objects that refs name themselves. */
export async function walkReachable(
  root: string,
  range: HistoryRange | undefined,
  see: (id: string, path: string) => void,
): Promise<Walked> {
  const args = ["rev-list", "--objects", "--missing=print", "--filter=object:type=blob"];
  const { chunks, succeeded } = gitOutput(root, [...args, ...wordsOf(range)]);
  const missing: string[] = [];
  for await (const lines of records(chunks, 0x0a))
    for (const line of lines) {
      if (line.startsWith("?")) missing.push(line.slice(1).split(" ")[0] ?? "");
      else {
        const space = line.indexOf(" ");
        if (space === -1) see(line, "");
        else see(line.slice(0, space), line.slice(space + 1));
      }
    }
  return { missing, complete: await succeeded };
}

/** Words for `git rev-list`; none of them can be taken for an option. */
export function wordsOf(range: HistoryRange | undefined): string[] {
  const revisions = range?.revisions?.length ? range.revisions : ["--all"];
  return [
    ...(range?.since === undefined ? [] : [`--since=${range.since}`]),
    ...(revisions[0] === "--all" ? revisions : ["--end-of-options", ...revisions]),
    "--",
  ];
}

export const isRange = (range: HistoryRange | undefined): boolean =>
  range !== undefined && (range.since !== undefined || (range.revisions?.length ?? 0) > 0);

/** A set of ids in eight bytes each: the first 48 bits, which is enough to ask whether git walked to an object. */
export class IdSet {
  #numbers = new Float64Array(1024);
  #count = 0;
  #sorted = true;

  get size(): number {
    return this.#count;
  }

  add(id: string): void {
    if (this.#count === this.#numbers.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#count++] = Number.parseInt(id.slice(0, 12), 16);
    this.#sorted = false;
  }

  has(id: string): boolean {
    if (!this.#sorted) {
      this.#numbers.subarray(0, this.#count).sort();
      this.#sorted = true;
    }
    const wanted = Number.parseInt(id.slice(0, 12), 16);
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#numbers[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#numbers[low] === wanted;
  }
}
