/**
 * Compressed members inside a file that are longer than what the decoders read of them: where the file can be read at any place, each is
 * taken as an entry of it and streamed to its end.
 */
import { formatOf } from "../formats/index.ts";
import { type Piece, pieces, type PiecesOptions } from "../formats/pieces.ts";
import { HEAD } from "../formats/source.ts";
import type { ByteSource, FileFormat, Skipped } from "../formats/types.ts";
import type { LinedSource } from "./places.ts";
import type { Found } from "./types.ts";

export interface LongMember {
  /** Whose bytes it stands in, and where. */
  readonly piece: Piece<LinedSource>;
  readonly offset: number;
  readonly compression: string;
}

const SLICE = 256 << 10;

/** Null where nothing can read it on: in a stream, in text that does not stand in the file, or when it only begins like a member. */
export function longMember(
  piece: Piece<LinedSource>,
  { offset, compression }: { readonly offset: number; readonly compression: string },
  formats: readonly FileFormat[],
): LongMember | null {
  const { offsetOf, file } = piece;
  if (offsetOf === undefined || file.read === undefined) return null;
  const at = offsetOf(offset);
  return formatOf(formats, "", file.read(at, HEAD))?.id === compression
    ? { piece, offset: at, compression }
    : null;
}

const nameOf = ({ offset, compression, piece: { entry } }: LongMember): string =>
  `${entry === undefined ? "" : `${entry}!`}${compression} at byte ${offset}`;

/** What is in the members, as entries called by their place. What lies inside one that was read is not read again. */
export async function* longPieces(
  members: readonly LongMember[],
  options: Pick<PiecesOptions<LinedSource>, "formats" | "limits" | "wrap">,
): AsyncGenerator<Piece<LinedSource> | Skipped> {
  const ends = new Map<LinedSource, number>();
  for (const member of [...members]) {
    const { piece, offset } = member;
    const before = ends.get(piece.file) ?? 0;
    if (offset < before) continue;
    const { source, end } = sourceFrom(piece.file, offset);
    const path = nameOf(member);
    for await (const inner of pieces({ path, source, ...options })) {
      const name = inner.kind === "piece" ? inner.entry : inner.name;
      // A single file under compression is called by the member, what is an archive in there by its own path.
      const entry =
        name === undefined || name === "" || name === path ? path : `${path}!${name.replace(`${path}!`, "")}`;
      if (inner.kind === "skipped") yield { ...inner, name: entry };
      else yield { ...inner, entry, outer: (at) => piece.outer(offset + inner.outer(at)) };
    }
    ends.set(piece.file, Math.max(before, end()));
  }
}

/** Bytes from an offset on, and where the last slice that was asked for begins. */
function sourceFrom(
  file: ByteSource,
  offset: number,
): { readonly source: ByteSource; readonly end: () => number } {
  let at = offset;
  let end = offset;
  function* chunks(): Generator<Uint8Array> {
    for (;;) {
      const slice = file.read?.(at, SLICE) ?? new Uint8Array();
      if (slice.length === 0) return;
      end = at;
      at += slice.length;
      yield slice;
    }
  }
  return { source: { size: null, once: true, chunks }, end: () => end };
}

/** What the decoders found in a member's beginning is found again in the whole of it: that one has a line and a column. */
export function withoutTwins(found: readonly Found[], members: readonly LongMember[]): Found[] {
  if (members.length === 0) return [...found];
  const starts = new Map(members.map((member) => [nameOf(member), member.piece.outer(member.offset)]));
  const key = (start: number, { rule, value }: Found["match"]): string =>
    `${start} ${rule.id} ${value.toString("latin1")}`;
  const memberOf = ({ entry }: Found): string | undefined => {
    const steps = entry?.split("!") ?? [];
    return steps.map((_, i) => steps.slice(0, i + 1).join("!")).find((name) => starts.has(name));
  };
  const inside = new Set<string>();
  for (const one of found) {
    const start = starts.get(memberOf(one) ?? "");
    if (start !== undefined) inside.add(key(start, one.match));
  }
  return found.filter((one) => {
    const { match, offset } = one;
    if (match.decoded === undefined || !inside.has(key(offset, match)) || memberOf(one) !== undefined)
      return true;
    match.value.fill(0);
    return false;
  });
}
