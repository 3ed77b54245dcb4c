import { command, jsonFlag } from "../../command.ts";
import { AT } from "../../rotate/shown.ts";
import { shortTime } from "../../secrets.ts";

interface Due {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly due: string;
  readonly overdue: boolean;
  readonly by: "api" | "person";
  readonly owner: string;
  readonly waits_for: string;
  readonly page: string;
  readonly rotation: string | null;
}

export default command({
  details:
    "By the declared period, else the provider's or the kind's. A server rotates by itself what needs neither a person nor a stage's check; `bulkhead rotate --due` does the rest, from a machine that has the declaration.",
  flags: {
    within: { kind: "text", placeholder: "duration", default: "14d", brief: "how soon" },
    ...jsonFlag,
  },
  examples: [{ line: "bulkhead rotate due --within 30d", says: "what this month brings" }],
  exits: { 3: "something is overdue" },
  async run({ flags, context }) {
    const { client } = await context.api();
    const data = await client.read(`${AT}/due`, { within: flags.within });
    const due = (data?.due ?? []) as unknown as readonly Due[];
    if (flags.json) context.out.json(due);
    else if (due.length === 0) context.out.note("nothing is due");
    else
      context.out.table(
        ["secret", "environment", "due", "by", "owner", "where"],
        due.map((one) => [
          `${one.project}/${one.secret}`,
          one.environment,
          one.overdue ? `overdue since ${shortTime(one.due)}` : shortTime(one.due),
          one.waits_for === "" ? one.by : `${one.by}, waits for ${one.waits_for}`,
          one.owner || "nobody",
          one.by === "person" ? one.page || "-" : "-",
        ]),
      );
    return due.some(({ overdue }) => overdue) ? 3 : 0;
  },
});
