/** The nodes themselves, and what holds for maps whoever reads them. */
import { expressionsIn } from "../expression/index.ts";
import type { Embedded } from "../expression/types.ts";
import type { ScalarStyle, SourceFile, Span } from "../model.ts";
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlProblem, YamlScalar } from "./types.ts";

export class Scalar implements YamlScalar {
  readonly kind = "scalar";
  readonly file: SourceFile;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly style: ScalarStyle;
  #expressions: readonly Embedded[] | null = null;

  constructor(file: SourceFile, value: string, start: number, end: number, style: ScalarStyle) {
    this.file = file;
    this.value = value;
    this.start = start;
    this.end = end;
    this.style = style;
  }

  get span(): Span {
    return this;
  }

  get expressions(): readonly Embedded[] {
    return (this.#expressions ??= expressionsIn(this.value));
  }
}

export class Entry implements YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;

  constructor(key: YamlScalar, value: YamlNode) {
    this.key = key;
    this.value = value;
  }

  get file(): SourceFile {
    return this.key.file;
  }

  get start(): number {
    return this.key.start;
  }

  /** An alias' value stands elsewhere: the key alone then. */
  get end(): number {
    return Math.max(this.key.end, this.value.end);
  }
}

export const map = (
  file: SourceFile,
  entries: readonly YamlEntry[],
  start: number,
  end: number,
): YamlMap => ({
  kind: "map",
  file,
  start,
  end,
  entries,
});

export const list = (file: SourceFile, items: readonly YamlNode[], start: number, end: number): YamlList => ({
  kind: "list",
  file,
  start,
  end,
  items,
});

/** Of a key that stands twice the last one; reported. */
export function unique(entries: YamlEntry[], report: (problem: YamlProblem) => void): YamlEntry[] {
  if (!hasDoubles(entries)) return entries;
  const last = new Map<string, YamlEntry>();
  for (const entry of entries) {
    const { value, start, end } = entry.key;
    if (last.has(value))
      report({
        id: "duplicate-key",
        message: `\`${value}\` stands here twice: the last one counts`,
        start,
        end,
      });
    last.delete(value);
    last.set(value, entry);
  }
  return [...last.values()];
}

function hasDoubles(entries: readonly YamlEntry[]): boolean {
  const count = entries.length;
  if (count > 12) return new Set(entries.map(({ key }) => key.value)).size !== count;
  for (let at = 1; at < count; at++) {
    const name = entries[at]?.key.value;
    for (let before = 0; before < at; before++) if (entries[before]?.key.value === name) return true;
  }
  return false;
}
