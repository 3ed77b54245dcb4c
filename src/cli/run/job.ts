/** Which job is asked for: a stage of bulkhead.yaml, or a command with what the words of the command line give it. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import type { Environment, Manifest, Stage } from "../../manifest/index.ts";
import type { Context } from "../context.ts";
import { environmentOf, requireProject } from "../project.ts";
import { stageOf as stageByName } from "../stage.ts";
import { type Wanted, onlyThese, wantedOfStage, wantedOfWords } from "./wanted.ts";
import { words } from "./words.ts";

const MOST_TEMPLATE = 1024 * 1024;

export interface Job {
  readonly wanted: Wanted;
  readonly command: readonly string[] | string | null;
  readonly cwd: string;
  /** The declaration's, else where one stands. */
  readonly folder: string;
  /** null without a declaration. */
  readonly place: {
    readonly manifest: Manifest;
    readonly stage: Stage;
    readonly environment: Environment;
  } | null;
}

export interface Asked {
  readonly named: string | undefined;
  readonly rest: readonly string[];
  readonly stage: string | undefined;
  readonly env: string;
  readonly command: string | undefined;
  readonly only: readonly string[];
  readonly secret: readonly string[];
  readonly mount: readonly string[];
  readonly compose: readonly string[];
  readonly maxReads: number | undefined;
}

/** Templates of a declaration lie in its folder. Throws `io.failed`. */
export const templatesOf =
  (folder: string) =>
  (file: string): string =>
    readTemplate(resolve(folder, file), file);

/** Throws `io.failed`, also for what is too large to be a template. */
export function readTemplate(path: string, shown: string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (text.length <= MOST_TEMPLATE) return text;
  } catch (cause) {
    const { code: reason = "unknown" } = cause as NodeJS.ErrnoException;
    throw new BulkheadError("io.failed", { action: "read", path: shown, reason }, { cause });
  }
  throw new BulkheadError("io.failed", { action: "read", path: shown, reason: "larger than 1 MiB" });
}

const usage = (problem: string): BulkheadError =>
  new BulkheadError("usage.invalid", { problem, command: "run" });

/** A stage of bulkhead.yaml, or what the words of the command line ask for: never both, since a stage is all that its job may use. */
export async function jobOf(context: Context, asked: Asked): Promise<Job> {
  const { rest, named, stage: flag, maxReads } = asked;
  if (rest.length > 0 && asked.command !== undefined)
    throw usage("there are two commands, --command and the one behind `--`");
  const given = rest.length > 0 ? rest : (asked.command ?? null);
  const { secret: secrets, mount: mounts, compose: compositions } = asked;
  if (secrets.length + mounts.length + compositions.length === 0) {
    if (maxReads !== undefined)
      throw usage("--max-reads goes with --mount; in bulkhead.yaml write `max-reads:`");
    const project = await requireProject(context);
    const { manifest, folder } = project;
    const stage = stageOf(manifest, named, flag);
    const environment = environmentOf(manifest, asked.env);
    await refuseUnenforceable(manifest, stage, environment);
    const wanted = onlyThese(
      wantedOfStage(manifest, stage, environment.name, templatesOf(folder)),
      words(asked.only),
    );
    const place = { manifest, stage, environment };
    return given === null
      ? { wanted, command: stage.run ?? null, cwd: folder, folder, place }
      : { wanted, command: given, cwd: context.cwd, folder, place };
  }
  if (named !== undefined || flag !== undefined || asked.only.length > 0)
    throw usage("a stage gets what bulkhead.yaml declares: write it under `use:`, or leave the stage out");
  if (given === null) throw usage("which command? give one behind `--`, or with --command");
  if (maxReads !== undefined && (!Number.isInteger(maxReads) || maxReads < 1 || maxReads > 1_000))
    throw new BulkheadError("run.too-many-reads", { count: maxReads });
  const { cwd } = context;
  const wanted = wantedOfWords(
    { secrets, mounts, compositions, maxReads },
    { environment: asked.env, resolve: (path) => resolve(cwd, path) },
  );
  return { wanted, command: given, cwd, folder: cwd, place: null };
}

export function stageOf(manifest: Manifest, argument: string | undefined, flag: string | undefined): Stage {
  if (argument !== undefined && flag !== undefined && argument !== flag)
    throw new BulkheadError("usage.invalid", { problem: "two different stages are named", command: "run" });
  const name = argument ?? flag;
  const known = manifest.stages.map((one) => one.name);
  if (name === undefined)
    throw new BulkheadError("usage.invalid", {
      problem: `which stage? ${manifest.file} has ${known.join(", ") || "none"}`,
      command: "run",
    });
  return stageByName(manifest, name);
}

export async function refuseUnenforceable(
  manifest: Manifest,
  { name: stage }: Stage,
  { name: environment }: Environment,
) {
  const { unenforceable } = await import("../../manifest/enforce.ts");
  const refused = unenforceable(manifest, stage, environment).filter(({ refuses }) => refuses);
  if (refused.length === 0) return;
  const list = refused
    .map(({ what, line, reason }) => `${manifest.file}:${line}: ${what}: ${reason}`)
    .join("\n");
  throw new BulkheadError("run.unenforceable", { stage, environment, list });
}
