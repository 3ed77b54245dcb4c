import { statSync } from "node:fs";
import { resolve } from "node:path";
import { INCOMPLETE, type Job, loadRepository, plain, shown } from "../../../ci/index.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { keepYoungSpaceSmall } from "../../small-heap.ts";

export default command({
  details:
    "Every job with its trust phase, the highest rung of the ladder it reaches, its environment, and the credentials and identities it can read. With --json the whole model with the place of every node: what the checks see. Nothing is run or sent.",
  flags: jsonFlag,
  args: [{ name: "path", brief: "the repository (default: this folder)", optional: true }],
  examples: [
    { line: "bulkhead ci model", says: "one line for each job" },
    { line: "bulkhead ci model --json ../api", says: "everything, for a program" },
  ],
  exits: { 4: "a file could not be read whole" },
  async run({ flags, args: [path = "."], context: { cwd, out } }) {
    const root = resolve(cwd, path);
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new BulkheadError("cli.not-a-folder", { path });
    keepYoungSpaceSmall();
    const repository = loadRepository(root);
    if (flags.json) out.json(plain(repository));
    else {
      out.table(
        ["place", "job", "phase", "reaches", "environment", "holds"],
        repository.workflows.flatMap(({ jobs }) => jobs.map(lineOf)),
      );
      for (const { message, span } of repository.diagnostics) out.warn(`${shown(span)}: ${message}`);
    }
    return repository.diagnostics.some(({ id }) => INCOMPLETE.has(id)) ? 4 : 0;
  },
});

function lineOf(job: Job): string[] {
  const { phases, phase, rung } = job.placement;
  const { environment } = job;
  return [
    shown(job.idSpan),
    job.id,
    phases.length > 1 ? `${phase} (also ${phases.slice(0, -1).join(", ")})` : phase,
    rung,
    environment === null ? "" : environment.candidates.join(", ") || (environment.name?.value ?? ""),
    holds(job).join(", "),
  ];
}

const HOLDS: Readonly<Record<string, string>> = {
  "all-secrets": "every secret",
  "dynamic-secret": "a secret chosen at run time",
};

/** Names only; the run's own token is everywhere. */
function holds({ credentials, identities }: Job): string[] {
  const oidc = identities
    .filter(({ kind }) => kind === "oidc")
    .map(({ certain }) => (certain ? "OIDC" : "OIDC?"));
  const names = credentials
    .filter(({ kind, scope }) => kind !== "run-token" && kind !== "literal" && scope !== "condition")
    .map(({ kind, name }) => HOLDS[kind] ?? name ?? kind);
  return [...new Set([...oidc, ...names])];
}
