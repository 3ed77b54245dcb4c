/**
 * Aho–Corasick over bytes: every occurrence of many literals in one pass, with the state in the caller's hands so that a
 * stream may be fed in any chunks. Transitions are one flat table over byte classes (bytes that no pattern uses share class 0),
 * so that a step is two array reads and the table stays in the processor's cache.
 */

export interface AutomatonOptions {
  /** ASCII letters match without regard to case. */
  readonly foldCase?: boolean;
}

/** `pattern` is the index in the list given; `end` is the offset just past the occurrence, counted from this chunk's start. */
export type OnMatch = (pattern: number, end: number) => void;

export interface Automaton {
  /** The state before the first byte. */
  readonly start: number;
  /** Length in bytes of each pattern. */
  readonly lengths: Uint32Array;
  readonly longest: number;
  /** Feeds one chunk; gives the state for the next. Reports every occurrence, overlapping ones too, in order of their end. */
  scan(bytes: Uint8Array, state: number, onMatch: OnMatch): number;
  /** How many of the last bytes are a prefix of some pattern: what a streaming replacer has to hold back. */
  depth(state: number): number;
}

const NO_LINK = -1;
const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

/** Throws a TypeError for an empty pattern. Patterns that are equal are all reported. */
export function buildAutomaton(patterns: readonly Uint8Array[], options: AutomatonOptions = {}): Automaton {
  const fold = options.foldCase === true ? lower : (byte: number): number => byte;
  const { classOf, classes } = classesOf(patterns, fold);
  const total = patterns.reduce((sum, pattern) => sum + pattern.length, 1);
  const next = new Int32Array(total * classes);
  const depths = new Uint32Array(total);
  const firstOut = new Int32Array(total).fill(NO_LINK);
  const nextOut = new Int32Array(patterns.length).fill(NO_LINK);

  let states = 1;
  patterns.forEach((pattern, index) => {
    if (pattern.length === 0) throw new TypeError("an empty pattern matches everywhere");
    let state = 0;
    for (const byte of pattern) {
      const slot = state * classes + (classOf[byte] ?? 0);
      if (next[slot] === 0) {
        depths[states] = (depths[state] ?? 0) + 1;
        next[slot] = states++;
      }
      state = next[slot] ?? 0;
    }
    nextOut[index] = firstOut[state] ?? NO_LINK;
    firstOut[state] = index;
  });

  const dictionary = linkStates(next, classes, states, firstOut);
  const lengths = Uint32Array.from(patterns, (pattern) => pattern.length);
  // States are handed around as row offsets: one multiplication less for each byte.
  for (let slot = 0; slot < states * classes; slot++) next[slot] = (next[slot] ?? 0) * classes;
  const speaks = new Uint8Array(states);
  for (let state = 0; state < states; state++)
    speaks[state] = firstOut[state] !== NO_LINK || (dictionary[state] ?? 0) !== 0 ? 1 : 0;

  return {
    start: 0,
    lengths,
    longest: lengths.reduce((most, length) => Math.max(most, length), 0),
    depth: (state) => depths[state / classes] ?? 0,
    scan(bytes, from, onMatch) {
      let row = from;
      for (let i = 0; i < bytes.length; i++) {
        row = next[row + (classOf[bytes[i] as number] as number)] as number;
        if (row === 0) continue;
        const state = row / classes;
        if (speaks[state] === 0) continue;
        for (let at = state; at !== 0; at = dictionary[at] ?? 0)
          for (let out = firstOut[at] ?? NO_LINK; out !== NO_LINK; out = nextOut[out] ?? NO_LINK)
            onMatch(out, i + 1);
      }
      return row;
    },
  };
}

function classesOf(patterns: readonly Uint8Array[], fold: (byte: number) => number) {
  const classOf = new Uint8Array(256);
  const used = new Set<number>();
  for (const pattern of patterns) for (const byte of pattern) used.add(fold(byte));
  // With all 256 bytes in use there is no byte left for class 0, and none is needed.
  let classes = used.size === 256 ? 0 : 1;
  const number = new Map([...used].sort((a, b) => a - b).map((byte) => [byte, classes++] as const));
  for (let byte = 0; byte < 256; byte++) classOf[byte] = number.get(fold(byte)) ?? 0;
  return { classOf, classes };
}

/** Breadth first: fills missing transitions from the failure state; gives each state's nearest suffix that ends a pattern (0: none). */
function linkStates(next: Int32Array, classes: number, states: number, firstOut: Int32Array): Int32Array {
  const failure = new Int32Array(states);
  const dictionary = new Int32Array(states);
  const queue: number[] = [];
  for (let c = 0; c < classes; c++) {
    const child = next[c] ?? 0;
    if (child !== 0) queue.push(child);
  }
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] ?? 0;
    const fail = failure[state] ?? 0;
    dictionary[state] = firstOut[fail] !== NO_LINK && fail !== 0 ? fail : (dictionary[fail] ?? 0);
    for (let c = 0; c < classes; c++) {
      const slot = state * classes + c;
      const child = next[slot] ?? 0;
      const fallback = next[fail * classes + c] ?? 0;
      if (child === 0) next[slot] = fallback;
      else {
        failure[child] = fallback;
        queue.push(child);
      }
    }
  }
  return dictionary;
}
