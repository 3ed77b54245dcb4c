import { command } from "../../command.ts";
import { projectFlag, revokeTokens } from "../../revocation.ts";

export default command({
  details:
    "Every token of the environment is refused everywhere from the moment this returns, whatever its stage.",
  flags: { ...projectFlag },
  args: [{ name: "environment", brief: "the environment's name" }],
  examples: [{ line: "bulkhead revoke env prod", says: "everything that runs in prod" }],
  async run({ flags, args: [environment = ""], context }) {
    await revokeTokens(context, "revoke env", { project: flags.project, environment });
  },
});
