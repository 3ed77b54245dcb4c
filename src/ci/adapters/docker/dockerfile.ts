/**
 * Dockerfiles as the builder reads them: directives, continued lines with comments between, here documents, flags.
 * https://docs.docker.com/reference/dockerfile/
 */
import type { BuildFile, BuildInstruction, Setting, SourceFile, Text } from "../../model.ts";
import { span } from "../../spans.ts";

const KNOWN = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);
const HEREDOC = /<<-?\s*(["']?)([A-Za-z_][\w.-]*)\1/g;

export interface DockerProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

interface Line {
  readonly start: number;
  /** Without the line's end. */
  readonly end: number;
  readonly text: string;
}

export function readDockerfile(file: SourceFile, problem: (one: DockerProblem) => void): BuildFile {
  const lines = linesOf(file.text);
  const escape = escapeOf(lines);
  const instructions: BuildInstruction[] = [];
  const endless = new Set<string>();
  let stage = -1;
  for (let at = 0; at < lines.length; ) {
    const first = lines[at];
    if (first === undefined || isSkipped(first.text)) {
      at++;
      continue;
    }
    const last = endOf(lines, at, escape, endless);
    const end = lines[last]?.end ?? first.end;
    at = last + 1;
    const [, indent = "", word = "", gap = ""] = /^(\s*)([A-Za-z]+)(\s*)/.exec(first.text) ?? [];
    const name = word.toUpperCase();
    if (!KNOWN.has(name)) {
      problem({
        message: `\`${word || first.text.trim().slice(0, 20)}\` is no instruction`,
        start: first.start,
        end: first.end,
      });
      continue;
    }
    if (name === "FROM") stage++;
    const from = Math.min(first.start + indent.length + word.length + gap.length, end);
    const text: Text = {
      value: joined(file.text.slice(from, end), escape),
      span: span(file, from, end),
      style: "plain",
      expressions: [],
    };
    instructions.push({
      name,
      span: span(file, first.start + indent.length, end),
      text,
      settings:
        name === "ARG" || name === "ENV" ? pairs(file, from, end, escape, name) : flags(file, from, end),
      stage,
    });
  }
  return { kind: "dockerfile", file, span: span(file, 0, file.text.length), instructions, value: null };
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf("\n", start);
    const until = newline === -1 ? text.length : newline;
    const end = text.charAt(until - 1) === "\r" && until > start ? until - 1 : until;
    lines.push({ start, end, text: text.slice(start, end) });
    start = until + 1;
  }
  return lines;
}

const isSkipped = (line: string): boolean => /^\s*(?:#|$)/.test(line);

/** Directives stand at the very top, before any comment or instruction. */
function escapeOf(lines: readonly Line[]): string {
  for (const { text } of lines) {
    const [, name, value] = /^\s*#\s*([A-Za-z]+)\s*=\s*(\S+)\s*$/.exec(text) ?? [];
    if (name === undefined) return "\\";
    if (name.toLowerCase() === "escape") return value === "`" ? "`" : "\\";
  }
  return "\\";
}

/** The index of an instruction's last line. `endless`: words of here documents that no later line ends, looked for once. */
function endOf(lines: readonly Line[], from: number, escape: string, endless: Set<string>): number {
  let at = from;
  const continued = (index: number): boolean =>
    (lines[index]?.text.trimEnd().endsWith(escape) ?? false) && index + 1 < lines.length;
  while (continued(at)) {
    at++;
    // Comments and blank lines between are passed over.
    while (at + 1 < lines.length && isSkipped(lines[at]?.text ?? "")) at++;
  }
  if (!/^\s*(?:RUN|COPY|ADD)\b/i.test(lines[from]?.text ?? "")) return at;
  const words = lines
    .slice(from, at + 1)
    .flatMap(({ text }) =>
      [...text.matchAll(HEREDOC)].map(([whole, , word = ""]) => ({ word, tabs: whole.startsWith("<<-") })),
    );
  for (const { word, tabs } of words.slice(0, 50)) {
    const key = `${tabs ? "-" : ""}${word}`;
    if (endless.has(key)) continue;
    let close = at + 1;
    while (
      close < lines.length &&
      (tabs ? lines[close]?.text.replace(/^\t+/, "") : lines[close]?.text) !== word
    )
      close++;
    // One that does not end is none: a shell's own.
    if (close < lines.length) at = close;
    else endless.add(key);
  }
  return at;
}

const joined = (text: string, escape: string): string =>
  text.includes("\n") && text.includes(escape)
    ? text.replace(
        escape === "`"
          ? /`[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*/g
          : /\\[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*/g,
        "",
      )
    : text;

/** `--mount=type=secret,id=x`, `--from=build`, in front of everything else. */
function flags(file: SourceFile, from: number, end: number): Setting[] {
  const found: Setting[] = [];
  const flag = /(?:\s|\\\r?\n)*--([a-z][a-z-]*)(?:=("[^"\n]*"|\S*))?/y;
  flag.lastIndex = from;
  while (flag.lastIndex < end) {
    const match = flag.exec(file.text);
    if (match === null || flag.lastIndex > end) break;
    const [, name = "", value = ""] = match;
    const until = flag.lastIndex;
    const nameEnd = until - value.length - (match[2] === undefined ? 0 : 1);
    found.push({
      name,
      nameSpan: span(file, nameEnd - name.length, nameEnd),
      value: {
        value: value.replace(/^"(.*)"$/, "$1"),
        span: span(file, until - value.length, until),
        style: "plain",
        expressions: [],
      },
    });
  }
  return found;
}

/** `ARG NAME[=value] …`, `ENV NAME=value …`, and the old `ENV NAME the rest`. */
function pairs(file: SourceFile, from: number, end: number, escape: string, name: string): Setting[] {
  const text = file.text;
  const found: Setting[] = [];
  const setting = (key: number, keyEnd: number, start: number, until: number): void => {
    const raw = text.slice(start, until);
    const quote = /^(["'])[\s\S]*\1$/.exec(raw)?.[1];
    found.push({
      name: text.slice(key, keyEnd),
      nameSpan: span(file, key, keyEnd),
      value: {
        value: (quote === undefined ? raw : raw.slice(1, -1))
          .replaceAll(`${escape}"`, '"')
          .replaceAll(`${escape} `, " "),
        span: span(file, start, until),
        style: quote === '"' ? "double" : quote === "'" ? "single" : "plain",
        expressions: [],
      },
    });
  };
  const gap =
    escape === "`"
      ? /(?:\s|`[ \t]*\r?\n|(?<=\n[ \t]*)#[^\n]*)*/y
      : /(?:\s|\\[ \t]*\r?\n|(?<=\n[ \t]*)#[^\n]*)*/y;
  for (let at = from; at < end; ) {
    gap.lastIndex = at;
    at += gap.exec(text)?.[0].length ?? 0;
    if (at >= end) break;
    const key = /[^\s=]+/y;
    key.lastIndex = at;
    const found2 = key.exec(text)?.[0] ?? "";
    if (found2 === "") {
      at++;
      continue;
    }
    const keyEnd = Math.min(at + found2.length, end);
    if (text.charAt(keyEnd) !== "=" || keyEnd >= end) {
      if (name === "ENV" && found.length === 0) {
        const start = keyEnd + (/^\s*/.exec(text.slice(keyEnd, end))?.[0].length ?? 0);
        setting(at, keyEnd, start, end);
        break;
      }
      setting(at, keyEnd, keyEnd, keyEnd);
      at = keyEnd;
      continue;
    }
    const until = valueEnd(text, keyEnd + 1, end, escape);
    setting(at, keyEnd, keyEnd + 1, until);
    at = Math.max(until, keyEnd + 1);
  }
  return found;
}

function valueEnd(text: string, from: number, end: number, escape: string): number {
  let quote = "";
  for (let at = from; at < end; at++) {
    const character = text.charAt(at);
    if (character === escape && quote !== "'") {
      if (/[\r\n]/.test(text.charAt(at + 1)) && quote === "") return at;
      at++;
    } else if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (/\s/.test(character)) return at;
  }
  return end;
}
