import { isBulkheadError } from "../../core/errors.ts";
import { type Plan, lookToday, lookUnderRun, planLitmus } from "../../run/litmus/index.ts";
import { isEnvFile } from "../../scan/env-files.ts";
import { userHome } from "../../server/home.ts";
import { command, jsonFlag } from "../command.ts";
import type { Context } from "../context.ts";
import { litmusHooks } from "../litmus/hooks.ts";
import { nextStep } from "../litmus/next.ts";
import { renderLitmus } from "../litmus/page.ts";
import { type Asked, type LitmusPlace, litmusPlace } from "../litmus/place.ts";
import { type LitmusResult, countOf } from "../litmus/result.ts";
import { findProject } from "../project.ts";
import { LEVELS, levelOf, stageFlag } from "../run/flags.ts";
import { exposed, hidden, hostsOf } from "../run/hide.ts";
import { words } from "../run/words.ts";

export default command({
  details:
    "Looks twice, with the same small program: as anything that is started here can look today, and as the job of a run looks, in the very environment and sandbox that `bulkhead run` would make (with placeholders for the stage's secrets, so that no store is opened). Shows what could be read, by kind and by what it opens. Values are never shown, agents and helpers never asked; to metadata addresses a connection is opened and closed.",
  flags: {
    ...stageFlag,
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment whose run is looked at",
    },
    isolation: { kind: "choice", values: LEVELS, brief: "the level to reach, as for `run`" },
    allowHost: {
      kind: "list",
      placeholder: "hosts",
      brief: "hosts that the job may reach, as for `run`; closes the network to all others",
    },
    expose: {
      kind: "list",
      placeholder: "paths",
      brief: "places that the job may have, as for `run`, comma-separated",
    },
    preserveEnv: {
      kind: "list",
      placeholder: "names",
      brief: "variables that the job keeps, as for `run`, comma-separated",
    },
    today: { kind: "switch", brief: "look at today alone, and judge that" },
    noNetwork: { kind: "switch", brief: "open no connection to metadata addresses" },
    ...jsonFlag,
  },
  args: [
    { name: "stage", brief: "a stage of bulkhead.yaml (the only one is taken unnamed)", optional: true },
  ],
  rest: "COMMAND…",
  examples: [
    { line: "bulkhead litmus", says: "in any folder" },
    { line: "bulkhead litmus train", says: "for one stage, with the level that its run reaches" },
    { line: "bulkhead litmus train -- .venv/bin/python train.py", says: "start-up hooks of that command" },
    {
      line: "bulkhead litmus train --no-network --json",
      says: "in CI: exits with 3 where something is left",
    },
  ],
  exits: {
    3: "something beyond the stage's own could be read under run (with --today: here)",
    4: "no run starts here, so that its half is missing",
  },
  async run({ flags, args: [named], rest, context }) {
    const { env, cwd, out } = context;
    const inside = env.BULKHEAD_RUN || null;
    const flag = flags.stage;
    const asked = { named, flag, environment: flags.env, command: rest };
    const place = await litmusPlace(context, inside === null ? asked : await ofThisRun(context, asked));
    const plan = planOf(context, place, !flags.noNetwork);
    const today = await lookToday(inside === null ? { ...plan, own: [] } : plan, { cwd, env });
    const both = inside === null && !flags.today;
    const { run, refused } = both
      ? await underRun(context, place, plan, flags)
      : { run: null, refused: null };
    const preserve = words(flags.preserveEnv);
    const hooks = await litmusHooks(context, place, { preserve, both });
    const { project, stage, environment } = place;
    const facts = { inside, project, stage, environment, today, run, refused, hooks };
    const level = flags.isolation === undefined ? null : Number(flags.isolation);
    const result: LitmusResult = { ...facts, next: nextStep({ ...facts, asked: level }) };
    if (flags.json)
      out.json({ ...result, refused: refused && { code: refused.code, message: refused.message } });
    else out.print(renderLitmus(result, { color: out.colour() }));
    if (refused !== null) return 4;
    return countOf((run ?? today).items) > 0 ? 3 : 0;
  },
});

/** Inside of a run the stage is the run's, where this folder declares it. */
async function ofThisRun(context: Context, asked: Asked): Promise<Asked> {
  const { BULKHEAD_STAGE: stage = "", BULKHEAD_ENVIRONMENT: environment = asked.environment } = context.env;
  const found = await findProject(context);
  const isDeclared = found?.manifest.stages.some(({ name }) => name === stage) === true;
  return asked.named !== undefined || asked.flag !== undefined || !isDeclared
    ? asked
    : { ...asked, named: stage, environment };
}

function planOf(context: Context, { folder, cwd, place, given }: LitmusPlace, network: boolean): Plan {
  const { env, home } = context;
  return planLitmus({
    home: userHome(env),
    uid: process.getuid?.() ?? -1,
    ...{ cwd, env, network },
    isEnvFile,
    hide: hidden(context, { folder, place }),
    folder: home.folder,
    own: given.map(({ variable }) => variable),
  });
}

interface RunFlags {
  readonly isolation: (typeof LEVELS)[number] | undefined;
  readonly allowHost: readonly string[];
  readonly expose: readonly string[];
  readonly preserveEnv: readonly string[];
}

async function underRun(
  context: Context,
  at: LitmusPlace,
  plan: Plan,
  flags: RunFlags,
): Promise<Pick<LitmusResult, "run" | "refused">> {
  const { folder, place, cwd, given, plain, project, stage, environment } = at;
  const hide = hidden(context, { folder, place });
  try {
    const seen = await lookUnderRun(plan, {
      ...{ given, plain, cwd, hide, environment },
      project: project ?? "(none)",
      stage: stage ?? "(none)",
      ambient: { ...context.env, PWD: cwd },
      home: userHome(context.env),
      expose: exposed(context, words(flags.expose), hide),
      preserve: words(flags.preserveEnv),
      network: hostsOf(place?.stage.network ?? null, flags.allowHost),
      ...levelOf(flags.isolation),
    });
    return { run: { ...seen, network: seen.isolation.level === 3 ? "closed" : "open" }, refused: null };
  } catch (error) {
    if (isBulkheadError(error) && error.code.startsWith("run.")) return { run: null, refused: error };
    throw error;
  }
}
