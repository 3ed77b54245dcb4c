import { join } from "node:path";
import { parseDuration } from "../../core/duration.ts";
import type { Manifest } from "../../manifest/index.ts";
import { type EnvironmentDecision, explainEnvironment } from "../../run/environment.ts";
import type { Level } from "../../run/isolate.ts";
import { localReceiptKey } from "../../run/seal.ts";
import { runStage } from "../../run/session.ts";
import type { HookReport } from "../../run/tripwire/index.ts";
import { userHome } from "../../server/home.ts";
import { command } from "../command.ts";
import type { Api, Context } from "../context.ts";
import { headCommit } from "../git.ts";
import { allowed, asksForStore, entryFor } from "../run/allowed.ts";
import { readPrivateFile } from "../private-file.ts";
import { type Job, jobOf } from "../run/job.ts";
import { runPorts } from "../run/ports.ts";
import { leakModes } from "../../run/follow/report.ts";
import { LEVELS, levelOf, stageFlag } from "../run/flags.ts";
import { exposed, hidden, hostsOf } from "../run/hide.ts";
import { conclude, dryRun, warnOfLevel } from "../run/show.ts";
import type { Wanted } from "../run/wanted.ts";
import { words } from "../run/words.ts";

export default command({
  details:
    "Starts the stage's `run:` line (in the folder of bulkhead.yaml), or the command behind `--` (here), with exactly what the stage declares. Without a declaration --secret, --mount and --compose say what the job gets. The job is isolated from Bulkhead and your other credentials as far as this machine can, what it writes is masked, and its token is revoked when it ends.",
  flags: {
    ...stageFlag,
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment to run in",
    },
    command: { kind: "text", short: "c", placeholder: "line", brief: "run this line in a shell" },
    only: {
      kind: "list",
      placeholder: "names",
      brief: "give only these secrets or variables of the stage, comma-separated",
    },
    secret: {
      kind: "list",
      placeholder: "VAR=path#field",
      brief: "without a stage: a variable from the store, or from a reference such as env://NAME",
    },
    mount: {
      kind: "list",
      placeholder: "VAR=path#field:file",
      brief: "the same as a file that is gone when the job is; the variable holds its path",
    },
    maxReads: {
      kind: "number",
      placeholder: "count",
      brief: "make every --mount a pipe that can be read so often",
    },
    compose: {
      kind: "list",
      placeholder: "VAR=text",
      brief: "text put together of several: 'postgres://${db/x#user}:${db/x#password}@host/db'",
    },
    explainEnv: { kind: "switch", brief: "say which variables the job gets and why" },
    preserveEnv: {
      kind: "list",
      placeholder: "names",
      brief: "keep these variables of yours, comma-separated",
    },
    isolation: {
      kind: "choice",
      values: LEVELS,
      brief:
        "the level to reach: 0 none, 1 hides Bulkhead's processes, 2 credential files too, 3 leaves only declared hosts (default 2, and 3 where the stage declares `network:`)",
    },
    requireIsolation: {
      kind: "choice",
      values: LEVELS,
      default: "0",
      brief: "refuse to run below this level",
    },
    allowHost: {
      kind: "list",
      placeholder: "hosts",
      brief:
        "hosts that the job may reach besides the stage's `network:`, comma-separated; closes the network to all others",
    },
    decoys: {
      kind: "switch",
      brief: "show fake credential files, new ones at every run, where real ones are hidden",
    },
    expose: {
      kind: "list",
      placeholder: "paths",
      brief: "let the job have these hidden places, comma-separated (/run/docker.sock)",
    },
    noTripwire: { kind: "switch", brief: "do not look for new start-up hooks" },
    leaks: {
      kind: "choice",
      values: leakModes,
      default: "fail",
      brief: "when the job wrote one of its values to a file: fail the run, only warn, or do not look (off)",
    },
    asOperator: {
      kind: "switch",
      brief: "as the store's operator, where people may not run stages; it is audited",
    },
    dryRun: { kind: "switch", brief: "show what the job would get, and start nothing" },
    verbose: { kind: "switch", short: "v", brief: "name the run, its isolation and its receipt" },
  },
  args: [{ name: "stage", brief: "a stage of bulkhead.yaml", optional: true }],
  rest: "COMMAND…",
  examples: [
    { line: "bulkhead run train", says: "the stage's own command, in dev" },
    { line: "bulkhead run train --env prod", says: "with prod's secrets" },
    {
      line: "bulkhead run --stage train -- python train.py --epochs 3",
      says: "another command, same secrets",
    },
    { line: "bulkhead run train --dry-run --explain-env", says: "look first" },
    {
      line: "bulkhead run --secret OPENAI_API_KEY=env://CI_OPENAI_KEY -- python train.py",
      says: "no declaration and no server: from the CI's own variable",
    },
    {
      line: "bulkhead run --mount KUBECONFIG=secret/ml/cluster#config -- kubectl get pods",
      says: "as a file that is gone afterwards",
    },
  ],
  exits: {
    3: "the job gave 0, but a value is in a file that it wrote",
    125: "the job was not started",
    126: "its command cannot be executed",
    127: "its command was not found",
    "128+n": "the job was ended by signal n, as a shell shows it; any other code is the job's own",
  },
  failure: 125,
  async run({ flags, args: [named], rest, context }) {
    const job = await jobOf(context, { ...flags, named, rest });
    const { wanted, folder, place } = job;
    const preserve = words(flags.preserveEnv);
    const hide = hidden(context, job);
    const expose = exposed(context, words(flags.expose), hide);
    if (flags.dryRun) {
      dryRun(context, { wanted, job, preserve, hide, explain: flags.explainEnv });
      return;
    }
    const looking = flags.noTripwire ? null : lookForHooks(context, job, preserve);
    looking?.catch(() => {}); // awaited below; what refuses the run earlier is said first
    const entry = await entryFor(context, job);
    const identity = await allowed(context, entry, place?.environment ?? null, flags.asOperator);
    if (place !== null && entry?.as === "caller") await warnOfChanges(context, entry.api, place.manifest);
    const hooks = looking === null ? null : await tripwire(context, job, await looking);
    const commit = headCommit(folder);
    const explain = (decisions: readonly EnvironmentDecision[]): void => {
      if (flags.explainEnv)
        context.out.note(
          `${explainEnvironment(decisions)}${hide.map((one) => `hidden   ${one}`).join("\n")}`,
        );
    };
    const { project, stage, environment } = wanted;
    const given = rest.length > 0 || flags.command !== undefined;
    const report = await runStage(
      {
        ...{
          project,
          stage,
          environment,
          command: job.command,
          cwd: job.cwd,
          hide,
          expose,
          preserve,
          commit,
        },
        ambient: { ...context.env, PWD: job.cwd },
        home: userHome(context.env),
        ...levelOf(flags.isolation),
        requireLevel: Number(flags.requireIsolation) as Level,
        network: hostsOf(place?.stage.network ?? null, flags.allowHost),
        decoys: flags.decoys,
        stdout: process.stdout,
        stderr: process.stderr,
        leaks: flags.leaks,
        facts: { identity, hooks, command: given ? "given" : "declared" },
        receiptPath: (runId) => join(context.home.runs, `${runId}.json`),
        onChange: wanted.onChange,
        onEnvironment: explain,
        onLevel: (level) => warnOfLevel(context, level, flags.verbose),
        onNote: (text) => context.out.warn(text),
        onProblem: ({ message, hint }) => context.out.warn(`${message}; ${hint}`),
        onSuperseded: (secrets) =>
          context.out.note(`${secrets.join(", ")}: superseded, so the job is ${told(wanted)}`),
        onUnmasked: (skipped) =>
          context.out.warn(
            `too short or too common to mask: ${skipped.map(({ name, why }) => `${name} (${why})`).join(", ")}`,
          ),
      },
      runPorts({
        ...{ wanted, entry, commit, actor: identity.name, env: context.env, cwd: folder },
        mustLogIn: place !== null && asksForStore(place.environment),
        asOperator: flags.asOperator && place !== null && !place.environment.people,
        onWaiting: ({ message, hint }) => context.out.warn(`${message}; ${hint}`),
        interval: intervalOf(context),
        localKey: () => localReceiptKey(context.home.receiptKey, readPrivateFile),
      }),
    );
    return conclude(context, report, flags.verbose, flags.leaks);
  },
});

/** Interpreters are asked while the store is opened: each takes as long as a start of its own. */
async function lookForHooks(
  { env: caller }: Context,
  { wanted, command, cwd }: Job,
  preserve: readonly string[],
): Promise<HookReport> {
  const [{ startupHooks }, { buildEnvironment }] = await Promise.all([
    import("../../run/tripwire/index.ts"),
    import("../../run/environment.ts"),
  ]);
  const ambient = { ...caller, PWD: cwd };
  const { env } = buildEnvironment({ ambient, secrets: {}, plain: wanted.plain, preserve });
  return await startupHooks({ command, cwd, env });
}

async function tripwire(context: Context, { wanted, folder }: Job, report: HookReport) {
  const { checkHooks } = await import("../approved-hooks.ts");
  return await checkHooks(context, { project: wanted.project, folder, report });
}

const told = ({ onChange }: Wanted): string =>
  typeof onChange === "object" ? `sent SIG${onChange.signal}` : "started again";

/** A superseded value is noticed within this time. */
function intervalOf({ env }: Context): number {
  return Math.max(1_000, parseDuration(env.BULKHEAD_CHANGE_INTERVAL || "30s"));
}

async function warnOfChanges({ out }: Context, { client }: Api, manifest: Manifest): Promise<void> {
  const [{ readApplied }, { desired }] = await Promise.all([
    import("../../manifest/plan.ts"),
    import("../../manifest/desired.ts"),
  ]);
  const { manifestApi } = await import("../manifest-api.ts");
  const applied = await readApplied(manifest.project, manifestApi(client)).catch(() => null); // not everyone may read it
  if (applied !== null && applied.digest !== desired(manifest).digest)
    out.warn(`${manifest.file} changed since the last apply; \`bulkhead plan\` shows what`);
}
