/**
 * Where a match begins, seen from one of its literals, and the guard that tells from the bytes beside a literal that no match is
 * there. Both follow from the expression alone; where nothing certain follows, they are null.
 */
import { byteSet, complement, members, NO_BYTE, union, within, type ByteSet } from "../byte-set.ts";
import { MOST_ITEMS, type Guard, type GuardItem } from "../guard.ts";
import { lengthsOf } from "./bounds.ts";
import type { Node } from "./parse.ts";

/** A match's literal is looked for at most this far from its beginning. */
const MOST_BEFORE = 64;
const MOST_PATHS = 600;
/** Bytes of a class that are tried one by one: all letters and digits, and a few more. */
const MOST_BYTES = 40;
/** Copies of one class that a guard counts. */
const MOST_COPIES = 24;
/** Bytes in a class that says little. */
const BROAD = 200;

interface Path {
  readonly sets: readonly ByteSet[];
  /** What follows is not known. */
  readonly cut: boolean;
}

/** Every way in which a match can begin (or, `back`, end), up to `depth` bytes. */
export function pathsOf(node: Node, depth: number, back: boolean): Path[] {
  switch (node.type) {
    case "set":
      return [{ sets: [node.set], cut: false }];
    case "look":
    case "edge":
      return [{ sets: [], cut: false }];
    case "choice":
      return node.options.flatMap((option) => pathsOf(option, depth, back));
    case "sequence": {
      let paths: Path[] = [{ sets: [], cut: false }];
      for (const part of back ? node.parts.toReversed() : node.parts) {
        if (paths.every(({ sets, cut }) => cut || sets.length >= depth)) break;
        paths = joined(paths, pathsOf(part, depth, back), depth);
      }
      return paths;
    }
    case "repeat": {
      const body = pathsOf(node.body, depth, back);
      let paths: Path[] = [{ sets: [], cut: false }];
      for (let i = 0; i < Math.min(node.min, depth); i++) paths = joined(paths, body, depth);
      if (node.max === node.min) return paths;
      if (node.max === node.min + 1) return [...paths, ...joined(paths, body, depth)];
      return paths.map(({ sets }) => ({ sets, cut: true }));
    }
  }
}

function joined(before: readonly Path[], after: readonly Path[], depth: number): Path[] {
  if (before.length * after.length > MOST_PATHS) return before.map(({ sets }) => ({ sets, cut: true }));
  return before.flatMap((one) =>
    one.cut || one.sets.length >= depth
      ? [one]
      : after.map((other) => ({ sets: [...one.sets, ...other.sets].slice(0, depth), cut: other.cut })),
  );
}

const folded = new WeakMap<ByteSet, readonly number[]>();

/** The members, letters in lower case. */
function membersOf(set: ByteSet): readonly number[] {
  let list = folded.get(set);
  if (list === undefined) {
    const all = new Set(members(set).map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));
    list = [...all];
    folded.set(set, list);
  }
  return list;
}

/**
 * The distance from a match's first byte to a literal that certainly stands there, the same for every match; null when there is
 * none. Negative when the literal begins before the match, in what it looks behind at.
 */
export function alignmentOf(node: Node, literals: readonly string[]): number | null {
  const wanted = literals.map((literal) => [...Buffer.from(literal.toLowerCase(), "latin1")]);
  const longest = wanted.reduce((most, { length }) => Math.max(most, length), 0);
  const heads = (depth: number): (readonly number[])[][] =>
    pathsOf(node, depth, false).map(({ sets }) => sets.map(membersOf));
  const near = heads(longest);
  if (near.every((path) => covered(path, 0, wanted))) return 0;
  const tail = tailBehind(node).map(membersOf);
  for (let at = 1; at <= tail.length; at++)
    if (near.every((path) => covered([...tail.slice(-at), ...path], 0, wanted))) return -at;
  const far = heads(MOST_BEFORE + longest);
  for (let at = 1; at <= MOST_BEFORE; at++) if (far.every((path) => covered(path, at, wanted))) return at;
  return null;
}

/** Whether all texts of the path have a literal at this place: small sets are tried byte by byte. */
function covered(
  path: readonly (readonly number[])[],
  at: number,
  literals: readonly (readonly number[])[],
): boolean {
  const possible = literals.filter((literal) => literal.every((byte, i) => path[at + i]?.includes(byte)));
  if (possible.some((literal) => literal.every((_, i) => path[at + i]?.length === 1))) return true;
  const longest = possible.reduce((most, { length }) => Math.max(most, length), 0);
  const open = path.findIndex((set, i) => i >= at && i < at + longest && set.length > 1);
  const set = path[open] ?? [];
  if (open === -1 || set.length > MOST_BYTES) return false;
  return set.every((byte) =>
    covered([...path.slice(0, open), [byte], ...path.slice(open + 1)], at, possible),
  );
}

/** The parts of a sequence, those of sequences in it too. */
const leading = (node: Node): readonly Node[] =>
  node.type === "sequence" ? node.parts.flatMap((part) => leading(part)) : [node];

/** The last bytes of a look-behind at the very beginning. */
function tailBehind(node: Node): ByteSet[] {
  const first = leading(node)[0];
  if (first?.type !== "look" || first.ahead || first.negative) return [];
  const paths = pathsOf(first.body, 4, true);
  return paths.length === 1 ? [...(paths[0]?.sets ?? [])].reverse() : [];
}

/** `start`: see `alignmentOf`. */
export function guardOf(node: Node, start: number): Guard {
  return {
    start,
    maxLength: Math.min(lengthsOf(node).max, 0x7fffffff),
    left: leftOf(node),
    right: itemsOf(node).slice(0, MOST_ITEMS),
  };
}

/** Where a match has a literal behind a part of it whose length is not always the same. */
export interface Pivot {
  /** Bytes of that part. */
  readonly least: number;
  readonly most: number;
  /** For the literal and what follows it; on the left what the part before may end with. */
  readonly guard: Guard;
}

/** Null where no literal certainly stands at the beginning of one of the expression's parts. */
export function pivotOf(node: Node, literals: readonly string[]): Pivot | null {
  const parts = leading(node);
  for (let i = 1; i < parts.length; i++) {
    const rest: Node = { type: "sequence", parts: parts.slice(i) };
    if (alignmentOf(rest, literals) !== 0) continue;
    const before: Node = { type: "sequence", parts: parts.slice(0, i) };
    const { min: least, max: most } = lengthsOf(before);
    const left = least === 0 ? [] : [[lastOf(before).set]];
    return { least, most, guard: { ...guardOf(rest, 0), left } };
  }
  return null;
}

/** The bytes a match may end with; `empty` when it may be empty. */
function lastOf(node: Node): { readonly set: ByteSet; readonly empty: boolean } {
  switch (node.type) {
    case "set":
      return { set: node.set, empty: false };
    case "look":
    case "edge":
      return { set: NO_BYTE, empty: true };
    case "repeat": {
      const { set, empty } = lastOf(node.body);
      return { set, empty: empty || node.min === 0 };
    }
    case "choice": {
      const all = node.options.map(lastOf);
      return { set: union(all.map(({ set }) => set)), empty: all.some(({ empty }) => empty) };
    }
    case "sequence": {
      const sets: ByteSet[] = [];
      for (const part of node.parts.toReversed()) {
        const { set, empty } = lastOf(part);
        sets.push(set);
        if (!empty) return { set: union(sets), empty: false };
      }
      return { set: union([NO_BYTE, ...sets]), empty: true };
    }
  }
}

/** What may stand before a match; empty where anything may. */
function leftOf(node: Node): Guard["left"] {
  const parts = leading(node);
  for (const [i, part] of parts.entries()) {
    if (part.type === "set" || part.type === "repeat" || part.type === "sequence") return [];
    const found = behind(part, parts[i + 1]);
    if (found !== null && found.length > 0) return found;
  }
  return [];
}

const WORD = byteSet((byte) => /\w/.test(String.fromCharCode(byte)));

function behind(node: Node, next: Node | undefined): ByteSet[][] | null {
  if (node.type === "choice") {
    const all = node.options.map((option) => behind(option, undefined));
    return all.every((one) => one !== null) ? all.flat() : null;
  }
  if (node.type === "edge") {
    const first = next === undefined ? [] : pathsOf(next, 1, false).map(({ sets }) => sets[0]);
    const inWord = first.length > 0 && first.every((set) => set !== undefined && within(set, WORD));
    return node.kind === "\\b" && inWord ? [[complement(WORD)]] : null;
  }
  if (node.type !== "look" || node.ahead) return null;
  if (node.negative) return node.body.type === "set" ? [[complement(node.body.set)]] : null;
  const paths = pathsOf(node.body, 6, true);
  return paths.every(({ sets }) => sets.length > 0) ? paths.map(({ sets }) => [...sets]) : null;
}

const one = (set: ByteSet): GuardItem => ({ set, optional: false, repeats: false });
const maybe = (set: ByteSet): GuardItem => ({ set, optional: true, repeats: false });
const any = (set: ByteSet): GuardItem => ({ set, optional: true, repeats: true });

/** Items that every match satisfies; a match's own order and counts are kept where they fit a line of items. */
function itemsOf(node: Node): GuardItem[] {
  switch (node.type) {
    case "set":
      return [one(node.set)];
    case "look":
    case "edge":
      return [];
    case "sequence":
      return node.parts.flatMap(itemsOf);
    case "choice":
      return choiceItems(node.options.map((option) => ({ items: itemsOf(option), ...lengthsOf(option) })));
    case "repeat":
      return repeatItems(node);
  }
}

function repeatItems({ body, min, max }: Extract<Node, { type: "repeat" }>): GuardItem[] {
  const items = itemsOf(body);
  if (items.length === 0) return [];
  const fixed = items.every(({ optional, repeats }) => !optional && !repeats);
  if (items.length === 1 && fixed) {
    const { set } = items[0] as GuardItem;
    const copies = Array.from({ length: Math.min(min, MOST_COPIES) }, () => one(set));
    if (max === min && min <= MOST_COPIES) return copies;
    const more = max - min;
    // What nearly every byte is in must be counted, or the guard follows it as far as it follows anything.
    if (min <= MOST_COPIES && (more === 1 || (more <= MOST_COPIES && members(set).length > BROAD)))
      return [...copies, ...Array.from({ length: more }, () => maybe(set))];
    return [...copies, any(set)];
  }
  if (max === 1) return min === 1 ? items : items.map((item) => ({ ...item, optional: true }));
  if (min === max && min <= 4) return Array.from({ length: min }, () => items).flat();
  const all = union(items.map(({ set }) => set));
  const least = Math.min(lengthsOf(body).min * min, MOST_COPIES);
  return [...Array.from({ length: least }, () => one(all)), any(all)];
}

interface Option {
  readonly items: readonly GuardItem[];
  readonly min: number;
  readonly max: number;
}

/** As many items as the shortest option is sure to have, position by position, then whatever any option may go on with. */
function choiceItems(options: readonly Option[]): GuardItem[] {
  const least = Math.min(MOST_COPIES, ...options.map(({ min }) => min));
  const most = Math.max(...options.map(({ max }) => max));
  const all = options.map(({ items }) => union(items.map(({ set }) => set)));
  const firm = options.map(({ items }) => {
    const end = items.findIndex(({ optional, repeats }) => optional || repeats);
    return end === -1 ? items.length : end;
  });
  const at = (position: number): ByteSet =>
    union(
      options.map(({ items }, i) =>
        position < (firm[i] ?? 0) ? (items[position] as GuardItem).set : (all[i] as ByteSet),
      ),
    );
  const head = Array.from({ length: least }, (_, position) => one(at(position)));
  if (most === least) return head;
  const rest = union(all);
  return most - least <= 8
    ? [...head, ...Array.from({ length: most - least }, () => maybe(rest))]
    : [...head, any(rest)];
}
