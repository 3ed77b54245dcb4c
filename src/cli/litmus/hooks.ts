/** How much runs before a program's first line: counted here, listed by `bulkhead tripwire list`. */
import { buildEnvironment } from "../../run/environment.ts";
import {
  type HookReport,
  isAsShipped,
  newHooks,
  startupHooks,
  withSystemOwners,
} from "../../run/tripwire/index.ts";
import { hookList } from "../approved-hooks.ts";
import type { Context } from "../context.ts";
import type { LitmusPlace } from "./place.ts";
import type { Hooks } from "./result.ts";

export async function litmusHooks(
  context: Context,
  { command, cwd, folder, project, plain }: LitmusPlace,
  { preserve, both }: { readonly preserve: readonly string[]; readonly both: boolean },
): Promise<Hooks> {
  const ambient = Object.fromEntries(
    Object.entries(context.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { env } = buildEnvironment({ ambient: { ...ambient, PWD: cwd }, secrets: {}, plain, preserve });
  const look = async (env: Readonly<Record<string, string>>): Promise<HookReport> => {
    const report = await startupHooks({ command, cwd, env });
    const hooks = await withSystemOwners(report.hooks);
    return { ...report, hooks: hooks.filter((hook) => !isAsShipped(hook)) };
  };
  const [today, run] = await Promise.all([look(ambient), both ? look(env) : null]);
  const { approved } = hookList(context, project ?? "no-project", folder);
  const loud = (report: typeof today): number =>
    report.hooks.filter(({ harmless }) => harmless === undefined).length;
  return {
    today: loud(today),
    run: run === null ? null : loud(run),
    fresh: newHooks(run ?? today, approved ?? []).length,
  };
}
