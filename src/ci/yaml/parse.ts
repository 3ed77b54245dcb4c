/** A file's YAML → nodes, by the quickest reader that can; never throws. */
import type { SourceFile } from "../model.ts";
import { TooLarge } from "./builder.ts";
import { parseBulk } from "./bulk.ts";
import { parseLenient } from "./lenient.ts";
import { parseQuick } from "./quick.ts";
import type { ParsedYaml, YamlProblem } from "./types.ts";

export type * from "./types.ts";

export function parseYaml(file: SourceFile): ParsedYaml {
  const usual = parseQuick(file);
  if (usual !== null) return usual;
  try {
    return parseBulk(file);
  } catch (error) {
    if (error instanceof TooLarge) return refused(error, file);
  }
  try {
    return parseLenient(file);
  } catch (error) {
    return refused(error, file);
  }
}

function refused(error: unknown, file: SourceFile): ParsedYaml {
  const end = file.text.length;
  const problem: YamlProblem =
    error instanceof TooLarge
      ? { id: "too-large", message: error.message, start: error.offset, end: error.offset }
      : error instanceof RangeError
        ? { id: "too-large", message: "nested too deep", start: 0, end }
        : { id: "syntax", message: "cannot be read as YAML", start: 0, end };
  return { file, documents: [], problems: [problem] };
}
