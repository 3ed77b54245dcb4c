/** Looks at one version: whole, or only where it differs from a version that was looked at before. */
import type { ByteSource } from "../../formats/types.ts";
import type { ContentScanner, Unread } from "../types.ts";
import type { Operations } from "./delta.ts";
import { moved, type Hit, type ValueTable } from "./hits.ts";
import { AROUND_MARKS, CONTEXT, hasMark, windowsOf } from "./windows.ts";

/** What is known of a version, for those made from it. */
export interface Examined {
  readonly hits: readonly Hit[];
  /** Everything in it was looked at, as plain bytes: a version made from it needs only its changes read. */
  readonly covers: boolean;
  readonly marked: boolean;
  /** Bytes looked at. */
  readonly scanned: number;
  readonly unread: readonly Unread[];
}

export const NOT_EXAMINED: Examined = { hits: [], covers: false, marked: false, scanned: 0, unread: [] };

const HEAD = 512;
const SEPARATOR = Buffer.from("\n\n");

/** How a version came to be. */
export interface Change {
  readonly operations: Operations;
  readonly baseSize: number;
  readonly base: Examined;
  readonly path: string;
}

export interface Examiner {
  /** `path` tells formats by name; without one they go by the first bytes. */
  whole(bytes: Buffer, path?: string): Examined | Promise<Examined>;
  /** Streams it through the formats, whatever it is. */
  stream(path: string, source: ByteSource): Promise<Examined>;
  changed(bytes: Buffer, from: Change): Examined | Promise<Examined>;
}

export function createExaminer(scanner: ContentScanner, values: ValueTable): Examiner {
  let room = Buffer.allocUnsafeSlow(64 << 10);

  const needsFormat = (bytes: Buffer, path = ""): boolean =>
    scanner.needsFormat(path, bytes.subarray(0, HEAD));

  function plainly(bytes: Buffer): Examined | Promise<Examined> {
    let whole = true;
    const found = scanner.plain(bytes, () => (whole = false));
    if (!whole) {
      // What the decoders left can be read on, or has to be named.
      for (const { match } of found) match.value.fill(0);
      return byFormat("", bufferSource(bytes));
    }
    const hits = found.map((one) => values.hit(one));
    return { hits, covers: !isWide(bytes), marked: hasMark(bytes), scanned: bytes.length, unread: [] };
  }

  async function byFormat(path: string, source: ByteSource): Promise<Examined> {
    const { found, bytes, unread } = await scanner.scan({ path, source });
    return {
      hits: found.map((one) => values.hit(one)),
      covers: false,
      marked: false,
      scanned: bytes,
      unread,
    };
  }

  const whole = (bytes: Buffer, path = ""): Examined | Promise<Examined> =>
    needsFormat(bytes, path) ? byFormat(path, bufferSource(bytes)) : plainly(bytes);

  /** The windows in one stretch, and where each begins in it. */
  function gather(bytes: Buffer, edges: readonly number[]): { text: Buffer; starts: number[] } {
    if (edges.length === 2) return { text: bytes.subarray(edges[0], edges[1]), starts: [0] };
    const starts: number[] = [];
    let size = 0;
    for (let i = 0; i < edges.length; i += 2)
      size += (edges[i + 1] as number) - (edges[i] as number) + SEPARATOR.length;
    if (size > room.length) room = Buffer.allocUnsafeSlow(2 * size);
    let at = 0;
    for (let i = 0; i < edges.length; i += 2) {
      starts.push(at);
      at += bytes.copy(room, at, edges[i], edges[i + 1]);
      at += SEPARATOR.copy(room, at);
    }
    return { text: room.subarray(0, at), starts };
  }

  /** Null when only a look at the whole version can tell. */
  function byWindows(
    bytes: Buffer,
    operations: Operations,
    baseSize: number,
    base: Examined,
  ): Examined | null {
    let edges = windowsOf(operations, baseSize, bytes, base.marked ? AROUND_MARKS : CONTEXT);
    if (edges === null) return null;
    let marked = base.marked;
    if (!marked && edges.length > 0) {
      marked = edges.some((from, i) => i % 2 === 0 && hasMark(bytes.subarray(from, edges?.[i + 1])));
      if (marked) edges = windowsOf(operations, baseSize, bytes, AROUND_MARKS);
      if (edges === null) return null;
    }
    const hits = mapHits(operations, base.hits);
    if (hits === null) return null;
    if (edges.length === 0) return { hits, covers: true, marked, scanned: 0, unread: [] };
    const { text, starts } = gather(bytes, edges);
    const expected = hits.filter(({ offset, length }) => touches(edges, offset, offset + length));
    let whole = true;
    const found = scanner.plain(text, () => (whole = false));
    // Anything new, gone or cut: the windows were only a sieve.
    if (!whole || found.length !== expected.length) return null;
    for (const { offset, match } of found) {
      match.value.fill(0);
      const window = starts.findLastIndex((start) => start <= offset);
      const at = (edges[2 * window] as number) + offset - (starts[window] as number);
      const same = (hit: Hit): boolean =>
        hit.offset === at && hit.length === match.length && values.values[hit.value]?.rule === match.rule.id;
      if (!expected.some(same)) return null;
    }
    return { hits, covers: true, marked, scanned: text.length, unread: [] };
  }

  return {
    whole,
    stream: byFormat,
    changed(bytes, { operations, baseSize, base, path }) {
      if (!base.covers) return whole(bytes, path);
      const { ops, count } = operations;
      // What decided for the base decides here, unless names do.
      const same = path === "" && count > 0 && ops[0] === 0 && (ops[2] as number) >= HEAD;
      if (!same && (needsFormat(bytes, path) || isWide(bytes))) return whole(bytes, path);
      return byWindows(bytes, operations, baseSize, base) ?? plainly(bytes);
    },
  };
}

/** The base's hits where the copies put them; null when one of them is cut or gone. */
function mapHits({ ops, count }: Operations, hits: readonly Hit[]): readonly Hit[] | null {
  if (hits.length === 0) return hits;
  const out: Hit[] = [];
  const kept = new Set<Hit>();
  for (let i = 0; i < count; i++) {
    const from = ops[3 * i] as number;
    if (from < 0) continue;
    const to = from + (ops[3 * i + 2] as number);
    for (const hit of hits) {
      if (hit.offset < from || hit.offset + hit.length > to) continue;
      kept.add(hit);
      out.push(moved(hit, (ops[3 * i + 1] as number) - from));
    }
  }
  return kept.size === hits.length ? out : null;
}

function touches(edges: readonly number[], from: number, to: number): boolean {
  for (let i = 0; i < edges.length; i += 2)
    if (from < (edges[i + 1] as number) && to > (edges[i] as number)) return true;
  return false;
}

/** Perhaps text of two bytes a character, which cannot be cut anywhere. */
const isWide = (bytes: Buffer): boolean =>
  (bytes[0] ?? 0) >= 0xfe || bytes.subarray(0, HEAD).indexOf(0) !== -1;

export function bufferSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    chunks: () => [bytes],
    read: (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
  };
}
