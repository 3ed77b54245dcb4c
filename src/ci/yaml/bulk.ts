/** js-yaml's events to nodes: complete, and some eight times as fast as a parser that keeps comments. */
import {
  EVENT_ALIAS,
  EVENT_DOCUMENT,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  SCALAR_STYLE_DOUBLE_QUOTED,
  SCALAR_STYLE_FOLDED_BLOCK,
  SCALAR_STYLE_LITERAL_BLOCK,
  SCALAR_STYLE_PLAIN,
  SCALAR_STYLE_SINGLE_QUOTED,
  getScalarValue,
  parseEvents,
} from "js-yaml";
import type { ScalarStyle, SourceFile } from "../model.ts";
import { Builder, MAX_DEPTH } from "./builder.ts";
import type { ParsedYaml } from "./types.ts";

const STYLES: Readonly<Record<number, ScalarStyle>> = {
  [SCALAR_STYLE_PLAIN]: "plain",
  [SCALAR_STYLE_SINGLE_QUOTED]: "single",
  [SCALAR_STYLE_DOUBLE_QUOTED]: "double",
  [SCALAR_STYLE_LITERAL_BLOCK]: "literal",
  [SCALAR_STYLE_FOLDED_BLOCK]: "folded",
};

/** Throws what js-yaml throws, and `TooLarge`. */
export function parseBulk(file: SourceFile): ParsedYaml {
  const { text } = file;
  const builder = new Builder(file);
  let depth = 0;
  /** Where the last token ended: an empty value has no place of its own. */
  let last = 0;
  for (const event of parseEvents(text, { maxDepth: MAX_DEPTH })) {
    switch (event.type) {
      case EVENT_DOCUMENT:
        depth = 0;
        break;
      case EVENT_POP:
        if (depth === 0) builder.endDocument();
        else {
          depth--;
          builder.close();
        }
        break;
      case EVENT_MAPPING:
      case EVENT_SEQUENCE:
        depth++;
        last = event.start;
        builder.open(
          event.type === EVENT_MAPPING ? "map" : "list",
          event.start,
          event.style === 2,
          anchorOf(text, event),
        );
        break;
      case EVENT_SCALAR: {
        const style = STYLES[event.style] ?? "plain";
        const quotes = style === "single" || style === "double" ? 1 : 0;
        const start = event.valueStart < 0 ? last : event.valueStart - quotes;
        const end = event.valueStart < 0 ? last : event.valueEnd + quotes;
        last = end;
        const value = event.valueStart < 0 ? "" : getScalarValue(text, event);
        builder.scalar(value, start, end, style, anchorOf(text, event));
        break;
      }
      case EVENT_ALIAS:
        last = event.anchorEnd;
        builder.alias(text.slice(event.anchorStart, event.anchorEnd), event.anchorStart - 1, event.anchorEnd);
        break;
    }
  }
  return builder.result();
}

const anchorOf = (
  text: string,
  { anchorStart, anchorEnd }: { readonly anchorStart: number; readonly anchorEnd: number },
): string | null => (anchorStart < 0 ? null : text.slice(anchorStart, anchorEnd));
