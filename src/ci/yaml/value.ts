/** Nodes as values of the model, and values as JSON with the way back to their places. */
import type { Json } from "../../core/json-bytes.ts";
import type { Span, Value } from "../model.ts";
import type { YamlNode } from "./types.ts";

export function valueOf(node: YamlNode): Value {
  if (node.kind === "scalar")
    return node.value === "" && node.style === "plain"
      ? { kind: "empty", span: node }
      : { kind: "text", text: node, span: node };
  if (node.kind === "list") return { kind: "list", items: node.items.map(valueOf), span: node };
  return {
    kind: "map",
    entries: node.entries.map(({ name, nameSpan, value }) => ({
      key: name,
      keySpan: nameSpan,
      value: valueOf(value),
    })),
    span: node,
  };
}

/** Plain `true`, `false`, `null` and numbers are what JSON makes of them; everything else is text. */
export function jsonOf(value: Value): Json {
  switch (value.kind) {
    case "empty":
      return null;
    case "text": {
      const { value: text, style } = value.text;
      if (style !== "plain") return text;
      if (text === "true" || text === "false") return text === "true";
      if (text === "null" || text === "~") return null;
      return /^-?(?:0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
    }
    case "list":
      return value.items.map(jsonOf);
    case "map":
      return Object.fromEntries(value.entries.map(({ key, value: one }) => [key, jsonOf(one)]));
  }
}

/** Where a JSON pointer leads, as far as it leads anywhere. */
export function placeIn(value: Value, pointer: string): Span {
  let at = value;
  for (const raw of pointer.split("/").slice(1)) {
    const step = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    const next: Value | undefined =
      at.kind === "list"
        ? at.items[Number(step)]
        : at.kind === "map"
          ? at.entries.find(({ key }) => key === step)?.value
          : undefined;
    if (next === undefined) return at.span;
    at = next;
  }
  return at.span;
}
