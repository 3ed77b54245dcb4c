import { formatDuration } from "../../core/duration.ts";
import { command, jsonFlag } from "../command.ts";

export default command({
  flags: jsonFlag,
  examples: [{ line: "bulkhead whoami", says: "name, policies, and how long it lasts" }],
  async run({ flags, context }) {
    const api = await context.api();
    const self = (await api.client.read("auth/token/lookup-self")) ?? {};
    const facts = {
      at: api.address ?? context.home.folder,
      name: String(self.display_name ?? ""),
      operator: api.operator,
      policies: (self.policies ?? []) as string[],
      accessor: String(self.accessor ?? ""),
      ttl: Number(self.ttl ?? 0),
    };
    if (flags.json) {
      context.out.json(facts);
      return;
    }
    context.out.table(
      [api.operator ? "operator of the local store" : "login", ""],
      [
        ["at", facts.at],
        ["name", facts.name],
        ["policies", facts.policies.join(", ")],
        ["left", facts.ttl === 0 ? "it does not expire" : formatDuration(facts.ttl * 1_000)],
      ],
    );
  },
});
