/** Plays the attack in every way a job can be started, and counts from the sink what it got. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { runProgram } from "../services/program.ts";
import { countStolen } from "../services/stolen.ts";
import { EXPECTED, ROW_NAMES, type RowName, WAYS, type Way } from "./expected.ts";
import { type AttackScene, PYTHON, openAttack, sealKey, type AttackOptions } from "./scene.ts";

const BUNDLE = join(import.meta.dirname, "..", "..", "dist", "bulkhead");
const RUNNER = join(import.meta.dirname, "job", "runner.mjs");

export interface Haul {
  readonly way: Way;
  readonly got: Readonly<Record<RowName, number>>;
  /** The level that Bulkhead stated, null where the job was started without it. */
  readonly level: number | null;
  /** What the honest job said of itself. */
  readonly job: string;
  /** How many places the collector tried; 0 when it did not run, and then its figures say nothing. */
  readonly tried: number;
  readonly code: number | null;
  readonly stderr: string;
}

export interface ReplayOptions extends AttackOptions {
  /** Further arguments of `bulkhead run`. */
  readonly more?: readonly string[];
  readonly ways?: readonly Way[];
  readonly onHaul?: (haul: Haul) => void;
  readonly signal?: AbortSignal;
}

const LEVEL_FLAGS: Readonly<Partial<Record<Way, readonly string[]>>> = {
  "0": ["--isolation", "0"],
  "1": ["--isolation", "1"],
  "2": ["--isolation", "2"],
  decoys: ["--isolation", "2", "--decoys"],
  "3": ["--isolation", "3", "--allow-host", "api.wandb.ai"],
};

/** Throws when a step that the replay stands on failed. */
export async function replay({
  more = [],
  ways = WAYS,
  onHaul,
  signal,
  ...options
}: ReplayOptions = {}): Promise<Haul[]> {
  const scene = await openAttack(options);
  try {
    // The store is there from the beginning, as it would be; the `.env` of teams without Bulkhead too.
    const kept = join(scene.root, "env-of-teams");
    prepare(scene, kept);
    const hauls: Haul[] = [];
    for (const way of ways) {
      signal?.throwIfAborted();
      const bare = LEVEL_FLAGS[way] === undefined;
      if (bare) renameSync(kept, join(scene.project, ".env"));
      const haul = await play(scene, way, more, signal);
      if (bare) renameSync(join(scene.project, ".env"), kept);
      hauls.push(haul);
      onHaul?.(haul);
    }
    return hauls;
  } finally {
    await scene.close();
  }
}

function prepare(scene: AttackScene, kept: string): void {
  const text = join(scene.project, ".env");
  const copy = readFileSync(text);
  const env = commandEnv(scene, {});
  for (const args of [["secret", "import", ".env", "--remove"], ["apply"]]) {
    const { status, stderr } = spawnSync(BUNDLE, args, { cwd: scene.project, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`\`bulkhead ${args.join(" ")}\` ended with ${status}: ${stderr}`);
  }
  rmSync(text, { force: true });
  writePrivate(kept, copy);
}

function writePrivate(path: string, bytes: Buffer): void {
  spawnSync("/bin/sh", ["-c", 'umask 077; cat > "$1"', "sh", path], { input: bytes });
}

function commandEnv(scene: AttackScene, more: Readonly<Record<string, string>>): Record<string, string> {
  const path = [dirname(process.execPath), scene.env.PATH ?? ""].join(delimiter);
  return { ...scene.env, PATH: path, ...more };
}

function commandOf(way: Way, more: readonly string[]): string[] {
  const python = PYTHON();
  const flags = LEVEL_FLAGS[way];
  if (flags !== undefined) return [BUNDLE, "run", "train", "-v", ...flags, ...more, "--", python, "train.py"];
  return way === "loader" ? [python, "with_env.py", "train.py"] : [python, "train.py"];
}

async function play(
  scene: AttackScene,
  way: Way,
  more: readonly string[],
  signal?: AbortSignal,
): Promise<Haul> {
  const { sink, project, variables, planted } = scene;
  sink.reset();
  const mark = join(project, "attack-ran.json");
  rmSync(mark, { force: true });
  const exported = way === "bare" ? Object.fromEntries(variables) : {};
  const command = [
    process.execPath,
    `--inspect-port=${scene.debuggerPort}`,
    RUNNER,
    ...commandOf(way, more),
  ] as const;
  const env = commandEnv(scene, exported);
  const { code, stdout, stderr } = await runProgram(command, {
    ...{ cwd: project, env, signal },
    input: planted.memory,
  });
  const ran = existsSync(mark)
    ? (JSON.parse(readFileSync(mark, "utf8")) as { tried: Record<string, number> })
    : { tried: {} };
  const level = /isolation (\d) \(/.exec(stderr)?.[1];
  return {
    way,
    got: count(scene),
    level: level === undefined ? null : Number(level),
    job: stdout.trim(),
    tried: Object.values(ran.tried).reduce((sum, one) => sum + one, 0),
    code,
    stderr,
  };
}

function count(scene: AttackScene): Record<RowName, number> {
  const { sink, variables, homeSecrets, planted } = scene;
  const all = sink.bytes();
  const pieces = sink.collections().flatMap((one) => one.pieces);
  const of = (kind: string): Buffer =>
    Buffer.concat(pieces.filter((one) => one.kind === kind).map(({ bytes }) => bytes));
  const one = (bytes: Buffer, value: string): number => countStolen(bytes, new Map([["it", value]])).length;
  const home = pieces.filter(({ kind }) => kind === "home");
  const fakes = new Set(
    home.filter(({ bytes }) => countStolen(bytes, homeSecrets).length === 0).map(({ name }) => name),
  );
  return {
    variables: countStolen(all, variables).length,
    dotenv: one(all, planted.dotenv),
    parent: one(of("process"), planted.parent),
    memory: one(of("memory"), planted.memory),
    inspector: one(of("inspector"), planted.memory),
    home: countStolen(all, homeSecrets).length,
    seal: one(all, sealKey(scene)),
    agent: one(all, planted.agent),
    docker: one(all, planted.docker),
    metadata: one(all, planted.metadata),
    fakes: fakes.size,
  };
}

/** Where the figures are not the expected ones, as sentences; empty when all are. */
export function differences(hauls: readonly Haul[]): string[] {
  return hauls.flatMap((haul) => {
    const { way, got, tried } = haul;
    if (tried === 0) return [`${way}: the attack did not run, so that its figures say nothing`];
    return (Object.keys(EXPECTED) as RowName[])
      .map((row) => [row, EXPECTED[row][WAYS.indexOf(way)] ?? 0] as const)
      .filter(([row, wanted]) => got[row] !== wanted)
      .map(([row, wanted]) => `${way}: ${ROW_NAMES[row]}: ${got[row]}, expected ${wanted}`);
  });
}
