import { BulkheadError } from "../../../core/errors.ts";
import { isEmpty, planOf, stepTitle, targetText } from "../../../incident/index.ts";
import { command, jsonFlag } from "../../command.ts";
import { factsOf } from "../../incident/facts.ts";
import { reasonOf } from "../../incident/start.ts";
import { requiredTarget, targetFlags } from "../../incident/target.ts";
import { carryOut } from "../../incident/work.ts";
import { plain } from "../../output.ts";

export default command({
  details:
    "Goes through the plan and asks each system whether the item could be done, with the rights at hand: the host for the workflow, AWS for the role, the store for runs. Nothing is changed.",
  flags: { ...targetFlags, ...jsonFlag },
  examples: [
    { line: "bulkhead incident rehearse --workflow deploy-api", says: "before the day it is needed" },
  ],
  exits: { 4: "something that should go by command could not be done" },
  async run({ flags, context }) {
    const target = requiredTarget(flags, "incident rehearse");
    const facts = await factsOf(target, { environment: flags.env, context });
    if (isEmpty(facts)) throw new BulkheadError("incident.nothing", { target: targetText(target) });
    const { client } = await context.api();
    const results = [];
    for (const { id, step, title, owner, action } of planOf(facts).items) {
      const work = { client, env: context.env, incident: "", rehearse: true, hold: () => Promise.resolve() };
      const outcome =
        action === null
          ? { state: "person", note: `${owner} does it` }
          : await carryOut(action, work).catch((error: unknown) => ({
              state: "failed",
              note: reasonOf(error),
            }));
      results.push({ id, step, title, ...outcome });
    }
    if (flags.json) context.out.json(results);
    else
      for (const [index, { id, step, title, state, note }] of results.entries()) {
        if (results[index - 1]?.step !== step) context.out.note(`${step}. ${stepTitle(step)}`);
        context.out.print(plain(`${id.padEnd(5)} ${title}`));
        context.out.print(plain(`      ${state === "done" ? "" : `${state}: `}${note}`));
      }
    return results.some(({ state }) => state === "failed" || state === "waiting") ? 4 : 0;
  },
});
