/** The nodes themselves, and what holds for maps whoever reads them. */
import { expressionsIn } from "../expression/index.ts";
import type { Embedded } from "../expression/types.ts";
import type { ScalarStyle, SourceFile, Span } from "../model.ts";
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlProblem, YamlScalar } from "./types.ts";

const NO_EXPRESSIONS: readonly Embedded[] = [];

export class Scalar implements YamlScalar {
  readonly file: SourceFile;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly style: ScalarStyle;

  constructor(file: SourceFile, value: string, start: number, end: number, style: ScalarStyle) {
    this.file = file;
    this.value = value;
    this.start = start;
    this.end = end;
    this.style = style;
  }

  get kind(): "scalar" {
    return "scalar";
  }

  get span(): Span {
    return this;
  }

  get expressions(): readonly Embedded[] {
    return NO_EXPRESSIONS;
  }
}

/** One that holds `${{`. */
class Template extends Scalar {
  #expressions: readonly Embedded[] | null = null;

  override get expressions(): readonly Embedded[] {
    return (this.#expressions ??= expressionsIn(this.value));
  }
}

export const scalar = (
  file: SourceFile,
  value: string,
  start: number,
  end: number,
  style: ScalarStyle,
): YamlScalar =>
  value.includes("${{")
    ? new Template(file, value, start, end, style)
    : new Scalar(file, value, start, end, style);

export class Entry implements YamlEntry {
  readonly name: string;
  readonly nameStart: number;
  readonly #nameEnd: number;
  readonly value: YamlNode;

  constructor(name: string, nameStart: number, nameEnd: number, value: YamlNode) {
    this.name = name;
    this.nameStart = nameStart;
    this.#nameEnd = nameEnd;
    this.value = value;
  }

  get nameSpan(): Span {
    return { file: this.file, start: this.nameStart, end: this.#nameEnd };
  }

  get file(): SourceFile {
    return this.value.file;
  }

  get start(): number {
    return this.nameStart;
  }

  /** An alias' value stands elsewhere: the key alone then. */
  get end(): number {
    return Math.max(this.#nameEnd, this.value.end);
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
    const { name: value, nameSpan } = entry;
    const { start, end } = nameSpan;
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
  if (count > 12) return new Set(entries.map(({ name }) => name)).size !== count;
  for (let at = 1; at < count; at++) {
    const name = entries[at]?.name;
    for (let before = 0; before < at; before++) if (entries[before]?.name === name) return true;
  }
  return false;
}
