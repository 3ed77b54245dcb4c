/**
 * The streaming masker: replaces known values, in every form of `forms.ts`, in a stream of bytes.
 *
 * It does what Aho–Corasick over all forms does, on the text as it is and as it reads without breaks (`fold.ts`): every
 * occurrence counts, occurrences that overlap or touch become one mask, other bytes pass unchanged (they are never decoded).
 * It holds back exactly the bytes that may still be the beginning of a value, for as long as they may, and nothing else: there
 * is no timer and no line buffer. Output that was compressed, encrypted or reversed can't be masked.
 */
import { Secret } from "../core/secret.ts";
import type { Pattern } from "./automaton.ts";
import { type Commands, CommandLines } from "./commands.ts";
import { isCommon } from "./common.ts";
import { type Finder, StreamFinder } from "./finder.ts";
import { withoutBreaks } from "./fold.ts";
import { forms, trim } from "./forms.ts";
import { leaves, lines } from "./leaves.ts";
import { CAPACITY, type Compiled, SHORTEST_KNOWN, compile } from "./search.ts";
import { StreamMasker } from "./stream.ts";

export type { Commands } from "./commands.ts";
export { commandsOf, registerLines } from "./commands.ts";
export type { Finder, FoundValue } from "./finder.ts";

/** Values under this many bytes would turn output into noise; they are reported, not masked. */
export const SHORTEST_VALUE = 6;
/** Longer values are reported, not masked. */
export const LONGEST_VALUE = 65_536;
/** Bytes of the buffer that `MaskSet.input` gives. */
export const INPUT_SIZE = CAPACITY;

export type MaskValue = Secret | Buffer | { readonly name: string; readonly value: Secret | Buffer };

export interface SkippedValue {
  /** The value's name, or its place in the list as `#3`. */
  readonly name: string;
  readonly why: "empty" | "short" | "long" | "common";
}

export interface MaskOptions {
  readonly values: readonly MaskValue[];
  /** What stands in place of a value; `***` when left out. */
  readonly mask?: string;
  /** False: only unbroken values are found, a little faster. */
  readonly breaks?: boolean;
  /** Lines by which the job itself asks for values to be masked; without it they are output like any other. */
  readonly commands?: Commands;
}

/** The compiled values: make one, and one `Masker` of it per stream. */
export interface MaskSet {
  readonly skipped: readonly SkippedValue[];
  /** Every stream masks the value from its next chunk on. Gives what kept it from being registered, null for nothing. */
  add(value: MaskValue): SkippedValue | null;
  masker(): Masker;
  /** Says where values are, and changes nothing. */
  finder(): Finder;
  /** Whether `bytes` contain a value in any form. */
  finds(bytes: Uint8Array): boolean;
  /**
   * Memory to read into, `INPUT_SIZE` bytes: a chunk that begins there is not copied before it is searched. For one stream, which
   * has written what `push` gave before it reads again.
   */
  input(): Buffer;
}

export interface Masker {
  /** Values that are not masked. */
  readonly skipped: readonly SkippedValue[];
  /** Gives the bytes that may be written now, in order. They may share memory with `chunk`: don't reuse that. */
  push(chunk: Buffer): Buffer[];
  /** Ends the stream: gives what was held back. The masker may then be used for another stream. */
  flush(): Buffer[];
  /** How many masks were written so far for each value, by name. */
  hits(): ReadonlyMap<string, number>;
}

export function createMasker(options: MaskOptions): Masker {
  return compileMasks(options).masker();
}

export function compileMasks(options: MaskOptions): MaskSet {
  const skipped: SkippedValue[] = [];
  const names: string[] = [];
  const patterns: Pattern[] = [];
  let compiled: Compiled | null = null;
  const current = (): Compiled => (compiled ??= compile(patterns, names, options.breaks !== false));
  const add = (entry: MaskValue): SkippedValue | null => {
    const named =
      Buffer.isBuffer(entry) || entry instanceof Secret ? { name: `#${names.length}`, value: entry } : entry;
    const bytes = Buffer.isBuffer(named.value) ? named.value : named.value.reveal();
    const owner = names.push(named.name) - 1;
    const why = refusal(bytes);
    if (why !== null) {
      const one = { name: named.name, why };
      skipped.push(one);
      return one;
    }
    for (const form of formsOf(bytes)) patterns.push({ bytes: form, owner });
    compiled = null;
    return null;
  };
  for (const value of options.values) add(value);
  const mask = Buffer.from(options.mask ?? "***", "utf8");
  const stream = (): StreamMasker => new StreamMasker({ compiled: current, mask, skipped });
  const set: MaskSet = {
    skipped,
    add,
    masker: () =>
      options.commands === undefined ? stream() : new CommandLines(stream(), set, options.commands),
    finder: () => new StreamFinder(current()),
    finds: (bytes) => {
      const finder = set.finder();
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return finder.push(view).length + finder.flush().length > 0;
    },
    input: () => current().filter().input,
  };
  return set;
}

function refusal(bytes: Buffer): SkippedValue["why"] | null {
  if (bytes.length > LONGEST_VALUE) return "long";
  const trimmed = trim(bytes.toString("latin1"));
  if (trimmed.length === 0) return "empty";
  if (trimmed.length < SHORTEST_VALUE) return "short";
  return isCommon(trimmed) ? "common" : null;
}

const MOST_BACKSLASHES = 16;

/** A line that is broken right behind a backslash of the value reads as if that belonged to the break. */
function withoutOneBackslash(form: Buffer): Buffer[] {
  const places: number[] = [];
  for (
    let at = form.indexOf(0x5c);
    at >= 0 && places.length <= MOST_BACKSLASHES;
    at = form.indexOf(0x5c, at + 1)
  )
    places.push(at);
  if (places.length > MOST_BACKSLASHES) return [];
  return places.map((at) => Buffer.concat([form.subarray(0, at), form.subarray(at + 1)]));
}

/** What may make `withoutBreaks` shorter. */
const BREAKS = /[\n\r\u001b]/;

/** Every byte string to search for on account of one value, each once. */
export function formsOf(value: Buffer): Buffer[] {
  const out = new Map<string, Buffer>();
  // Most rows give what another has given.
  const seen = new Set<string>();
  const add = (form: Buffer, text: string): void => {
    // A stable middle of base64, say, may be too short, or like a word.
    if (form.length >= SHORTEST_KNOWN && !out.has(text) && !isCommon(text)) out.set(text, form);
  };
  const each = (form: Buffer): void => {
    const text = form.toString("latin1");
    if (seen.has(text)) return;
    seen.add(text);
    add(form, text);
    if (BREAKS.test(text)) {
      const unbroken = withoutBreaks(form);
      if (unbroken.length < form.length) add(unbroken, unbroken.toString("latin1"));
      const joined = text.replace(/[\r\n][ \t\r\n]*/g, "");
      if (joined.length < form.length) add(Buffer.from(joined, "latin1"), joined);
    }
    for (const one of withoutOneBackslash(form)) add(one, one.toString("latin1"));
  };
  for (const leaf of leaves(value)) {
    if (leaf.length < SHORTEST_VALUE) continue;
    each(leaf);
    for (const row of forms) for (const form of row.encode(leaf)) if (form !== leaf) each(form);
    for (const line of lines(leaf)) each(line);
  }
  return [...out.values()];
}
