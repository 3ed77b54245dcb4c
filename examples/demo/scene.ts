/** Everything one demonstration has: its folder, the vendors and the sink, and Bulkhead's commands as a person would type them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { countStolen, startServices, type Services } from "../services/index.ts";
import type { StageFigures } from "./figures.ts";
import type { ProgramResult } from "../services/program.ts";
import { cleanEnv, runIn } from "./today.ts";
import { prepareWorkspace, type Plant, type Stage, type Workspace } from "./workspace.ts";

/** Where `npm run build` puts it. */
export const BUNDLE = join(import.meta.dirname, "..", "..", "dist", "bulkhead");

export interface Scene {
  readonly workspace: Workspace;
  readonly services: Services;
  readonly signal: AbortSignal;
}

/** A step that must succeed for the demonstration to go on did not. The message is for the reader. */
export class DemoError extends Error {}

export async function openScene({
  plant,
  signal,
}: {
  plant: Plant | undefined;
  signal: AbortSignal;
}): Promise<Scene> {
  if (!existsSync(BUNDLE)) throw new DemoError("dist/bulkhead is missing; `npm start` builds it first");
  const root = mkdtempSync(join(tmpdir(), "bulkhead-demo-"));
  try {
    const workspace = prepareWorkspace(root, plant);
    const services = await startServices({ keys: workspace.secrets });
    workspace.connect(services);
    return { workspace, services, signal };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

export async function closeScene({ workspace, services }: Scene): Promise<void> {
  await services.stop();
  rmSync(workspace.root, { recursive: true, force: true, maxRetries: 5 });
}

/** The environment of Bulkhead's commands: this demonstration's home and store, and the Node that runs the demonstration. */
export function bulkheadEnv(workspace: Workspace): Record<string, string> {
  const env = cleanEnv(workspace);
  const path = [dirname(process.execPath), env.PATH ?? ""].join(delimiter);
  return { ...env, PATH: path, BULKHEAD_HOME: workspace.store };
}

/**
 * Runs `bulkhead ARGS…` in the project: its processes stand within the hostile import's reach like any other. `expect` lists
 * the exit codes with which the demonstration can go on (`any` of them: a job's own); others throw.
 */
export async function bulkhead(
  { workspace, signal }: Scene,
  args: readonly string[],
  {
    expect = [0],
    env = {},
    input,
  }: {
    expect?: readonly number[] | "any";
    env?: Readonly<Record<string, string>>;
    /** Standard input: what a person would paste. */
    input?: string;
  } = {},
): Promise<ProgramResult> {
  const result = await runIn(workspace, [BUNDLE, ...args], {
    env: { ...bulkheadEnv(workspace), ...env },
    signal,
    ...(input !== undefined && { input }),
  });
  const { code, stderr } = result;
  if (expect === "any" || (code !== null && expect.includes(code))) return result;
  throw new DemoError(`\`bulkhead ${args.join(" ")}\` ended with ${code ?? "a signal"}:\n${stderr.trim()}`);
}

/** Runs one stage by `run` with the sink emptied before, and counts what became of the keys. */
export async function observe(
  { workspace, services: { sink } }: Scene,
  stage: Stage,
  run: () => Promise<ProgramResult>,
): Promise<StageFigures & { readonly output: string; readonly failure: string }> {
  sink.reset();
  const started = performance.now();
  const { code, stdout, stderr } = await run();
  const output = stdout + stderr;
  const bytes = sink.bytes();
  const reports = sink.collections().filter((one) => one.stage === `${stage}.py`);
  const files = reports.flatMap(({ pieces }) => pieces).filter(({ kind }) => kind === "bulkhead");
  return {
    stage,
    exit: code,
    seconds: (performance.now() - started) / 1_000,
    reported: reports.length > 0,
    taken: countStolen(bytes, workspace.secrets),
    home: countStolen(bytes, workspace.homeSecrets),
    store: [
      ...countStolen(bytes, sealKeys(workspace)),
      ...files.map(({ name }) => relative(workspace.root, name)),
    ],
    logged: countStolen(Buffer.from(output), workspace.secrets),
    output,
    failure: code === 0 ? "" : stderr.trim(),
  };
}

/** The key that opens the store; empty before there is one. */
export function sealKeys({ store }: Workspace): ReadonlyMap<string, string> {
  const path = join(store, "seal.key");
  return existsSync(path) ? new Map([["the seal key", readFileSync(path, "utf8").trim()]]) : new Map();
}
