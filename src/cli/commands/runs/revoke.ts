import { BulkheadError } from "../../../core/errors.ts";
import { command } from "../../command.ts";
import { count } from "../../output.ts";
import { findProject } from "../../project.ts";

export default command({
  details:
    "Tokens are refused everywhere from the moment this returns. The jobs themselves go on without them.",
  flags: {
    project: { kind: "text", placeholder: "project", brief: "the project (default: the one declared here)" },
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "every run of this stage" },
    env: { kind: "text", short: "e", placeholder: "environment", brief: "every run in this environment" },
  },
  args: [{ name: "run", brief: "one run's id", optional: true }],
  examples: [
    { line: "bulkhead runs revoke 0193f5c2a1b34d5e6f708192a3b4c5d6", says: "one run" },
    { line: "bulkhead runs revoke --stage train --env prod", says: "every run of a stage" },
  ],
  async run({ flags, args: [id], context }) {
    const { client } = await context.api();
    const data =
      id === undefined
        ? await client.write("bulkhead/runs/revoke", await chosen())
        : await client.write(`bulkhead/runs/${id}/revoke`);
    context.out.note(`revoked ${count(Number(data?.revoked_tokens ?? 0), "token")}`);

    async function chosen(): Promise<Record<string, string | undefined>> {
      if (flags.stage === undefined && flags.env === undefined && flags.project === undefined)
        throw new BulkheadError("usage.invalid", {
          problem: "name a run, or --project, --stage or --env",
          command: "runs revoke",
        });
      const project = flags.project ?? (await findProject(context))?.manifest.project;
      return { project, stage: flags.stage, environment: flags.env };
    }
  },
});
