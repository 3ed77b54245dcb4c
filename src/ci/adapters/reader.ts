/** From YAML nodes to the model's texts and settings, with what is wrong on the way reported. */
import { conditionIn } from "../expression/index.ts";
import type { Embedded } from "../expression/types.ts";
import type {
  Condition,
  Diagnostic,
  DiagnosticId,
  Setting,
  SourceFile,
  Span,
  Text,
  Value,
} from "../model.ts";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from "../yaml/types.ts";

const NO_ENTRIES: readonly YamlEntry[] = [];

interface Range {
  readonly file?: SourceFile;
  readonly start: number;
  readonly end: number;
}

export class Reader {
  readonly file: SourceFile;
  readonly #report: (diagnostic: Diagnostic) => void;

  constructor(file: SourceFile, report: (diagnostic: Diagnostic) => void) {
    this.file = file;
    this.#report = report;
  }

  say(id: DiagnosticId, message: string, node: Range): void {
    this.#report({ id, message, span: this.span(node) });
  }

  /** Nodes are spans themselves, of the file they came from; this is for what lies between them. */
  span({ file = this.file, start, end }: Range): Span {
    return { file, start, end };
  }

  text(node: YamlScalar): Text {
    if (node.value.includes("${{")) this.#judge(node, node.expressions);
    return node;
  }

  #judge(node: YamlScalar, expressions: readonly Embedded[]): void {
    for (const { expression } of expressions)
      if (expression.problem !== null)
        this.say("expression", `an expression cannot be read: ${expression.problem.message}`, node);
  }

  /** Null for nothing, `~` and `null`; reports anything that is not text. */
  optional(entry: YamlEntry | undefined): Text | null {
    if (entry === undefined || isEmpty(entry.value)) return null;
    if (entry.value.kind === "scalar") return this.text(entry.value);
    this.say("wrong-type", `\`${entry.name}\` takes text`, entry.value);
    return null;
  }

  condition(entry: YamlEntry | undefined): Condition | null {
    if (entry === undefined || isEmpty(entry.value)) return null;
    if (entry.value.kind !== "scalar") {
      this.say("wrong-type", "`if` takes an expression", entry.value);
      return null;
    }
    const { value, style } = entry.value;
    const text: Text = { value, span: entry.value, style, expressions: conditionIn(value) };
    this.#judge(entry.value, text.expressions);
    const [only] = text.expressions;
    // Text around braces makes a text of it, which is always true.
    const whole =
      text.expressions.length === 1 && only?.start === 0 && only.end === text.value.trimEnd().length;
    const constant = whole ? only.expression.constant : null;
    return {
      text,
      status: text.expressions.flatMap(({ expression }) => expression.reads.status),
      constant: whole
        ? constant === null
          ? null
          : constant.value !== false &&
            constant.value !== "" &&
            constant.value !== 0 &&
            constant.value !== null
        : text.expressions.length === 0
          ? null
          : true,
    };
  }

  /** One text or a list of them. */
  texts(node: YamlNode | undefined): Text[] {
    if (node === undefined || isEmpty(node)) return [];
    if (node.kind === "scalar") return [this.text(node)];
    if (node.kind === "map") {
      this.say("wrong-type", "a list is expected", node);
      return [];
    }
    return node.items.flatMap((item) => {
      if (item.kind === "scalar") return [this.text(item)];
      this.say("wrong-type", "text is expected", item);
      return [];
    });
  }

  /** Of `env`, `with`, `secrets`; an expression in place of the map gives one setting named `*`. */
  settings(entry: YamlEntry | undefined): readonly Setting[] {
    if (entry === undefined || isEmpty(entry.value)) return [];
    const { value } = entry;
    if (value.kind === "scalar") return [{ name: "*", nameSpan: entry.nameSpan, value: this.text(value) }];
    if (value.kind === "list") {
      this.say("wrong-type", `\`${entry.name}\` takes names and values`, value);
      return [];
    }
    const { entries } = value;
    if (entries.every(isSetting)) {
      for (const { value: one } of entries) if (one.kind === "scalar") this.text(one);
      return entries;
    }
    return entries.filter((one) => {
      if (isSetting(one)) return true;
      this.say("wrong-type", `\`${one.name}\` takes text`, one.value);
      return false;
    }) as unknown as Setting[];
  }

  value(node: YamlNode): Value {
    if (node.kind === "scalar")
      return isEmpty(node)
        ? { kind: "empty", span: node }
        : { kind: "text", text: this.text(node), span: node };
    if (node.kind === "list")
      return { kind: "list", items: node.items.map((item) => this.value(item)), span: this.span(node) };
    const entries = node.entries.map(({ name, nameSpan, value }) => ({
      key: name,
      keySpan: nameSpan,
      value: this.value(value),
    }));
    return { kind: "map", entries, span: this.span(node) };
  }

  /** The map of an entry; null with a report when it is something else, silently when it is empty. */
  map(entry: YamlEntry | undefined): YamlMap | null {
    if (entry === undefined || isEmpty(entry.value)) return null;
    if (entry.value.kind === "map") return entry.value;
    this.say("wrong-type", `\`${entry.name}\` takes a map`, entry.value);
    return null;
  }

  /** Reports keys that are not known: typing errors, and syntax newer than this program. */
  known(map: YamlMap, names: ReadonlySet<string>, where: string): void {
    for (const entry of map.entries)
      if (!names.has(entry.name))
        this.say("unknown-key", `\`${entry.name}\` is unknown in ${where}`, entry.nameSpan);
  }
}

const isSetting = (entry: YamlEntry): entry is YamlEntry & Setting => entry.value.kind === "scalar";

export const get = (map: YamlMap | null, name: string): YamlEntry | undefined => {
  for (const entry of map?.entries ?? NO_ENTRIES) if (entry.name === name) return entry;
  return undefined;
};

export const isEmpty = (node: YamlNode): boolean =>
  node.kind === "scalar" &&
  node.style === "plain" &&
  (node.value === "" || node.value === "~" || node.value.toLowerCase() === "null");

export const isTrue = (text: Text | null): boolean => text !== null && /^true$/i.test(text.value.trim());

export const words = (list: string): ReadonlySet<string> => new Set(list.split(" "));
