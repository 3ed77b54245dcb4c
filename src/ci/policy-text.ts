/** A policy that stands as JSON inside of another file's text: its values with their places in that file. */
import type { Span, Text, Value } from "./model.ts";
import { sourceFile } from "./spans.ts";
import { ValueTooLarge, valueOf } from "./values.ts";
import { parseYaml } from "./yaml/parse.ts";

/** Null for what is no JSON object. Places are exact where the text stands in the file as it is, else that of the whole text. */
export function jsonIn(text: Text): Value | null {
  const { file, start, end } = text.span;
  const body = file.text.slice(start, end);
  const exact = body.trim().startsWith("{");
  if (!exact && !text.value.trim().startsWith("{")) return null;
  const view = sourceFile(file.path, (exact ? body : text.value).replaceAll("\t", " "));
  const { documents, problems } = parseYaml(view);
  const [root] = documents;
  if (root?.kind !== "map" || problems.some(({ id }) => id !== "duplicate-key")) return null;
  try {
    return moved(valueOf(root), (span) =>
      exact ? { file, start: start + span.start, end: start + span.end } : text.span,
    );
  } catch (error) {
    if (error instanceof ValueTooLarge) return null;
    throw error;
  }
}

function moved(value: Value, place: (span: Span) => Span): Value {
  const span = place(value.span);
  if (value.kind === "empty") return { kind: "empty", span };
  if (value.kind === "text")
    return {
      kind: "text",
      span,
      text: { value: value.text.value, style: value.text.style, expressions: [], span },
    };
  if (value.kind === "list")
    return { kind: "list", span, items: value.items.map((item) => moved(item, place)) };
  return {
    kind: "map",
    span,
    entries: value.entries.map((entry) => ({
      key: entry.key,
      keySpan: place(entry.keySpan),
      value: moved(entry.value, place),
    })),
  };
}
