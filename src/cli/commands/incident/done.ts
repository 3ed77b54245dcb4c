import { command } from "../../command.ts";
import { idFlag, incidentNamed } from "../../incident/target.ts";

export default command({
  details:
    "A person says that an item is done, with what proves it, or leaves it out with a reason. Both stand in the record.",
  flags: {
    ...idFlag,
    note: { kind: "text", placeholder: "text", brief: "what proves it" },
    excuse: { kind: "text", placeholder: "reason", brief: "it is left out, for this reason" },
  },
  args: [{ name: "item", brief: "as `bulkhead incident status` numbers them", many: true }],
  examples: [
    { line: 'bulkhead incident done 5.1 --note "digests compared, none differs"', says: "it is done" },
    { line: 'bulkhead incident done 6.2 --excuse "the runs are deleted"', says: "there is nothing to do" },
  ],
  async run({ flags, args, context }) {
    const id = await incidentNamed(context, flags.id, "incident done");
    const { client } = await context.api();
    for (const item of args) {
      const path = `bulkhead/incidents/${id}/items/${encodeURIComponent(item)}`;
      if (flags.excuse === undefined) await client.write(`${path}/done`, { note: flags.note ?? "" });
      else await client.write(`${path}/excuse`, { reason: flags.excuse });
      context.out.note(`${item} ${flags.excuse === undefined ? "is done" : "is left out"}`);
    }
  },
});
