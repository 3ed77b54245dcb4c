/**
 * This process's own commits told from others': the sequence grows with every commit, and where it does not go on from what was seen
 * last, somebody else wrote. Called in the commit's own turn, before anything else is read.
 */
export class Own {
  readonly #listeners: ((keys: readonly string[]) => void)[] = [];
  #last = -1;
  #others = 0;

  onCommit(listener: (keys: readonly string[]) => void): void {
    this.#listeners.push(listener);
  }

  /** The token at this sequence. */
  seen(sequence: number): string {
    if (sequence !== this.#last) this.#others++;
    this.#last = sequence;
    return String(this.#others);
  }

  /** `before` was read under the file's lock. */
  committed(before: number, after: number, keys: readonly string[]): void {
    this.seen(before);
    this.#last = after;
    for (const listener of this.#listeners) listener(keys);
  }
}
