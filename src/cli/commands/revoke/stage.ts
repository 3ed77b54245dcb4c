import { command } from "../../command.ts";
import { projectFlag, revokeTokens } from "../../revocation.ts";

export default command({
  details:
    "Every token of the stage is refused everywhere from the moment this returns, in all environments or one.",
  flags: {
    env: { kind: "text", short: "e", placeholder: "environment", brief: "in this environment only" },
    ...projectFlag,
  },
  args: [{ name: "stage", brief: "the stage's name" }],
  examples: [{ line: "bulkhead revoke stage train --env prod", says: "every run of train in prod" }],
  async run({ flags, args: [stage = ""], context }) {
    await revokeTokens(context, "revoke stage", { project: flags.project, stage, environment: flags.env });
  },
});
