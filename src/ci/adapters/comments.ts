/** Comments that silence findings. */
import type { IgnoreComment, SourceFile } from "../model.ts";

const COMMENT =
  /#[^\S\n]*(zizmor|bulkhead):[^\S\n]*(ignore|allow)\b(?:\[([^\]\n]{0,400})\])?[^\S\n]*([^\n]*)/g;

export function ignoresOf(file: SourceFile): IgnoreComment[] {
  if (!file.text.includes("zizmor:") && !file.text.includes("bulkhead:")) return [];
  return [...file.text.matchAll(COMMENT)].flatMap((match) => {
    const [whole, tool, word, checks = "", reason = ""] = match;
    // zizmor ignores nothing without a list.
    if (tool === "zizmor" ? word !== "ignore" || match[3] === undefined : word !== "allow") return [];
    const start = match.index;
    return [
      {
        tool: tool === "zizmor" ? ("zizmor" as const) : ("bulkhead" as const),
        checks: checks
          .split(",")
          .map((one) => one.trim())
          .filter((one) => one !== ""),
        reason: reason.trim() === "" ? null : reason.trim(),
        span: { file, start, end: start + whole.trimEnd().length },
      },
    ];
  });
}
