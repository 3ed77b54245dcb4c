/**
 * The detector: bytes in, offsets and values out. One pass of WebAssembly over the bytes finds all rules' literals and drops those
 * whose neighbourhood no match can have (`match/`); a rule's regular expression runs only from where the remaining hits say a match
 * would begin. Then entropy, checksum and placeholder filters, one winner for each stretch of bytes, and the parts of one credential
 * together. No string is made before a hit.
 */
import { matcherOf } from "../match/literals.ts";
import type { Provider } from "../providers/types.ts";
import { compileFormat, literalsOf, ROOM, type Extent } from "./compile.ts";
import type { Work } from "./candidates.ts";
import { builtinRules } from "./from-providers.ts";
import { type Catalogue, prepare } from "./prepared.ts";
import { PATTERNS, Session, type Engine } from "./session.ts";
import type { Detector, Rule } from "./types.ts";

export interface DetectorOptions {
  /** Whose rules are the usual ones; with `catalogue` not asked. */
  readonly providers?: readonly Provider[];
  readonly catalogue?: Catalogue;
  readonly extraRules?: readonly Rule[];
  /** Of the usual rules, those that are not wanted. */
  readonly leaveOut?: (rule: Rule) => boolean;
  /** Bytes handled at once; findings do not depend on it. */
  readonly blockSize?: number;
  /** Also secrets that are one credential with another one beside them: for those who hide values rather than report them. */
  readonly everySecret?: boolean;
  /** Counted up as the detector works. */
  readonly work?: Work;
}

/** Large enough that what is kept between blocks is small beside it, small enough for the processor's cache. */
const BLOCK = 256 << 10;

/** Throws a TypeError for a rule that could not be searched for in bounded time and memory. */
export function createDetector(options: DetectorOptions): Detector {
  const usual = options.catalogue ?? { rules: builtinRules(options.providers ?? []), prepared: null };
  const builtin = usual.rules.filter((rule) => options.leaveOut?.(rule) !== true);
  const rules = [...builtin, ...(options.extraRules ?? [])];
  const known = (builtin.length === usual.rules.length ? usual.prepared : null) ?? prepare(builtin);
  const { image, extents } = prepare(options.extraRules ?? [], known.image);
  if (image.patterns > PATTERNS) throw new TypeError(`more than ${PATTERNS} literals`);
  const reaches = [...known.extents, ...extents];
  const compiled = rules
    .flatMap((rule) => rule.formats.map((format) => ({ rule, format })))
    .map(({ rule, format }, index) => compileFormat(rule, format, reaches[index] as Extent));
  const most = (of: (one: (typeof compiled)[number]) => number): number =>
    compiled.reduce((largest, one) => Math.max(largest, of(one)), 0);
  const before = most((one) => one.before);
  // What may have to stay at hand beside a block: what waits, and what a match that waits may reach back to.
  const behind = most((one) => -Math.min(0, one.least));
  const kept = most((one) => one.longest + one.before) + before + behind + 3 * image.longest + 3 * ROOM;
  const blockSize = options.blockSize ?? BLOCK;
  const matcher = matcherOf(image, { capacity: kept + blockSize });
  const engine: Engine = {
    matcher,
    users: compiled.flatMap((user) => literalsOf(user.format).map(() => user)),
    before,
    blockSize,
    work: options.work ?? { hits: 0, attempts: 0, bytes: 0, decoded: 0 },
    everySecret: options.everySecret ?? false,
    owner: null,
  };
  return {
    rules,
    longest: most((one) => one.longest),
    stream: () => new Session(engine),
    scan(bytes) {
      const session = new Session(engine);
      const found = session.push(bytes);
      for (const match of session.end()) found.push(match);
      return found;
    },
  };
}
