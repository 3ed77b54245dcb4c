/** Values of the model from YAML, and as plain JSON for whoever reads what they mean. */
import type { Json } from "../core/json-bytes.ts";
import type { Value } from "./model.ts";
import type { YamlNode } from "./yaml/types.ts";

/** Nodes of one value after its aliases are followed. */
const MAX_NODES = 100_000;

/** Thrown by `valueOf` for what aliases make larger than anybody writes. */
export class ValueTooLarge extends Error {}

export interface ValueOptions {
  /** What a node becomes that is more than text, list or map: a tag's. Null: the usual. */
  readonly special?: (node: YamlNode, convert: (node: YamlNode) => Value) => Value | null;
}

export function valueOf(node: YamlNode, { special }: ValueOptions = {}): Value {
  let left = MAX_NODES;
  const convert = (one: YamlNode): Value => {
    if (left-- <= 0) throw new ValueTooLarge("too many nodes behind aliases");
    const own = special?.(one, convert) ?? null;
    if (own !== null) return own;
    const span = { file: one.file, start: one.start, end: one.end };
    if (one.kind === "scalar")
      return one.value === "" && one.style === "plain"
        ? { kind: "empty", span }
        : { kind: "text", text: one, span };
    if (one.kind === "list") return { kind: "list", items: one.items.map(convert), span };
    const entries = one.entries.map(({ name, nameSpan, value }) => ({
      key: name,
      keySpan: nameSpan,
      value: convert(value),
    }));
    return { kind: "map", entries, span };
  };
  return convert(node);
}

/** Texts stay texts, whatever type they look like; nothing is null. */
export function jsonOf(value: Value): Json {
  if (value.kind === "empty") return null;
  if (value.kind === "text") return value.text.value;
  if (value.kind === "list") return value.items.map(jsonOf);
  const fields: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const { key, value: one } of value.entries) fields[key] = jsonOf(one);
  return fields;
}

export const field = (value: Value | null, key: string): Value | null =>
  value?.kind === "map" ? (value.entries.find((entry) => entry.key === key)?.value ?? null) : null;
