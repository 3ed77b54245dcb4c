/** What the decoders left of one text. */
import type { Cut } from "../detect/types.ts";
import type { Piece } from "../formats/pieces.ts";
import type { FileFormat } from "../formats/types.ts";
import { type LongMember, longMember } from "./long-members.ts";
import type { LinedSource } from "./places.ts";

export class Cuts {
  /** Members that can be read on, by offset. */
  readonly members: { readonly offset: number; readonly compression: string; readonly reason: string }[] = [];
  readonly #kinds = new Map<string, { readonly first: number; count: number }>();

  readonly add: Cut = (offset, reason, compression) => {
    if (compression === undefined) this.note(offset, reason);
    else this.members.push({ offset, compression, reason });
  };

  note(offset: number, reason: string): void {
    const known = this.#kinds.get(reason);
    if (known === undefined) this.#kinds.set(reason, { first: offset, count: 1 });
    else known.count++;
  }

  /** The members that can be read on; the others are noted. */
  longIn(piece: Piece<LinedSource>, formats: readonly FileFormat[]): LongMember[] {
    return this.members.flatMap(({ offset, compression, reason }) => {
      const member = longMember(piece, { offset, compression }, formats);
      if (member === null) this.note(offset, reason);
      return member ?? [];
    });
  }

  /** A line for each kind: where it is first, and how often it comes again. */
  *reasons(): Generator<string> {
    for (const [reason, { first, count }] of this.#kinds)
      yield `at byte ${first}: ${reason}${count === 1 ? "" : ` (and ${count - 1} more such places)`}`;
  }
}
