/** The `yaml` package's reading, for files that the bulk reader refuses: valid ones with brackets at their key's indentation, and broken ones. */
import { Composer, Parser, isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Document } from "yaml";
import type { ScalarStyle, SourceFile } from "../model.ts";
import { Builder, MAX_DEPTH } from "./builder.ts";
import type { ParsedYaml } from "./types.ts";

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: "plain",
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};

/** Broken files give what could be read of them, and their problems. Throws `TooLarge`, and RangeError for what nests too deep. */
export function parseLenient(file: SourceFile): ParsedYaml {
  const { text } = file;
  const builder = new Builder(file);
  const composer = new Composer({ schema: "failsafe", uniqueKeys: false, merge: false, prettyErrors: false });
  for (const document of composer.compose(new Parser().parse(text), true, text.length)) {
    for (const { message, pos } of document.errors)
      builder.problem({
        id: "syntax",
        message: firstLine(message),
        start: Math.min(pos[0], text.length),
        end: Math.min(pos[1], text.length),
      });
    add(builder, document.contents, document, 0, text, 0);
    builder.endDocument();
  }
  return builder.result();
}

function add(
  builder: Builder,
  node: unknown,
  document: Document,
  depth: number,
  text: string,
  at: number,
): void {
  if (depth > MAX_DEPTH) throw new RangeError("too deep");
  if (isAlias(node)) {
    const [start, end] = node.range ?? [at, at];
    builder.alias(node.source, start, end);
  } else if (isMap(node)) {
    const start = node.range?.[0] ?? at;
    builder.open("map", start, node.flow === true, node.anchor ?? null);
    for (const { key, value } of node.items) {
      add(builder, key, document, depth + 1, text, start);
      add(builder, value, document, depth + 1, text, endOf(key) ?? start);
    }
    builder.close(node.flow === true ? node.range?.[1] : undefined);
  } else if (isSeq(node)) {
    const start = node.range?.[0] ?? at;
    builder.open("list", start, node.flow === true, node.anchor ?? null);
    for (const item of node.items) add(builder, item, document, depth + 1, text, start);
    builder.close(node.flow === true ? node.range?.[1] : undefined);
  } else if (isScalar(node)) {
    const style = STYLES[node.type ?? "PLAIN"] ?? "plain";
    const [from, until] = node.range ?? [at, at];
    // Its range of a block begins at the `|`: ours at the first line of the content.
    const block = style === "literal" || style === "folded";
    const start = block ? text.indexOf("\n", from) + 1 || from : from;
    const value = typeof node.value === "string" ? node.value : (node.source ?? "");
    builder.scalar(value, start, Math.max(start, until), style, node.anchor ?? null);
  } else builder.scalar("", at, at, "plain");
}

const endOf = (node: unknown): number | undefined =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)
    ? (node.range as readonly number[])[1]
    : undefined;

const firstLine = (message: string): string => {
  const line = message.split("\n")[0] ?? "";
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/[.:]$/, "");
};
