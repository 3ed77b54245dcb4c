import { command, jsonFlag } from "../../command.ts";
import { AT, type Shown } from "../../rotate/shown.ts";
import { shortTime } from "../../secrets.ts";

export default command({
  details: "Newest first.",
  flags: {
    project: { kind: "text", placeholder: "project", brief: "of this project only" },
    env: { kind: "text", short: "e", placeholder: "environment", brief: "in this environment only" },
    state: { kind: "text", placeholder: "state", brief: "in this state only" },
    ...jsonFlag,
  },
  examples: [{ line: "bulkhead rotate list --state grace", says: "whose old value still works" }],
  async run({ flags, context }) {
    const { client } = await context.api();
    const query = Object.fromEntries(
      Object.entries({ project: flags.project, environment: flags.env, state: flags.state }).filter(
        (pair): pair is [string, string] => pair[1] !== undefined,
      ),
    );
    const answer = await client.call("LIST", "bulkhead/rotations", undefined, { query, allow: [404] });
    const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
      keys?: string[];
      key_info?: Record<string, Shown>;
    } | null;
    const found = (data?.keys ?? []).flatMap((id) => data?.key_info?.[id] ?? []);
    if (flags.json) return context.out.json(found);
    if (found.length === 0) return context.out.note(`no rotations (${AT})`);
    context.out.table(
      ["rotation", "secret", "environment", "state", "started", "by", "why"],
      found.map((one) => [
        one.id,
        one.secret,
        one.environment,
        one.state,
        shortTime(one.started),
        one.by,
        one.problem || one.reason,
      ]),
    );
    return undefined;
  },
});
