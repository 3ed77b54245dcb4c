/**
 * The detector: bytes in, offsets and values out. One pass of the automaton over all rules' literals; a rule's regular
 * expression runs only in windows around a hit, as wide as the rule's longest match, and those that overlap are merged, so that
 * no byte is read twice by a rule. Then entropy, checksum and placeholder filters, and one winner for each stretch of bytes.
 *
 * Inputs are taken in blocks with margins wide enough for any match and whatever it competes with: findings do not depend on
 * how the bytes arrived, and memory does not grow with the file.
 */
import { buildAutomaton } from "../match/aho-corasick.ts";
import type { Provider } from "../providers/types.ts";
import { checks } from "./checks.ts";
import { decodePercent, decoders } from "./decode.ts";
import { entropy, isIdentifier, isPlaceholder } from "./placeholders.ts";
import { resolveOverlaps, type Candidate } from "./overlap.ts";
import { genericRules } from "./rules/index.ts";
import { rulesOf } from "./from-providers.ts";
import type { Detector, DetectorStream, Expression, RawMatch, Rule, RuleFormat } from "./types.ts";

/** Room around a window for look-behind and look-ahead: an escape, a scheme, the rest of a name. */
const BORDER_ROOM = 64;
const DEFAULT_ENTROPY = 2.4;

export interface DetectorOptions {
  readonly providers: readonly Provider[];
  readonly extraRules?: readonly Rule[];
  /** Bytes handled at once; for tests, findings do not depend on it. */
  readonly blockSize?: number;
}

interface Compiled {
  readonly rule: Rule;
  readonly format: RuleFormat;
  readonly expression: Expression;
  readonly before: number;
}

export function createDetector(options: DetectorOptions): Detector {
  const rules = [...options.providers.flatMap(rulesOf), ...genericRules, ...(options.extraRules ?? [])];
  const compiled = rules.flatMap((rule) => rule.formats.map((format) => compile(rule, format)));
  const byLiteral = new Map<string, number[]>();
  compiled.forEach(({ format }, index) => {
    for (const literal of new Set(format.literals.map((text) => text.toLowerCase())))
      byLiteral.set(literal, [...(byLiteral.get(literal) ?? []), index]);
  });
  const users = [...byLiteral.values()];
  const automaton = buildAutomaton(
    [...byLiteral.keys()].map((literal) => Buffer.from(literal, "latin1")),
    { foldCase: true },
  );
  const longest = compiled.reduce((most, { format }) => Math.max(most, format.maxLength), 0);
  const margin = 2 * (longest + BORDER_ROOM);
  const blockSize = options.blockSize ?? 1 << 20;

  /** Matches whose value begins in [from, to) of the window. */
  function scanWindow(window: Buffer, from: number, to: number, base: number): RawMatch[] {
    const regions = new Map<number, number[]>();
    automaton.scan(window, automaton.start, (literal, end) => {
      const start = end - (automaton.lengths[literal] ?? 0);
      for (const index of users[literal] ?? []) addRegion(regions, index, start, end);
    });
    if (regions.size === 0) return [];
    const candidates: Candidate[] = [];
    for (const [index, edges] of regions) {
      const one = compiled[index];
      if (one === undefined) continue;
      for (let i = 0; i < edges.length; i += 2)
        search(
          one,
          window,
          Math.max(0, edges[i] ?? 0),
          Math.min(window.length, edges[i + 1] ?? 0),
          candidates,
        );
    }
    return resolveOverlaps(candidates)
      .filter(({ offset }) => offset >= from && offset < to)
      .map(({ offset, length, rule, format }) => {
        const raw = window.subarray(offset, offset + length);
        const value = format.decode === undefined ? Buffer.from(raw) : decoders[format.decode](raw);
        const says = format.says?.(value.toString("latin1")) ?? null;
        return { offset: base + offset, length, rule, value, ...(says === null ? {} : { says }) };
      });
  }

  function addRegion(regions: Map<number, number[]>, index: number, start: number, end: number): void {
    const one = compiled[index];
    if (one === undefined) return;
    const from = start - one.before - BORDER_ROOM;
    const to = end + one.format.maxLength + BORDER_ROOM;
    const edges = regions.get(index);
    if (edges === undefined) regions.set(index, [from, to]);
    else {
      const last = edges.length - 1;
      if (from <= (edges[last] ?? 0)) {
        edges[last] = Math.max(to, edges[last] ?? 0);
        edges[last - 1] = Math.min(from, edges[last - 1] ?? 0);
      } else edges.push(from, to);
    }
  }

  function stream(): DetectorStream {
    let held = Buffer.alloc(0); // from `base` on: up to `margin` bytes already judged, then what is to come
    let base = 0;
    let judged = 0; // bytes of `held` whose matches are out
    const pending: Buffer[] = [];
    let pendingBytes = 0;

    const gather = (): void => {
      if (pendingBytes > 0) held = Buffer.concat([held, ...pending]);
      pending.length = 0;
      pendingBytes = 0;
    };
    const judge = (to: number): RawMatch[] => {
      const end = Math.min(held.length, to + margin);
      const found = scanWindow(held.subarray(0, end), judged, to, base);
      const drop = Math.max(0, to - margin);
      held = held.subarray(drop);
      base += drop;
      judged = to - drop;
      return found;
    };
    return {
      push(chunk) {
        const found: RawMatch[] = [];
        for (let at = 0; at < chunk.length; at += blockSize) {
          const piece = chunk.subarray(at, at + blockSize);
          pending.push(Buffer.from(piece));
          pendingBytes += piece.length;
          if (held.length + pendingBytes < judged + blockSize + margin) continue;
          gather();
          while (held.length >= judged + blockSize + margin) found.push(...judge(judged + blockSize));
        }
        return found;
      },
      end() {
        gather();
        const found: RawMatch[] = [];
        while (judged < held.length) found.push(...judge(Math.min(held.length, judged + blockSize)));
        return found;
      },
    };
  }

  return {
    rules,
    stream,
    scan(bytes) {
      if (bytes.length <= blockSize + margin) return scanWindow(bytes, 0, bytes.length, 0);
      const found: RawMatch[] = [];
      for (let from = 0; from < bytes.length; from += blockSize) {
        const start = Math.max(0, from - margin);
        const to = Math.min(bytes.length, from + blockSize);
        const window = bytes.subarray(start, Math.min(bytes.length, to + margin));
        for (const match of scanWindow(window, from - start, to - start, start)) found.push(match);
      }
      return found;
    },
  };
}

function compile(rule: Rule, format: RuleFormat): Compiled {
  return {
    rule,
    format,
    expression: format.expression ?? new RegExp(format.pattern, "dg"),
    before: format.before ?? format.maxLength,
  };
}

/** Every start is tried, also inside an earlier match: which of two wins is decided later and by the bytes alone. */
function search(one: Compiled, window: Buffer, from: number, to: number, out: Candidate[]): void {
  const text = window.toString("latin1", from, to);
  const { expression, rule, format } = one;
  expression.lastIndex = 0;
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    expression.lastIndex = match.index + 1;
    const [start, end] = match.indices?.[1] ?? [match.index, match.index + match[0].length];
    const value = text.slice(start, end);
    if (
      isCredential(rule, format, value) &&
      (format.accept?.(value, { text, match: match.index, start, end }) ?? true)
    )
      out.push({ offset: from + start, length: end - start, rule, format });
  }
}

function isCredential(rule: Rule, format: RuleFormat, written: string): boolean {
  if (format.expression !== undefined) return true;
  if (format.check !== undefined && !checks[format.check](written)) return false;
  const value = format.decode === "percent" ? decodePercent(written) : written;
  const prefix = rule.prefixes.find((text) => value.startsWith(text)) ?? "";
  const random = value.slice(prefix.length);
  // Beside a name, other names stand too.
  if (rule.rank === 1 && isIdentifier(random)) return false;
  return entropy(random) >= (format.minEntropy ?? DEFAULT_ENTROPY) && !isPlaceholder(random);
}
