/** YAML as the adapters read it: three kinds of node with offsets, types left to the reader (`on:` is a key, `yes` is text). */
import type { ScalarStyle } from "../model.ts";

export type YamlNode = YamlScalar | YamlMap | YamlList;

interface Range {
  /** Offsets in the file's text; quotes and brackets included. */
  readonly start: number;
  readonly end: number;
}

export interface YamlScalar extends Range {
  readonly kind: "scalar";
  readonly value: string;
  readonly style: ScalarStyle;
}

export interface YamlMap extends Range {
  readonly kind: "map";
  /** Keys are unique: of doubles the last one stands. Merge keys are applied, what they bring stands behind the map's own. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlList extends Range {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

export interface YamlProblem {
  readonly id: "syntax" | "too-large" | "duplicate-key" | "unknown-anchor" | "wrong-type";
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedYaml {
  /** Null: an empty one. */
  readonly documents: readonly (YamlNode | null)[];
  readonly problems: readonly YamlProblem[];
}
