/** What the litmus test is about: a stage of bulkhead.yaml, or, without one, whatever is started in this folder. */
import { dirname } from "node:path";
import type { Placeholder } from "../../run/litmus/index.ts";
import type { Context } from "../context.ts";
import { environmentOf, findProject, requireProject } from "../project.ts";
import { type Job, stageOf, templatesOf } from "../run/job.ts";
import { wantedOfStage } from "../run/wanted.ts";

export interface LitmusPlace {
  /** Null: no declaration here. */
  readonly project: string | null;
  /** Null: none was named, and there is not exactly one. */
  readonly stage: string | null;
  readonly stages: readonly string[];
  readonly environment: string;
  readonly folder: string;
  readonly cwd: string;
  readonly command: readonly string[] | string | null;
  readonly place: Job["place"];
  readonly given: readonly Placeholder[];
  readonly plain: Readonly<Record<string, string>>;
}

export interface Asked {
  readonly named: string | undefined;
  readonly flag: string | undefined;
  readonly environment: string;
  readonly command: readonly string[];
}

/** Throws as `run` does for a stage or environment that is not declared. */
export async function litmusPlace(context: Context, asked: Asked): Promise<LitmusPlace> {
  const { cwd } = context;
  const given = asked.command.length > 0 ? asked.command : null;
  const named = asked.named ?? asked.flag;
  const found = named === undefined ? await findProject(context) : await requireProject(context);
  const none = { stage: null, environment: asked.environment, place: null, given: [], plain: {} };
  if (found === null) return { ...none, project: null, stages: [], folder: cwd, cwd, command: given };
  const { manifest, path } = found;
  const folder = dirname(path);
  const { project, stages: declared } = manifest;
  const stages = declared.map(({ name }) => name);
  const only = named ?? (stages.length === 1 ? stages[0] : undefined);
  if (only === undefined) return { ...none, project, stages, folder, cwd, command: given };
  const stage = stageOf(manifest, asked.named ?? (asked.flag === undefined ? only : undefined), asked.flag);
  const environment = environmentOf(manifest, asked.environment);
  const { values, composed, plain } = wantedOfStage(manifest, stage, environment.name, templatesOf(folder));
  const placeholders = [...values, ...composed].map(({ variable, as, name, maxReads }): Placeholder => {
    const more = { ...(name !== undefined && { name }), ...(maxReads !== undefined && { maxReads }) };
    return { variable, ...(as !== undefined && { as }), ...more };
  });
  return {
    ...{ project, stages, folder, plain, stage: stage.name, environment: environment.name },
    cwd: given === null ? folder : cwd,
    command: given ?? stage.run ?? null,
    place: { manifest, stage, environment },
    given: [...new Map(placeholders.map((one) => [one.variable, one])).values()],
  };
}
