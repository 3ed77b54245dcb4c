import { command, jsonFlag } from "../command.ts";
import { shortTime } from "../secrets.ts";

interface RunInfo {
  readonly id: string;
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  readonly state: string;
  readonly actor: string;
  readonly created_time: string;
  readonly exit_code: number | null;
}

export default command({
  flags: {
    project: { kind: "text", placeholder: "project", brief: "of this project only" },
    stage: { kind: "text", short: "s", placeholder: "stage", brief: "of this stage only" },
    env: { kind: "text", short: "e", placeholder: "environment", brief: "in this environment only" },
    limit: { kind: "number", short: "n", placeholder: "n", default: 20, brief: "at most so many" },
    ...jsonFlag,
  },
  examples: [{ line: "bulkhead runs --stage train --env prod", says: "newest first" }],
  async run({ flags, context: { out }, context }) {
    const { client } = await context.api();
    const query = {
      project: flags.project,
      stage: flags.stage,
      environment: flags.env,
      limit: String(flags.limit),
    };
    const given = Object.fromEntries(
      Object.entries(query).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const answer = await client.call("LIST", "bulkhead/runs", undefined, { query: given, allow: [404] });
    const data = answer.body.get("data");
    const parsed = JSON.parse(data?.bytes.toString("utf8") ?? "{}") as {
      keys?: string[];
      key_info?: Record<string, RunInfo>;
    };
    const runs = (parsed.keys ?? []).flatMap((id) => parsed.key_info?.[id] ?? []);
    if (flags.json) out.json(runs);
    else if (runs.length === 0) out.note("no runs");
    else
      out.table(
        ["run", "project", "stage", "environment", "started", "by", "state"],
        runs.map((run) => [
          run.id,
          run.project,
          run.stage,
          run.environment,
          shortTime(run.created_time),
          run.actor,
          run.exit_code === null ? run.state : `${run.state} (${run.exit_code})`,
        ]),
      );
  },
});
