/** What `bulkhead tripwire` looks at: the command of a stage, or one given after `--`, in the environment that a run would give it. */
import { dirname } from "node:path";
import type { HookSearch } from "../run/tripwire/index.ts";
import type { Context } from "./context.ts";
import { repositoryRoot } from "./git.ts";
import { findProject } from "./project.ts";

export interface TripwirePlace {
  readonly project: string;
  readonly folder: string;
  readonly searches: readonly HookSearch[];
}

/** Without a command: every stage's own. */
export async function tripwirePlace(
  context: Context,
  stage: string | undefined,
  command: readonly string[],
): Promise<TripwirePlace> {
  const { buildEnvironment } = await import("../run/environment.ts");
  const found = await findProject(context);
  const { cwd } = context;
  const { env } = buildEnvironment({ ambient: { ...context.env, PWD: cwd }, secrets: {}, plain: {} });
  if (found === null) {
    const folder = repositoryRoot(cwd) ?? cwd;
    return {
      project: "no-project",
      folder,
      searches: [{ command: command.length > 0 ? command : null, cwd, env }],
    };
  }
  const { manifest, path } = found;
  const folder = dirname(path);
  const place = { project: manifest.project, folder };
  if (command.length > 0) return { ...place, searches: [{ command, cwd, env }] };
  const { stageOf } = await import("./stage.ts");
  const stages = stage === undefined ? manifest.stages : [stageOf(manifest, stage)];
  return { ...place, searches: stages.map(({ run }) => ({ command: run ?? null, cwd: folder, env })) };
}
