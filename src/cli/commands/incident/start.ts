import { parseDuration } from "../../../core/duration.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { isEmpty, planOf, reachedOf, targetText } from "../../../incident/index.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Context } from "../../context.ts";
import { factsOf } from "../../incident/facts.ts";
import { workOff } from "../../incident/start.ts";
import {
  type TargetValues,
  idFlag,
  incidentNamed,
  incidentsOf,
  readIncident,
  targetFlags,
  targetOf,
} from "../../incident/target.ts";

export default command({
  details:
    "Opens an incident and works it off: disables the workflow at its host (GITHUB_TOKEN or GITLAB_TOKEN), ends cloud sessions and takes the repository out of trust (AWS identity of this shell), ends the store's tokens and leases, rotates secrets in order of blast radius, searches the access history. What only people can do is said, with the command. Each item is written down before it is done: after a crash, or with a second operator, the same command goes on where it stands.",
  flags: {
    ...targetFlags,
    ...idFlag,
    since: {
      kind: "text",
      placeholder: "span",
      default: "30d",
      brief: "how long ago it may have begun: the history searched",
    },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead incident start --workflow deploy-api --since 7d", says: "now" },
    { line: "bulkhead incident start", says: "go on with the one that is open" },
  ],
  exits: { 4: "items are left, for people or for another try" },
  async run({ flags, context }) {
    const id = await opened(flags, flags.env, context);
    context.out.note(`incident ${id}`);
    const left = await workOff(context, id);
    if (flags.json) context.out.json(await readIncident(context, id));
    if (left > 0)
      context.out.note(
        `${left} items are left: \`bulkhead incident status\`, then \`bulkhead incident done ITEM\``,
      );
    return left > 0 ? 4 : 0;
  },
});

/** The open one of that target, which a second operator joins, else a new one. */
async function opened(
  flags: TargetValues & { readonly id: string | undefined; readonly since: string },
  environment: string | undefined,
  context: Context,
): Promise<string> {
  const target = targetOf(flags, "incident start");
  if (target === null || flags.id !== undefined)
    return await incidentNamed(context, flags.id, "incident start");
  const open = (await incidentsOf(context)).find(
    (one) => one.state === "open" && one.target.kind === target.kind && one.target.name === target.name,
  );
  if (open !== undefined) return open.id;
  const facts = await factsOf(target, { environment, context });
  if (isEmpty(facts)) throw new BulkheadError("incident.nothing", { target: targetText(target) });
  const { client } = await context.api();
  const seconds = Math.round(parseDuration(flags.since) / 1_000);
  const made = await client.write("bulkhead/incidents", {
    plan: JSON.parse(JSON.stringify(planOf(facts))),
    reached: JSON.parse(JSON.stringify(reachedOf(facts))),
    since: seconds,
  });
  return String(made?.id ?? "");
}
