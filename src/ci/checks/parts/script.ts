/** Where the output of a command goes. */
import type { Command, Script } from "../../model.ts";

/** It stands inside `$(…)`, backticks or `<(…)`: its output is a value, not a line of the log. */
export function isCaptured({ text: { value } }: Script, { start }: Command): boolean {
  const line = value.slice(Math.max(0, value.lastIndexOf("\n", start - 1) + 1), start);
  let depth = 0;
  for (let at = 0; at < line.length; at++) {
    if ((line[at] === "$" || line[at] === "<") && line[at + 1] === "(") depth++;
    else if (line[at] === ")" && depth > 0) depth--;
  }
  return depth > 0 || (line.split("`").length - 1) % 2 === 1;
}

/** It stands in a group or loop (`{ …; } >> file`, `( … ) > file`, `done > file`) whose output goes on. */
export function isRedirected({ text: { value } }: Script, { end }: Command): boolean {
  const rest = value.slice(end).replace(/\$\{\{[^]*?\}\}|\$\{[^}]*\}|'[^']*'|"[^"]*"/g, "_");
  let depth = 0;
  for (const { 0: mark, index } of rest.matchAll(/[{(]|[})]|\bdo\b|\bdone\b/g)) {
    if (mark === "{" || mark === "(" || mark === "do") depth++;
    else if (depth > 0) depth--;
    else if (/^[^\S\n]*(?:\d?>|\|(?!\|))/.test(rest.slice(index + mark.length))) return true;
  }
  return false;
}

/** The commands of the pipeline that begins with this one. */
export function pipelineFrom({ commands }: Script, first: Command): Command[] {
  const at = commands.indexOf(first);
  const line = [first];
  for (let next = at; commands[next]?.piped === true && commands[next + 1] !== undefined; next++)
    line.push(commands[next + 1] as Command);
  return line;
}
