import {
  type Edge,
  type Reach,
  compromiseOf,
  jobsNamed,
  plainReach,
  reachGraph,
  reachOf,
  reachSvg,
  shown,
} from "../../../ci/index.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { hostFlag, openAsked, warnOfGaps } from "../../ci-repository.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Output } from "../../output.ts";

export default command({
  details:
    "What can be deployed, published, signed, rotated, read, written and exfiltrated within minutes, through which path; in which memory, variables, logs, caches and artifacts each secret appears; what must be disabled, revoked and rotated afterwards, in order. Each claim stands on edges that point at lines. Nothing is run or sent.",
  flags: {
    ...jsonFlag,
    ...hostFlag,
    svg: { kind: "switch", brief: "print a picture" },
    ifCompromised: {
      kind: "text",
      placeholder: "what",
      default: "job",
      brief: "job, fork, action:owner/name or branch:name",
    },
    path: { kind: "text", placeholder: "folder", default: ".", brief: "the repository" },
  },
  args: [{ name: "workflow", brief: "a workflow, or WORKFLOW:JOB (default: all)", optional: true }],
  examples: [
    { line: "bulkhead ci reach deploy-api", says: "if a job of deploy-api.yml is compromised" },
    { line: "bulkhead ci reach publish:build --json", says: "if the build of publish.yml is, for a program" },
    {
      line: "bulkhead ci reach --if-compromised action:acme/setup",
      says: "if that action is, in every workflow",
    },
    { line: "bulkhead ci reach --if-compromised fork", says: "what a stranger's pull request reaches" },
  ],
  exits: { 4: "a file could not be read whole" },
  async run({ flags, args: [workflow = null], context }) {
    const compromise = compromiseOf(flags.ifCompromised);
    if (compromise === null) throw new BulkheadError("ci.no-compromise", { given: flags.ifCompromised });
    const repository = await openAsked(flags.path, flags.host, context);
    const jobs = jobsNamed(repository, workflow);
    if (jobs === null) throw new BulkheadError("ci.no-workflow", { name: workflow ?? "" });
    const reach = reachOf(reachGraph(repository, jobs, compromise));
    if (flags.json) context.out.json(plainReach(reach));
    else if (flags.svg) context.out.print(reachSvg(reach));
    else print(reach, context.out);
    return warnOfGaps(repository, context);
  },
});

function print({ claims, exposures, recovery, jobs }: Reach, out: Output): void {
  const head = (text: string): void => out.print(`${out.style("bold", text)}\n`);
  if (jobs.length === 0 && claims.length === 0) return out.print("nothing: no job runs it");
  head(
    `falls: ${jobs.map(({ workflow, id }) => `${workflow.id}:${id}`).join(", ") || "nothing but what a run without rights has"}`,
  );
  for (const { kind, what, certain, path } of claims) {
    out.print(`${kind} ${what}${certain ? "" : " (depends on what files do not show)"}`);
    for (const edge of path) out.print(`    ${line(edge)}`);
  }
  if (exposures.length > 0) {
    head("\nwhere secrets appear");
    out.table(
      ["secret", "where", "place", "how"],
      exposures.map(({ secret, where, text, span }) => [secret, where, shown(span), text]),
    );
  }
  head("\nafterwards, in this order");
  recovery.forEach(({ text, span }, index) =>
    out.print(`${String(index + 1).padStart(3)}. ${text} (${shown(span)})`),
  );
}

const line = ({ says, span, certain }: Edge): string =>
  `${shown(span)}: ${says}${certain ? "" : " (perhaps)"}`;
