/** The pipeline the way teams run it today: everything in `.env` exported, every stage started with all of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ProgramOptions, type ProgramResult, runProgram } from "../services/program.ts";
import type { Stage, Workspace } from "./workspace.ts";

/** Variables of the project's `.env` (plain `NAME=value` lines). */
export function readEnv(workspace: Workspace): Record<string, string> {
  const pairs = readFileSync(join(workspace.project, ".env"), "utf8")
    .split("\n")
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const);
  return Object.fromEntries(pairs);
}

/** What any process of the demonstration starts with: nothing of the caller's own environment but PATH. */
export function cleanEnv(workspace: Workspace): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: workspace.home,
    LANG: "C.UTF-8",
    PYTHONDONTWRITEBYTECODE: "1",
  };
}

/** Runs `command` in the project with exactly `env`, and waits for its end. `signal` ends it and throws its reason. */
export async function runIn(
  workspace: Workspace,
  command: readonly [string, ...string[]],
  options: Omit<ProgramOptions, "cwd">,
): Promise<ProgramResult> {
  return await runProgram(command, { cwd: workspace.project, ...options });
}

export async function runStageToday(
  workspace: Workspace,
  stage: Stage,
  signal?: AbortSignal,
): Promise<ProgramResult> {
  const env = { ...cleanEnv(workspace), ...readEnv(workspace) };
  return await runIn(workspace, ["python3", `${stage}.py`], { env, signal });
}
