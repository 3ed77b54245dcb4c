/** `${{ … }}` of a script → a variable of the step, which the shell reads as data. */
import type { Embedded } from "../expression/types.ts";
import type { Fix } from "../checks/types.ts";
import type { Step } from "../model.ts";
import { locate } from "../spans.ts";
import { addStepEnv } from "./edits.ts";
import { quotingAt } from "./quotes.ts";

/** Null where no edit is sure to keep the script's meaning. `free`: its text is nobody's list of words or options. */
export function indirection(step: Step, embedded: Embedded, free: boolean): Fix | null {
  const { run } = step;
  if (run === null || (run.language !== "sh" && run.language !== "powershell")) return null;
  const { text } = run;
  const { expression, start, end } = embedded;
  if (text.style !== "literal" && (text.style !== "plain" || start === 0)) return null;
  const source = expression.source.trim();
  const value = `\${{ ${source} }}`;
  const around = [
    ...step.env,
    ...(step.owner.kind === "job" ? [...step.owner.env, ...step.owner.workflow.env] : []),
  ];
  const same = around.find((one) => one.value.value.trim() === value);
  const own = /^env\.([A-Za-z_]\w*)$/.exec(source)?.[1];
  const name =
    own ??
    same?.name ??
    freeName(
      source,
      around.map((one) => one.name),
    );
  const written = variable(text.value, start, name, run.language);
  if (written === null) return null;
  const add = own !== undefined || same !== undefined ? null : addStepEnv(step, name, value);
  if (add === null && own === undefined && same === undefined) return null;
  const replace = { span: locate(text, start, end), text: written };
  if (replace.span.end - replace.span.start !== end - start) return null;
  const bare = quotingAt(text.value, start) === "bare";
  return {
    title: `hand \`${source}\` to the script as the variable ${name}`,
    safety: bare && !free ? "review" : "safe",
    edits: add === null ? [replace] : [add, replace],
  };
}

function variable(script: string, at: number, name: string, language: "sh" | "powershell"): string | null {
  const quoting = quotingAt(script, at);
  if (quoting === "raw-heredoc" || quoting === "comment") return null;
  if (language === "powershell") {
    if (quoting === "double") return `\${env:${name}}`;
    return quoting === "bare" ? `"\${env:${name}}"` : null;
  }
  if (quoting === "single") return `'"\${${name}}"'`;
  return quoting === "bare" ? `"\${${name}}"` : `\${${name}}`;
}

/** `github.event.pull_request.title` → `PULL_REQUEST_TITLE`; a number behind it where that is taken. */
function freeName(source: string, taken: readonly string[]): string {
  const path = /^[\w.*'[\]-]+$/.test(source) ? source.replace(/^github\.(?:event\.)?/, "") : "VALUE";
  const parts = path.split(/[^A-Za-z0-9]+/).filter((part) => part !== "" && part !== "outputs");
  const base = parts
    .slice(-3)
    .join("_")
    .toUpperCase()
    .replace(/^(?=\d|$)/, "VALUE_");
  const reserved = /^(?:GITHUB|RUNNER|ACTIONS)_|^(?:CI|PATH|HOME|ENV|SHELL|USER|IFS|PWD)$/.test(base)
    ? `INPUT_${base}`
    : base;
  let name = reserved;
  for (let at = 2; taken.includes(name); at++) name = `${reserved}_${at}`;
  return name;
}
