/** From hits of literals to candidates: the expression where the hit says, then what the value itself must be. */
import { checks } from "./checks.ts";
import type { Compiled } from "./compile.ts";
import { decodePercent } from "./decode.ts";
import type { Candidate } from "./overlap.ts";
import { entropy, isIdentifier, isPlaceholder } from "./placeholders.ts";
import type { TextWindow } from "./text-window.ts";
import { ROOM } from "./compile.ts";
import type { ExpressionMatch, Rule, RuleFormat } from "./types.ts";

const DEFAULT_ENTROPY = 2.4;

/** What was done, for tests that show it grows with the input and no faster. */
export interface Work {
  /** Hits that passed their guard. */
  hits: number;
  /** Calls of an expression. */
  attempts: number;
  /** Bytes that those calls could see, beginning where they were sent. */
  bytes: number;
  /** Bytes made into strings. */
  decoded: number;
}

/** Searches for the matches of one stream; hits of one format must come in order of their start. */
export class Searcher {
  readonly #tried = new Map<Compiled, number>();
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  /** `hit`: where the literal begins. The window must reach `ROOM` bytes beyond all that a match may span, or to the input's end. */
  search(one: Compiled, hit: number, window: TextWindow, out: Candidate[]): void {
    // Of starts each is tried once, also inside an earlier match: which of two wins is decided later and by the bytes alone.
    const first = Math.max(this.#tried.get(one) ?? 0, hit - (one.start ?? one.before));
    const last = hit - (one.start ?? one.least);
    if (last < first) return;
    this.#tried.set(one, last + 1);
    this.#work.hits++;
    const { text, base } = window.around(first - ROOM, last + one.longest + ROOM);
    // JavaScript's engine is sent to each start alone; another one, which is slow to call, looks for the first in what may matter.
    const here = one.format.expression === undefined || one.format.expression.pattern !== undefined;
    const within = here ? text : text.slice(0, last + one.longest + ROOM - base);
    const heads = one.heads();
    for (let at = first; at <= last; at++) {
      if (heads !== null && (at = window.nextHead(heads, at, last)) > last) break;
      this.#work.attempts++;
      this.#work.bytes += here ? one.longest : last - at + one.longest;
      const match = one.expression.exec(within, at - base, here);
      if (match === null) {
        if (here) continue;
        return;
      }
      if (match.index + base > last) return;
      at = Math.max(match.index, (match.next ?? 0) - 1) + base;
      if (at > last) this.#tried.set(one, at + 1);
      const found = candidate(one, match, text, base);
      if (found !== null) out.push(found);
    }
  }
}

function candidate(
  { rule, format }: Compiled,
  { index, start, end }: ExpressionMatch,
  text: string,
  base: number,
): Candidate | null {
  const value = text.slice(start, end);
  if (refusalOf(rule, format, value) !== null) return null;
  if (format.accept?.(value, { text, match: index, start, end }) === false) return null;
  return { offset: base + start, length: end - start, rule, format, text: value };
}

/** Why a value of the right shape is no credential, in words; null where it is one. */
export function refusalOf(rule: Rule, format: RuleFormat, written: string): string | null {
  // a rule of somebody else's judges by itself
  if (format.expression !== undefined) return null;
  if (format.check !== undefined && !checks[format.check](written)) return "its checksum or form is wrong";
  const value = format.decode === "percent" ? decodePercent(written) : written;
  const prefix = rule.prefixes.find((text) => value.startsWith(text)) ?? "";
  const random = value.slice(prefix.length);
  // Beside a name, other names stand too.
  if (prefix === "" && (rule.rank === 0.5 || rule.rank === 1) && isIdentifier(random))
    return "it is a name in code";
  if (entropy(random) < (format.minEntropy ?? DEFAULT_ENTROPY)) return "its characters vary too little";
  return isPlaceholder(random) ? "it is a placeholder" : null;
}
