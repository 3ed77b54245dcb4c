/** YAML text → nodes, by the quickest reader that can; never throws. */
import { TooLarge } from "./builder.ts";
import { parseBulk } from "./bulk.ts";
import { parseLenient } from "./lenient.ts";
import type { ParsedYaml, YamlProblem } from "./types.ts";

export type * from "./types.ts";

export function parseYaml(text: string): ParsedYaml {
  try {
    return parseBulk(text);
  } catch (error) {
    if (error instanceof TooLarge) return refused(error, text);
  }
  try {
    return parseLenient(text);
  } catch (error) {
    return refused(error, text);
  }
}

function refused(error: unknown, text: string): ParsedYaml {
  const problem: YamlProblem =
    error instanceof TooLarge
      ? { id: "too-large", message: error.message, start: error.offset, end: error.offset }
      : error instanceof RangeError
        ? { id: "too-large", message: "nested too deep", start: 0, end: text.length }
        : { id: "syntax", message: "cannot be read as YAML", start: 0, end: text.length };
  return { documents: [], problems: [problem] };
}
