import { type JobTokenScope, type TrustAnswer, plainTrust, shown, trustOf } from "../../../ci/index.ts";
import { hostFlag, openAsked, warnOfGaps } from "../../ci-repository.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Output } from "../../output.ts";

export default command({
  details:
    "Joins trust policies with jobs: which jobs, on which triggers and refs, can assume which role, who else can, and the narrowest policy that still admits today's jobs. Policies are AWS role trust, Google providers, Azure federated credentials and Vault roles in files of the repository, the publishers of .bulkhead/publishers.yaml, and the identities of bulkhead.yaml. Without --host nothing is sent.",
  flags: { ...jsonFlag, ...hostFlag },
  args: [{ name: "path", brief: "the repository (default: this folder)", optional: true }],
  examples: [
    { line: "bulkhead ci trust", says: "who can assume what" },
    { line: "bulkhead ci trust --json ../api", says: "with the claims, for a program" },
  ],
  exits: { 3: "a policy lets in more than it should", 4: "a file could not be read whole" },
  async run({ args: [path = "."], flags, context }) {
    const repository = await openAsked(path, flags.host, context);
    const answer = trustOf(repository);
    if (flags.json) context.out.json(plainTrust(answer));
    else print(answer, context.out);
    for (const { text, span } of answer.problems) context.out.warn(`${shown(span)}: ${text}`);
    if (!flags.json && answer.jobToken !== null) printJobToken(answer.jobToken, context.out);
    const gaps = warnOfGaps(repository, context);
    const broad = answer.policies.some(({ breadth }) =>
      breadth.some(({ pedantic, environment }) => pedantic !== true && environment === undefined),
    );
    return broad || answer.jobToken?.open === true ? 3 : gaps;
  },
});

function printJobToken({ open, projects, groups, pushes }: JobTokenScope, out: Output): void {
  const whose = [...projects, ...groups.map((group) => `${group}/*`)].join(", ");
  out.print(
    `${out.style("bold", "CI_JOB_TOKEN")} of ${open ? "every project of the host" : `this project${whose === "" ? "" : `, ${whose}`}`} gets in here`,
  );
  if (open)
    out.print(
      "too broad: any project's job may use what this one shares; limit it in the settings of the job token",
    );
  if (pushes === true) out.print("a job's own token may push to this repository");
}

function print({ policies, named }: TrustAnswer, out: Output): void {
  if (!named) out.warn("nothing says which repository this is: no git remote, so no claims");
  if (policies.length === 0) out.print("no trust policy is here");
  for (const { located, jobs, breadth, narrow } of policies) {
    const { policy, span, place } = located;
    out.print(out.style("bold", `${policy.system} ${policy.target ?? "(not named)"} (${shown(span)})`));
    const rows = jobs
      .filter(({ admitted }) => admitted !== false)
      .map(({ job, trigger, ref, anyRef, environment, claims, admitted, assumes }) => [
        admitted === true ? "can" : "perhaps",
        `${job.workflow.file.path}:${job.id}`,
        trigger.event,
        anyRef ? `${ref} (any)` : ref,
        environment ?? "",
        String(claims.sub ?? ""),
        assumes.join(", "),
      ]);
    if (rows.length > 0) out.table(["", "job", "trigger", "ref", "environment", "subject", "if"], rows);
    else if (named) out.print("no job of this repository");
    for (const { message, place: pointer, broken } of breadth)
      out.print(`${broken === true ? "broken" : "too broad"}: ${message} (${shown(place(pointer))})`);
    for (const { text, place: pointer } of policy.problems)
      out.print(`not understood: ${text} (${shown(place(pointer))})`);
    if (breadth.length > 0 && narrow !== null)
      out.print(`the narrowest that admits today's jobs:\n${JSON.stringify(narrow, null, 2)}`);
    out.print("");
  }
}
