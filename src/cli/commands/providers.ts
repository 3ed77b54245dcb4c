import { kinds } from "../../core/kinds.ts";
import { allProviders } from "../../providers/all.ts";
import { command, jsonFlag } from "../command.ts";

export default command({
  details: "`provider:` and `use:` in bulkhead.yaml take these names.",
  flags: jsonFlag,
  examples: [{ line: "bulkhead providers", says: "name, kind, usual variables" }],
  async run({ flags, context: { out } }) {
    if (flags.json) {
      out.json(
        allProviders().map(({ id, title, kind, variables, docs }) => ({ id, title, kind, variables, docs })),
      );
      return;
    }
    out.table(
      ["provider", "kind", "usual variables"],
      allProviders().map(({ id, kind, variables }) => [
        id,
        kinds[kind].title,
        Object.keys(variables).join(", "),
      ]),
    );
  },
});
