/**
 * Which interpreters a command will start: the program itself, the one its script's first line names, and for a shell line each word
 * that is a program. What a script or a build tool starts cannot be known: for those the Pythons of the path are looked at.
 */
import { closeSync, openSync, readSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import { findCommand } from "../command.ts";
import type { HookSearch } from "./types.ts";

export interface Interpreters {
  /** Paths, each once. */
  readonly python: readonly string[];
  readonly node: boolean;
}

const PYTHON = /^(?:python|pypy)[\d.]*t?$/;
/** They start what their own files name. */
const OPAQUE =
  /^(?:(?:ba|da|z|k|fi)?sh|env|make|just|task|tox|nox|uv|uvx|poetry|pdm|hatch|pipenv|rye|conda|mamba|micromamba|pixi|xargs|nice|nohup|timeout|time|srun|mpirun|sudo)$/;
const NODE = /^(?:node|npm|npx|yarn|pnpm|bun|tsx|ts-node)$/;

export function interpretersOf({ command, cwd, env }: HookSearch): Interpreters {
  const words = typeof command === "string" ? command.split(/[\s;&|()<>"'`]+/) : wordsOf(command ?? []);
  const python = new Set<string>();
  let node = false;
  let opaque = false;
  const look = (word: string, depth: number): void => {
    if (word === "" || /[=$*?]/.test(word)) return;
    const name = basename(word);
    const path = found(word, env.PATH, cwd);
    if (path === null) return;
    if (PYTHON.test(name)) python.add(path);
    else if (NODE.test(name)) node = true;
    else if (OPAQUE.test(name)) opaque = true;
    else if (depth < 3) for (const next of shebang(path)) look(next, depth + 1);
  };
  for (const word of words) look(word, 0);
  if (opaque && python.size === 0) for (const word of ["python3", "python"]) look(word, 3);
  return { python: unique(python), node };
}

/** Behind a wrapper (`env`, `timeout 5m`, `uv run`) the program is one of its arguments. */
function wordsOf([program = "", ...rest]: readonly string[]): string[] {
  return OPAQUE.test(basename(program))
    ? [program, ...rest.flatMap((word) => word.split(/[\s;&|()<>"'`]+/))]
    : [program];
}

function found(word: string, path: string | undefined, cwd: string): string | null {
  try {
    return findCommand(word, path, cwd);
  } catch {
    return null; // the job's own error will say so
  }
}

/** A virtual environment's link must stay as it is named: its folder is the environment. */
function unique(paths: ReadonlySet<string>): string[] {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    seen.set(`${folder} ${realpathSync(path)}`, path);
  }
  return [...seen.values()];
}

/** The program of a script's first line: `#!/usr/bin/env python3` gives `python3`. */
function shebang(path: string): string[] {
  const head = Buffer.alloc(256);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      length = readSync(file, head, 0, head.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return []; // unreadable programs have no first line to follow
  }
  const line = /^#!\s*([^\n]*)/.exec(head.toString("latin1", 0, length))?.[1];
  if (line === undefined) return [];
  const words = line.trim().split(/\s+/);
  if (basename(words[0] ?? "") !== "env") return words.slice(0, 1);
  return words
    .slice(1)
    .filter((word) => !word.startsWith("-") && !word.includes("="))
    .slice(0, 1);
}
