/** Subjects as data: `key SEPARATOR value SEPARATOR key …`. A value runs up to the next separator; a wildcard ends all that is certain. */
import type { Pattern, SubjectPart } from "./types.ts";

export interface SubjectForm {
  readonly separator: string;
  /** What stands before the first key. */
  readonly prefix?: string;
  /** Word in the subject → the claim it repeats. */
  readonly keys: Readonly<Record<string, string>>;
  /** Words without a value → the condition they stand for. */
  readonly words?: Readonly<Record<string, { readonly claim: string; readonly value: string }>>;
  /** Keys whose value may hold the separator and runs to the next known key. */
  readonly long?: readonly string[];
  /** Separators inside values are written so. */
  readonly escape?: readonly [string, string];
}

const closed = (text: string): Pattern => ({ text, fixed: text, open: false });

/** null: not of this form. */
export function parseSubject(form: SubjectForm, { text, fixed, open }: Pattern): SubjectPart[] | null {
  const { separator, prefix = "" } = form;
  if (!fixed.startsWith(prefix)) return open && prefix.startsWith(fixed) ? [] : null;
  const parts: SubjectPart[] = [];
  let at = prefix.length;
  while (at < fixed.length) {
    const end = fixed.indexOf(separator, at);
    const word = fixed.slice(at, end < 0 ? undefined : end);
    const alone = form.words !== undefined && Object.hasOwn(form.words, word) ? form.words[word] : undefined;
    if (alone !== undefined && (end >= 0 || !open)) {
      parts.push({ claim: alone.claim, pattern: closed(alone.value) });
      at = end < 0 ? fixed.length : end + separator.length;
      continue;
    }
    if (end < 0) return open ? parts : null;
    const claim = Object.hasOwn(form.keys, word) ? form.keys[word] : undefined;
    if (claim === undefined) return null;
    const start = end + separator.length;
    const stop = endOfValue(form, fixed, start, word);
    if (stop === null && open) {
      const rest = { text: text.slice(start), fixed: unescape(form, fixed.slice(start)), open: true };
      return [...parts, { claim, pattern: rest }];
    }
    parts.push({ claim, pattern: closed(unescape(form, fixed.slice(start, stop ?? undefined))) });
    at = stop === null ? fixed.length : stop + separator.length;
  }
  return parts;
}

/** Where the separator behind a value stands; null: the value runs to the end. */
function endOfValue(form: SubjectForm, text: string, start: number, key: string): number | null {
  if (form.long?.includes(key) !== true) {
    const end = text.indexOf(form.separator, start);
    return end < 0 ? null : end;
  }
  const ends = Object.keys(form.keys)
    .map((next) => text.indexOf(`${form.separator}${next}${form.separator}`, start))
    .filter((at) => at >= 0);
  return ends.length === 0 ? null : Math.min(...ends);
}

const unescape = ({ escape }: SubjectForm, text: string): string =>
  escape === undefined ? text : text.replaceAll(escape[1], escape[0]);

/** The parts in this order, those that are missing left out. */
export function joinSubject(
  form: SubjectForm,
  parts: readonly (readonly [key: string, value: string | undefined])[],
): string {
  const [raw, coded] = form.escape ?? ["", ""];
  const written = parts.flatMap(([key, value]) =>
    value === undefined
      ? []
      : [`${key}${form.separator}${raw === "" ? value : value.replaceAll(raw, coded)}`],
  );
  return (form.prefix ?? "") + written.join(form.separator);
}
