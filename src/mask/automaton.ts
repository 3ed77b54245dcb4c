/**
 * Aho–Corasick over the forms of known values, laid out for few long patterns: a node with one child keeps it inline,
 * nodes that branch own a row of 256.
 */

export interface Pattern {
  readonly bytes: Buffer;
  /** Index of the value it is a form of. */
  readonly owner: number;
}

export class Automaton {
  /** Length of the longest pattern, 0 without patterns. */
  readonly longest: number;
  /** By node: how many of the last bytes may be the beginning of a pattern that goes on (a complete one may not). */
  readonly live: Int32Array;
  /** By node: length of the longest pattern that ends there, 0 for none. */
  readonly matched: Int32Array;
  #byte: Int16Array;
  #child: Int32Array;
  #row: Int32Array;
  #rows: Int32Array;
  #fail: Int32Array;
  /** Node to the owners of the patterns that end there, its suffixes' owners included. */
  readonly #owners = new Map<number, readonly number[]>();

  constructor(patterns: readonly Pattern[]) {
    const size = patterns.reduce((sum, { bytes }) => sum + bytes.length, 1);
    this.longest = patterns.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
    this.live = new Int32Array(size);
    this.matched = new Int32Array(size);
    this.#byte = new Int16Array(size).fill(-1);
    this.#child = new Int32Array(size);
    this.#row = new Int32Array(size).fill(-1);
    this.#rows = new Int32Array(0);
    this.#fail = new Int32Array(size);
    this.#link(this.#plant(patterns));
  }

  /** Builds the trie; gives the number of nodes. */
  #plant(patterns: readonly Pattern[]): number {
    const rows: Int32Array[] = [new Int32Array(256)];
    this.#row[0] = 0;
    let count = 1;
    for (const { bytes, owner } of patterns) {
      let node = 0;
      for (const byte of bytes) {
        let next = childOf(rows, this.#row[node] ?? -1, this.#byte[node] ?? -1, this.#child[node] ?? 0, byte);
        if (next === 0) {
          next = count++;
          this.live[next] = (this.live[node] ?? 0) + 1;
          this.#adopt(rows, node, byte, next);
        }
        node = next;
      }
      this.matched[node] = bytes.length;
      this.#owners.set(node, [...new Set([...(this.#owners.get(node) ?? []), owner])]);
    }
    this.#rows = new Int32Array(rows.length * 256);
    rows.forEach((row, index) => this.#rows.set(row, index * 256));
    return count;
  }

  #adopt(rows: Int32Array[], node: number, byte: number, next: number): void {
    const row = this.#row[node] ?? -1;
    if (row >= 0) {
      (rows[row] as Int32Array)[byte] = next;
    } else if ((this.#byte[node] ?? -1) < 0) {
      this.#byte[node] = byte;
      this.#child[node] = next;
    } else {
      const fresh = new Int32Array(256);
      fresh[this.#byte[node] ?? 0] = this.#child[node] ?? 0;
      fresh[byte] = next;
      this.#row[node] = rows.length;
      rows.push(fresh);
    }
  }

  /** Failure links, breadth first; a node also inherits what ends at its failure node. */
  #link(count: number): void {
    const queue = new Int32Array(count);
    let tail = 1;
    for (let head = 0; head < tail; head++) {
      const node = queue[head] ?? 0;
      const children = this.#children(node);
      if (children.length === 0) this.live[node] = this.live[this.#fail[node] ?? 0] ?? 0;
      for (const [byte, child] of children) {
        queue[tail++] = child;
        if (node === 0) continue;
        const fail = this.next(this.#fail[node] ?? 0, byte);
        this.#fail[child] = fail;
        if (this.matched[child] === 0) this.matched[child] = this.matched[fail] ?? 0;
        const inherited = this.#owners.get(fail);
        if (inherited !== undefined) {
          this.#owners.set(child, [...new Set([...(this.#owners.get(child) ?? []), ...inherited])]);
        }
      }
    }
  }

  #children(node: number): [number, number][] {
    const row = this.#row[node] ?? -1;
    if (row < 0) {
      const byte = this.#byte[node] ?? -1;
      return byte < 0 ? [] : [[byte, this.#child[node] ?? 0]];
    }
    const out: [number, number][] = [];
    for (let byte = 0; byte < 256; byte++) {
      const child = this.#rows[row * 256 + byte] ?? 0;
      if (child !== 0) out.push([byte, child]);
    }
    return out;
  }

  /** The node after `byte`, 0 being the root. */
  next(from: number, byte: number): number {
    let node = from;
    for (;;) {
      const row = this.#row[node] as number;
      if (row >= 0) {
        const child = this.#rows[(row << 8) | byte] as number;
        if (child !== 0 || node === 0) return child;
      } else if (this.#byte[node] === byte) {
        return this.#child[node] as number;
      }
      node = this.#fail[node] as number;
    }
  }

  owners(node: number): readonly number[] {
    return this.#owners.get(node) ?? [];
  }
}

function childOf(
  rows: readonly Int32Array[],
  row: number,
  only: number,
  child: number,
  byte: number,
): number {
  if (row >= 0) return rows[row]?.[byte] ?? 0;
  return only === byte ? child : 0;
}
