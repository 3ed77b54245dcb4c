/** A set of object ids, each in its own bytes: millions fit, and no two are taken for one another. */
export class IdTable {
  #slots = 1024;
  #count = 0;
  #rows: Uint8Array;
  readonly #width: number;

  /** `width`: bytes of an id. */
  constructor(width: number) {
    this.#width = width;
    this.#rows = new Uint8Array(this.#slots * width);
  }

  get size(): number {
    return this.#count;
  }

  has(id: Uint8Array): boolean {
    return !this.#isFree(this.#find(id));
  }

  add(id: Uint8Array): void {
    const at = this.#find(id);
    if (!this.#isFree(at)) return;
    this.#rows.set(id, at);
    if (++this.#count * 2 > this.#slots) this.#grow();
  }

  #grow(): void {
    const [rows, width] = [this.#rows, this.#width];
    this.#slots *= 2;
    this.#rows = new Uint8Array(this.#slots * width);
    for (let at = 0; at < rows.length; at += width) {
      const row = rows.subarray(at, at + width);
      if (row.some((byte) => byte !== 0)) this.#rows.set(row, this.#find(row));
    }
  }

  /** Where it stands, or where it would. */
  #find(id: Uint8Array): number {
    const width = this.#width;
    const hash = ((id[0] ?? 0) << 24) | ((id[1] ?? 0) << 16) | ((id[2] ?? 0) << 8) | (id[3] ?? 0);
    for (let slot = hash & (this.#slots - 1); ; slot = (slot + 1) & (this.#slots - 1)) {
      const at = slot * width;
      if (this.#isFree(at) || this.#equals(at, id)) return at;
    }
  }

  /** An id of zeros stands for no object in git. */
  #isFree(at: number): boolean {
    for (let i = 0; i < this.#width; i++) if (this.#rows[at + i] !== 0) return false;
    return true;
  }

  #equals(at: number, id: Uint8Array): boolean {
    for (let i = 0; i < this.#width; i++) if (this.#rows[at + i] !== id[i]) return false;
    return true;
  }
}
