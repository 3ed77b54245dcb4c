import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { INIT_SYSTEMS, type InitSystem, type Pipeline, pipelineOf } from "../../../ci/init/index.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { version } from "../../../core/version.ts";
import { unifiedDiff, writeTexts } from "../../ci-texts.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { environmentOf, requireProject } from "../../project.ts";
import { count } from "../../output.ts";

export default command({
  details:
    "Writes the workflow that runs the stages of bulkhead.yaml: a job for each stage and environment that `identities:` names (else the production environments), one after the other, each with its environment, its own OIDC login and no other permission, actions by commit (the lock's, else those this version knows), `bulkhead run` as its one command. Bulkhead itself is fetched by version and integrity. The audit has nothing to say of what is written. A file that is there already stays, without --force.",
  flags: {
    ...jsonFlag,
    env: { kind: "list", placeholder: "names", brief: "for these environments, comma-separated" },
    branch: {
      kind: "text",
      placeholder: "name",
      brief: "the branch that starts it (default: that of the identities, else main)",
    },
    file: { kind: "text", placeholder: "path", brief: "where to write it, from the repository's root" },
    release: {
      kind: "text",
      placeholder: "version",
      brief: "the version of Bulkhead to run (default: this one)",
    },
    integrity: {
      kind: "text",
      placeholder: "sha512-…",
      brief: "its integrity, as `npm view bulkhead@VERSION dist.integrity` prints it",
    },
    address: {
      kind: "text",
      placeholder: "URL",
      brief: "the server (default: the variable BULKHEAD_ADDR of the host)",
    },
    component: {
      kind: "text",
      placeholder: "path@commit",
      brief: "gitlab: include the component `run` in place of whole jobs",
    },
    diff: { kind: "switch", brief: "write nothing, print a unified diff" },
    stdout: { kind: "switch", brief: "write nothing, print the file" },
    force: { kind: "switch", short: "f", brief: "replace a file that is there" },
  },
  args: [{ name: "system", brief: "github or gitlab" }],
  examples: [
    { line: "bulkhead ci init github --stdout", says: "to look at first" },
    { line: "bulkhead ci init gitlab --env prod", says: "writes .gitlab-ci.yml" },
  ],
  async run({ flags, args: [system = ""], context }) {
    const { out } = context;
    if (!isSystem(system))
      throw new BulkheadError("usage.invalid", {
        problem: `\`${system}\` is none of ${INIT_SYSTEMS.join(", ")}`,
        command: "ci init",
      });
    const { manifest, folder } = await requireProject(context);
    const environments = flags.env.flatMap((names) => names.split(",")).filter((name) => name !== "");
    for (const name of environments) environmentOf(manifest, name);
    const root = repositoryRoot(folder);
    const pipeline = pipelineOf(manifest, {
      system,
      root,
      folder: relative(root, folder).replaceAll("\\", "/"),
      environments,
      version: flags.release ?? version,
      integrity: flags.integrity ?? null,
      address: flags.address ?? null,
      component: flags.component ?? null,
      ...(flags.branch !== undefined && { branch: flags.branch }),
      ...(flags.file !== undefined && { file: flags.file }),
    });
    if (pipeline.plan.jobs.length === 0) throw new BulkheadError("ci.init-nothing");
    const { path, text } = pipeline;
    const target = join(root, path);
    const before = existsSync(target) ? readFileSync(target, "utf8") : "";
    const files = new Map(before === text ? [] : [[path, { before, after: text }]]);
    const dry = flags.diff || flags.stdout;
    if (!dry && before !== "" && before !== text && !flags.force)
      throw new BulkheadError("ci.init-exists", { path });
    if (!dry) writeTexts(root, files);
    if (flags.json) out.json({ written: !dry && files.size > 0, ...plain(pipeline) });
    else if (flags.stdout) out.stdout.write(text);
    else if (flags.diff) out.stdout.write(unifiedDiff(files));
    else
      out.print(
        `${files.size > 0 ? "wrote" : "nothing to change in"} ${path}: ${count(pipeline.plan.jobs.length, "job")}`,
      );
    if (!flags.json) say(pipeline, flags.integrity ?? null, context);
  },
});

const isSystem = (word: string): word is InitSystem => INIT_SYSTEMS.some((one) => one === word);

/** The folder with `.git` at or above; the declaration's own without one. */
function repositoryRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return folder;
  }
}

const plain = ({ path, text, plan, identities }: Pipeline) => ({
  path,
  text,
  jobs: plan.jobs,
  idle: plan.idle,
  identities,
});

/** What the host's side and the declaration still lack. */
function say({ plan, identities }: Pipeline, integrity: string | null, { out }: Context): void {
  for (const stage of plan.idle) out.note(`stage ${stage} has no \`run:\`, and so no job`);
  if (integrity === null)
    out.hint(
      "until the integrity is filled in, its jobs stop before anything runs: --integrity, or the line that is marked",
    );
  if (identities.length > 0)
    out.hint(
      `\`identities:\` of bulkhead.yaml must let these jobs in:\n${identities.map((line) => `  ${line}`).join("\n")}`,
    );
  const gates = [...new Set(plan.jobs.map(({ gate }) => gate))].join(", ");
  out.hint(`make the environments ${gates} on the host, held to the branch ${plan.branch}`);
}
