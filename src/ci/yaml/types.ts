/**
 * YAML as the adapters read it: three kinds of node, types left to the reader (`on:` is a key, `yes` is text). Every node and every entry
 * is a span, and a scalar is a text of the model: most of what a workflow consists of is made once.
 */
import type { DiagnosticId, SourceFile, Span, Text } from "../model.ts";

export type YamlNode = YamlScalar | YamlMap | YamlList;

export interface YamlScalar extends Span, Text {
  readonly kind: "scalar";
}

export interface YamlMap extends Span {
  readonly kind: "map";
  /** Keys are unique: of doubles the last one stands. Merge keys are applied, what they bring stands behind the map's own. */
  readonly entries: readonly YamlEntry[];
}

/** As a span: from the key to the end of the value. With text as its value it is a setting of the model. */
export interface YamlEntry extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly nameStart: number;
  readonly value: YamlNode;
}

export interface YamlList extends Span {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

export interface YamlProblem {
  readonly id: Extract<
    DiagnosticId,
    "syntax" | "too-large" | "duplicate-key" | "unknown-anchor" | "wrong-type"
  >;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedYaml {
  readonly file: SourceFile;
  /** Null: an empty one. */
  readonly documents: readonly (YamlNode | null)[];
  readonly problems: readonly YamlProblem[];
}
