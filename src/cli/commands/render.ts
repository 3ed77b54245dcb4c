import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { command } from "../command.ts";
import { headCommit, isIgnored, isTracked, repositoryRoot } from "../git.ts";
import { environmentOf, requireProject } from "../project.ts";
import { allowed, asksForStore, entryFor } from "../run/allowed.ts";
import { type Job, readTemplate, refuseUnenforceable, stageOf } from "../run/job.ts";
import { runPorts } from "../run/ports.ts";
import { sourcesOf, wantedOfTemplate } from "../run/wanted.ts";

export default command({
  details:
    "Writes a file (0600) from a template whose places, ${secret} or ${secret.field}, are secrets that the stage uses; no others. Filters fit a value to where it stands: ${db.password|json}, |url, |shell, |base64. The file stays: prefer `template:` in bulkhead.yaml, where the file is gone with the job.",
  flags: {
    output: {
      kind: "text",
      short: "o",
      placeholder: "file",
      brief: "the file to write; - is standard output",
    },
    stage: {
      kind: "text",
      short: "s",
      placeholder: "stage",
      brief: "the stage whose secrets may stand there",
    },
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment whose values are taken",
    },
    force: { kind: "switch", brief: "replace a file that is there" },
    asOperator: {
      kind: "switch",
      brief: "as the store's operator, where people may not run stages; it is audited",
    },
  },
  args: [{ name: "template", brief: "the file with places" }],
  examples: [
    { line: "bulkhead render app.conf.tpl --stage serve -o app.conf", says: "with serve's secrets of dev" },
  ],
  async run({ flags, args: [file = ""], context }) {
    const { manifest, folder } = await requireProject(context);
    const only = manifest.stages.length === 1 ? manifest.stages[0]?.name : undefined;
    const stage = stageOf(manifest, flags.stage ?? only, undefined);
    const environment = environmentOf(manifest, flags.env);
    await refuseUnenforceable(manifest, stage, environment);
    if (flags.output === undefined)
      throw new BulkheadError("usage.invalid", { problem: "where to? give -o FILE", command: "render" });
    const text = readTemplate(resolve(context.cwd, file), file);
    const wanted = wantedOfTemplate(manifest, stage, environment.name, text);
    const minted = sourcesOf(wanted).find(({ kind }) => kind === "minted");
    if (minted !== undefined)
      throw new BulkheadError("usage.invalid", {
        problem: `${minted.name} is minted for a run and ends with it: write \`template:\` under \`use:\` of the stage`,
        command: "render",
      });
    const place = { manifest, stage, environment };
    const job: Job = { wanted, command: null, cwd: context.cwd, folder, place };
    const target = flags.output === "-" ? null : resolve(context.cwd, flags.output);
    if (target !== null && !flags.force && lstatSync(target, { throwIfNoEntry: false }) !== undefined)
      throw new BulkheadError("run.file-exists", { path: target }, { hint: "--force replaces it" });
    const entry = await entryFor(context, job);
    const { name: actor } = await allowed(context, entry, environment, flags.asOperator);
    const ports = runPorts({
      ...{
        wanted,
        entry,
        actor,
        commit: headCommit(folder),
        env: context.env,
        cwd: folder,
        interval: 30_000,
      },
      mustLogIn: asksForStore(environment),
      asOperator: flags.asOperator && !environment.people,
      onWaiting: ({ message, hint }) => context.out.warn(`${message}; ${hint}`),
    });
    const started = Date.now();
    const run = await ports.begin({
      project: wanted.project,
      stage: wanted.stage,
      environment: wanted.environment,
    });
    let failed = true;
    try {
      const [whole] = run.composed ?? [];
      if (whole !== undefined) write(target, whole.value);
      failed = false;
    } finally {
      const facts = { exit: failed ? 1 : 0, error: null, isolation: null, masked: new Map<string, number>() };
      const ending = await ports.end({ runId: run.runId, ...facts, started, ended: Date.now() });
      await ending.drop();
      for (const { value } of [...run.secrets, ...(run.composed ?? []), ...(run.mask ?? [])]) value.wipe();
    }
    if (target === null) return;
    context.out.note(`written to ${flags.output} (0600)`);
    const beside = dirname(target);
    if (repositoryRoot(beside) === null) return;
    if (isTracked(beside, target))
      context.out.warn(`git tracks ${flags.output}: take it out with git rm --cached`);
    else if (!isIgnored(beside, target))
      context.out.warn(`git does not ignore ${flags.output}: add it to .gitignore`);
  },
});

/** Whole or not at all. */
function write(target: string | null, value: Secret): void {
  if (target === null) {
    writeAll(1, value.reveal());
    return;
  }
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  try {
    const descriptor = openSync(partial, "wx", 0o600);
    try {
      writeAll(descriptor, value.reveal());
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, target);
  } catch (cause) {
    const { code: reason = "unknown" } = cause as NodeJS.ErrnoException;
    if (reason !== "EEXIST") rmSync(partial, { force: true });
    throw new BulkheadError("io.failed", { action: "write", path: target, reason }, { cause });
  }
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
