/** Comments that silence findings. */
import { isDockerfile } from "./docker/names.ts";
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

const known = new WeakMap<SourceFile, readonly IgnoreComment[]>();

/** Of a file that is no workflow; remembered, since each of its findings asks. */
export function ignoresIn(file: SourceFile): readonly IgnoreComment[] {
  let found = known.get(file);
  if (found === undefined) {
    found = ignoresOf(file);
    // In a Dockerfile `#` begins a comment at a line's start only; elsewhere it belongs to a value or to a shell.
    if (isDockerfile(file.path)) found = found.filter((one) => isAlone(one));
    known.set(file, found);
  }
  return found;
}

const isAlone = ({ span: { file, start } }: IgnoreComment): boolean =>
  file.text.slice(file.text.lastIndexOf("\n", start - 1) + 1, start).trim() === "";
