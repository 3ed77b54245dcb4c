import { BulkheadError } from "../../../core/errors.ts";
import { isEmpty, planMarkdown, planOf, targetText } from "../../../incident/index.ts";
import { command, jsonFlag } from "../../command.ts";
import { factsOf } from "../../incident/facts.ts";
import { requiredTarget, targetFlags } from "../../incident/target.ts";

export default command({
  details:
    "Seven steps in the order in which they should be done, from what the pipeline files, bulkhead.yaml and the store say: each item with its owner, the command, what it breaks and how it is proved. Nothing is done or sent. Write it before it is needed, and keep it.",
  flags: { ...targetFlags, ...jsonFlag },
  examples: [
    { line: "bulkhead incident plan --workflow deploy-api", says: "if that workflow is compromised" },
    { line: "bulkhead incident plan --secret openai --env prod", says: "if that key leaked" },
    { line: "bulkhead incident plan --everything > INCIDENT.md", says: "for the worst day" },
  ],
  async run({ flags, context }) {
    const target = requiredTarget(flags, "incident plan");
    const facts = await factsOf(target, { environment: flags.env, context });
    if (isEmpty(facts)) throw new BulkheadError("incident.nothing", { target: targetText(target) });
    const plan = planOf(facts);
    if (flags.json) context.out.json(plan);
    else context.out.print(planMarkdown(plan).trimEnd());
  },
});
