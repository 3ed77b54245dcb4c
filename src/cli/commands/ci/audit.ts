import { auditFlags, runAudit } from "../../ci/audit.ts";
import { command } from "../../command.ts";

export default command({
  details:
    "Reads the pipeline files of a repository and names what an attacker could use: secrets that reach more than they should, identities that are wider than their use, places where strangers' code or words meet authority. By default only what a maintainer would act on. Nothing is run or sent. A PATH is a repository or one file of it. Comments (`# bulkhead: allow[check] REASON`, `# zizmor: ignore[name]`) and .bulkhead/ci-allow.yaml silence findings with a reason; an organisation.yaml above the repository sets what may not be silenced. Findings of severity info are shown and never fail.",
  flags: auditFlags,
  args: [{ name: "path", brief: "repositories or files (default: this folder)", optional: true, many: true }],
  examples: [
    { line: "bulkhead ci audit", says: "this repository" },
    { line: "bulkhead ci audit --format sarif --output ci.sarif", says: "for code hosts" },
    {
      line: "bulkhead ci audit --check untrusted-checkout ../api",
      says: "one check, with all it has to say",
    },
  ],
  exits: { 3: "something was found", 4: "a file could not be read whole" },
  async run({ flags, args, context }) {
    return runAudit(flags, args, context);
  },
});
