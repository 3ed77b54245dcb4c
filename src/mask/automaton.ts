/**
 * Aho–Corasick over the forms of known values. A node comes into being when a text first leads to it: of hundreds of thousands of forms a
 * stream shows the beginnings of a few, and all nodes would take seconds to make and hundreds of MB.
 */

export interface Pattern {
  readonly bytes: Buffer;
  /** Index of the value it is a form of. */
  readonly owner: number;
}

/** Not known yet. */
const UNKNOWN = -1;

export class Automaton {
  /** Length of the longest pattern, 0 without patterns. */
  readonly longest: number;
  /** By node: how many of the last bytes may be the beginning of a pattern that goes on (a complete one may not). */
  readonly live = [0];
  /** By node: length of the longest pattern that ends there, 0 for none. */
  readonly matched = [0];
  readonly #patterns: readonly Pattern[];
  /** Indexes of the patterns. A node owns a stretch of them: those that begin with its text; once expanded, sorted by what comes next. */
  readonly #order: Int32Array;
  readonly #from = [0];
  readonly #to: number[];
  readonly #depth = [0];
  readonly #byte = [0];
  /** The first of the children, which are in a row and sorted by byte; `UNKNOWN`: not expanded. */
  readonly #child = [UNKNOWN];
  readonly #children = [0];
  readonly #fail = [0];
  /** The root's children by byte. */
  readonly #top = new Int32Array(256);
  readonly #owners = new Map<number, readonly number[]>();

  constructor(patterns: readonly Pattern[]) {
    this.longest = patterns.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
    this.#patterns = patterns;
    this.#order = Int32Array.from(patterns, (_, index) => index);
    this.#to = [patterns.length];
    this.#expand(0);
    for (let i = 0; i < (this.#children[0] as number); i++) this.#top[this.#byte[1 + i] as number] = 1 + i;
  }

  /** The node after `byte`, 0 being the root. */
  next(from: number, byte: number): number {
    let node = from;
    for (;;) {
      const child = this.#childOf(node, byte);
      if (child > 0) {
        if (this.#fail[child] === UNKNOWN) this.#link(node, child, byte);
        return child;
      }
      if (node === 0) return 0;
      node = this.#fail[node] as number;
    }
  }

  /** Of the patterns that end at `node`, longest first. */
  owners(node: number): readonly number[] {
    let owners = this.#owners.get(node);
    if (owners === undefined) {
      const all = new Set<number>();
      for (let one = node; one > 0; one = this.#fail[one] as number)
        for (const index of this.#ending(one)) all.add((this.#patterns[index] as Pattern).owner);
      this.#owners.set(node, (owners = [...all]));
    }
    return owners;
  }

  /** 0 for none. */
  #childOf(node: number, byte: number): number {
    if (node === 0) return this.#top[byte] as number;
    if (this.#child[node] === UNKNOWN) this.#expand(node);
    let low = this.#child[node] as number;
    let high = low + (this.#children[node] as number) - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const here = this.#byte[middle] as number;
      if (here === byte) return middle;
      if (here < byte) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }

  /** The patterns of `node` that are its text and nothing more. */
  #ending(node: number): Int32Array {
    const [from, to, depth] = [this.#from[node] as number, this.#to[node] as number, this.#depth[node]];
    let end = from;
    while (end < to && this.#patterns[this.#order[end] as number]?.bytes.length === depth) end++;
    return this.#order.subarray(from, end);
  }

  /** Sorts the node's patterns, those that end here first, and makes its children. */
  #expand(node: number): void {
    const [from, to] = [this.#from[node] as number, this.#to[node] as number];
    const depth = this.#depth[node] as number;
    /** 0 for a pattern that ends, else one more than its next byte. */
    const key = (index: number): number => {
      const { bytes } = this.#patterns[index] as Pattern;
      return depth < bytes.length ? (bytes[depth] as number) + 1 : 0;
    };
    if (to - from > 1) sortBy(this.#order.subarray(from, to), key);
    let at = from;
    while (at < to && key(this.#order[at] as number) === 0) at++;
    const first = this.#from.length;
    while (at < to) {
      const same = key(this.#order[at] as number);
      let end = at + 1;
      while (end < to && key(this.#order[end] as number) === same) end++;
      this.live.push(0);
      this.matched.push(0);
      this.#from.push(at);
      this.#to.push(end);
      this.#depth.push(depth + 1);
      this.#byte.push(same - 1);
      this.#child.push(UNKNOWN);
      this.#children.push(0);
      this.#fail.push(UNKNOWN);
      at = end;
    }
    this.#child[node] = first;
    this.#children[node] = this.#from.length - first;
  }

  /**
   * Failure links of `child`, at which `node` arrives with `byte`, and of the nodes that they lead to. What `node` fails to was
   * linked when `node` was.
   */
  #link(node: number, child: number, byte: number): void {
    const fresh = [child];
    for (let from = node, to = child; ; ) {
      let next = 0;
      while (next === 0 && from > 0) {
        from = this.#fail[from] as number;
        next = this.#childOf(from, byte);
      }
      this.#fail[to] = next;
      if (next === 0 || this.#fail[next] !== UNKNOWN) break;
      fresh.push(next);
      to = next;
    }
    for (let one = fresh.pop(); one !== undefined; one = fresh.pop()) {
      const fail = this.#fail[one] as number;
      const depth = this.#depth[one] as number;
      if (this.#child[one] === UNKNOWN) this.#expand(one);
      this.live[one] = (this.#children[one] as number) > 0 ? depth : (this.live[fail] as number);
      const ends = this.#ending(one).length > 0;
      this.matched[one] = ends ? depth : (this.matched[fail] as number);
    }
  }
}

/** Stable; keys are 0 to 256. */
function sortBy(list: Int32Array, key: (item: number) => number): void {
  const starts = new Int32Array(258);
  const keys = new Uint16Array(list.length);
  for (let i = 0; i < list.length; i++) {
    const own = key(list[i] as number);
    keys[i] = own;
    (starts[own + 1] as number)++;
  }
  for (let i = 1; i < starts.length; i++) (starts[i] as number) += starts[i - 1] as number;
  const old = list.slice();
  for (let i = 0; i < old.length; i++) list[(starts[keys[i] as number] as number)++] = old[i] as number;
}
