import { BulkheadError } from "../../core/errors.ts";
import { command } from "../command.ts";

export default command({
  details:
    "Lets one login go on that waits for another person: a stage in an environment with `approve:`. You must be logged in as yourself, and not be who asked. `bulkhead approvals` lists what waits.",
  flags: {
    deny: { kind: "switch", brief: "refuse it instead" },
  },
  args: [{ name: "request", brief: "as the waiting login names it: project/environment/id" }],
  examples: [
    { line: "bulkhead approve fraud/prod/k3Jx90aQzP", says: "agree" },
    { line: "bulkhead approve fraud/prod/k3Jx90aQzP --deny", says: "refuse" },
  ],
  async run({ flags, args: [request = ""], context }) {
    if (!/^[\w-]+\/[\w-]+\/\w+$/.test(request))
      throw new BulkheadError("usage.invalid", {
        problem: "a request is named project/environment/id",
        command: "approve",
      });
    const { client } = await context.api();
    const data = await client.write(`bulkhead/approvals/${request}/${flags.deny ? "deny" : "approve"}`);
    const agreed = (data?.approved_by ?? []) as readonly unknown[];
    context.out.note(
      flags.deny
        ? `${request} is denied`
        : `${request}: ${agreed.length} of ${String(data?.needed)} approved${data?.state === "approved" ? "; the login may go on" : ""}`,
    );
  },
});
