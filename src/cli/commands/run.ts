import { readdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import type { Environment, Manifest, Stage } from "../../manifest/index.ts";
import { type EnvironmentDecision, explainEnvironment } from "../../run/environment.ts";
import type { IsolationLevel } from "../../run/isolate.ts";
import { endBy } from "../../run/signals.ts";
import { type RunReport, runStage } from "../../run/session.ts";
import { isEnvFile } from "../../scan/env-files.ts";
import { userHome } from "../../server/home.ts";
import { command } from "../command.ts";
import type { Api, Context } from "../context.ts";
import { headCommit } from "../git.ts";
import { type Project, environmentOf, requireProject, unknownName } from "../project.ts";

export default command({
  details:
    "Starts the stage's `run:` line (in the folder of bulkhead.yaml), or the command behind `--` (here), with exactly the variables that the stage declares. The job is isolated from Bulkhead and your other credentials as far as this machine can, what it writes is masked, and its token is revoked when it ends.",
  flags: {
    stage: {
      kind: "text",
      short: "s",
      placeholder: "stage",
      brief: "the stage, where it is not the argument",
    },
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment to run in",
    },
    explainEnv: { kind: "switch", brief: "say which variables the job gets and why" },
    preserveEnv: {
      kind: "list",
      placeholder: "names",
      brief: "keep these variables of yours, comma-separated",
    },
    requireIsolation: {
      kind: "choice",
      values: ["0", "1", "2"],
      default: "0",
      brief: "refuse to run below this level: 1 hides Bulkhead's processes, 2 its files too",
    },
    noIsolation: { kind: "switch", brief: "run without a sandbox" },
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
  ],
  exits: {
    125: "the job was not started",
    126: "its command cannot be executed",
    127: "its command was not found",
    "128+n": "the job was ended by signal n, as a shell shows it; any other code is the job's own",
  },
  failure: 125,
  async run({ flags, args: [named], rest, context }) {
    const project = await requireProject(context);
    const { manifest } = project;
    const stage = stageOf(manifest, named, flags.stage);
    const environment = environmentOf(manifest, flags.env);
    await refuseUnenforceable(manifest, stage, environment);
    const job =
      rest.length > 0
        ? { command: rest, cwd: context.cwd }
        : { command: stage.run ?? null, cwd: project.folder };
    const preserve = flags.preserveEnv.flatMap((names) => names.split(",")).filter((name) => name !== "");
    const hide = hidden(context, project);
    if (flags.dryRun) {
      await dryRun(context, { stage, environment, manifest, job, preserve, hide, explain: flags.explainEnv });
      return;
    }
    const api = await context.api();
    const actor = await allowed(api, environment, flags.asOperator);
    await warnOfChanges(context, api, manifest);
    const commit = headCommit(project.folder);
    const { apiRunPorts } = await import("../run-ports.ts");
    const explain = (decisions: readonly EnvironmentDecision[]): void => {
      if (flags.explainEnv)
        context.out.note(
          `${explainEnvironment(decisions)}${hide.map((one) => `hidden   ${one}`).join("\n")}`,
        );
    };
    const report = await runStage(
      {
        project: manifest.project,
        stage: stage.name,
        environment: environment.name,
        ...job,
        ambient: { ...context.env, PWD: job.cwd },
        home: userHome(context.env),
        hide,
        preserve,
        isolate: !flags.noIsolation,
        requireLevel: Number(flags.requireIsolation) as 0 | 1 | 2,
        stdout: process.stdout,
        stderr: process.stderr,
        commit,
        receiptPath: (runId) => join(context.home.runs, `${runId}.json`),
        onEnvironment: explain,
        onLevel: (level) => warnOfLevel(context, level),
        onNote: (text) => context.out.warn(text),
        onUnmasked: (skipped) =>
          context.out.warn(
            `too short or too common to mask: ${skipped.map(({ name, why }) => `${name} (${why})`).join(", ")}`,
          ),
      },
      apiRunPorts({
        client: api.client,
        manifest,
        stage,
        commit,
        actor,
        asOperator: flags.asOperator && !environment.people,
        onWaiting: ({ message, hint }) => context.out.warn(`${message}; ${hint}`),
      }),
    );
    return conclude(context, report, flags.verbose);
  },
});

function stageOf(manifest: Manifest, argument: string | undefined, flag: string | undefined): Stage {
  if (argument !== undefined && flag !== undefined && argument !== flag)
    throw new BulkheadError("usage.invalid", { problem: "two different stages are named", command: "run" });
  const name = argument ?? flag;
  const known = manifest.stages.map((one) => one.name);
  if (name === undefined)
    throw new BulkheadError("usage.invalid", {
      problem: `which stage? ${manifest.file} has ${known.join(", ") || "none"}`,
      command: "run",
    });
  const stage = manifest.stages.find((one) => one.name === name);
  if (stage === undefined) throw unknownName("manifest.unknown-stage", name, known);
  return stage;
}

async function refuseUnenforceable(
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

/** A user without an entry in the system's list (a container's arbitrary uid) is named by number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

/** Who runs it; throws where the environment is for automated identities only. */
async function allowed(
  { client, operator }: Api,
  { name, people }: Environment,
  asOperator: boolean,
): Promise<string> {
  const who = userName();
  if (operator) {
    if (people) return who;
    if (asOperator) return `${who} as operator`;
    const hint =
      "run it from your automation; as this store's operator you may add --as-operator, which is audited";
    throw new BulkheadError("run.not-for-people", { environment: name }, { hint });
  }
  const self = await client.read("auth/token/lookup-self");
  const login = String(self?.display_name ?? "");
  const automated = String(self?.path ?? "").startsWith("auth/approle/");
  if (people || automated) return login;
  const root = ((self?.policies ?? []) as string[]).includes("root");
  if (asOperator && root) return `${login} as operator`;
  throw new BulkheadError("run.not-for-people", { environment: name });
}

/** Bulkhead's own places, and the project's `.env` files: what the job may have, it is given. */
function hidden({ home, env, cwd }: Context, { folder }: Project): string[] {
  const envFiles = [...new Set([folder, cwd])].flatMap((place) =>
    readdirSync(place, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && isEnvFile(entry.name))
      .map((entry) => join(place, entry.name)),
  );
  const keys = [env.BULKHEAD_PASSPHRASE_FILE, env.BULKHEAD_STORE_FILE].flatMap((file) => file || []);
  return [home.folder, ...keys, ...envFiles];
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

function warnOfLevel({ out }: Context, { level, name, missing }: IsolationLevel): void {
  if (level < 2) out.warn(`isolation: ${name}; ${missing.join("; ")}`);
}

function conclude({ out }: Context, report: RunReport, verbose: boolean): number {
  const { runId, exit, isolation, masked, problems, receipt, revoked } = report;
  const seen = [...masked].filter(([, times]) => times > 0);
  if (seen.length > 0)
    out.warn(
      `masked in what the job wrote: ${seen.map(([name, times]) => `${name} (${times}×)`).join(", ")}`,
    );
  for (const problem of problems) out.warn(`${problem.message}; ${problem.hint}`);
  if (verbose) {
    out.note(
      `run ${runId}: isolation ${isolation.level} (${isolation.name}), ${revoked ? "token revoked" : "token not revoked"}`,
    );
    if (receipt !== null) out.note(`receipt ${receipt}`);
  }
  if (report.signal !== null) endBy(report.signal);
  return exit; // what was masked reached nobody: the job's own code stands
}

interface DryRun {
  readonly manifest: Manifest;
  readonly stage: Stage;
  readonly environment: Environment;
  readonly job: { readonly command: readonly string[] | string | null; readonly cwd: string };
  readonly preserve: readonly string[];
  readonly hide: readonly string[];
  readonly explain: boolean;
}

async function dryRun({ out, env }: Context, options: DryRun): Promise<void> {
  const { manifest, stage, environment, job, preserve, hide, explain } = options;
  const command = typeof job.command === "string" ? job.command : (job.command?.join(" ") ?? "(none)");
  out.print(`${manifest.project}: stage ${stage.name} in ${environment.name}\nin ${job.cwd}: ${command}`);
  out.table(
    ["variable", "from"],
    [
      ...stage.use.map(({ variable, secret, field }) => [
        variable,
        field === "value" ? secret : `${secret}.${field}`,
      ]),
      ...stage.set.map(({ variable }) => [variable, "set:"]),
    ],
  );
  if (!explain) return;
  const [{ buildEnvironment }, { Secret }] = await Promise.all([
    import("../../run/environment.ts"),
    import("../../core/secret.ts"),
  ]);
  const secrets = Object.fromEntries(stage.use.map(({ variable }) => [variable, Secret.copy("")]));
  const plain = Object.fromEntries(stage.set.map(({ variable, value }) => [variable, value]));
  const marks = { BULKHEAD_RUN: "", BULKHEAD_STAGE: stage.name, BULKHEAD_ENVIRONMENT: environment.name };
  const { decisions } = buildEnvironment({
    ambient: { ...env, PWD: job.cwd },
    secrets,
    plain,
    preserve,
    marks,
  });
  out.print(`\n${explainEnvironment(decisions)}${hide.map((one) => `hidden   ${one}\n`).join("")}`);
}
