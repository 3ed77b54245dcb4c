import { command, jsonFlag } from "../../command.ts";
import { findingId } from "../../findings.ts";

/** As the store knows them (`engines/findings/entry.ts`); a wrong one is refused there. */
const REASONS = ["rotated", "revoked", "removed", "accepted", "false-positive"] as const;

export default command({
  details:
    "A finding closed as `removed` opens again when a scan sees it again; the others stay closed, since a dead key may lie in a history for ever.",
  flags: {
    as: { kind: "choice", values: REASONS, default: "rotated", brief: "why it is over" },
    note: { kind: "text", placeholder: "text", brief: "anything to add" },
    reopen: { kind: "switch", brief: "open it again instead" },
    ...jsonFlag,
  },
  args: [{ name: "finding", brief: "its id, or enough of its beginning" }],
  examples: [{ line: "bulkhead findings close 3f9a0c --as rotated", says: "the old key is dead" }],
  async run({ flags, args: [given = ""], context }) {
    const { client } = await context.api();
    const id = await findingId(context, given);
    const path = `bulkhead/findings/entries/${id}`;
    const data = flags.reopen
      ? await client.write(`${path}/reopen`)
      : await client.write(`${path}/close`, { resolution: flags.as, note: flags.note });
    if (flags.json) context.out.json(data);
    else context.out.note(`${id.slice(0, 12)} is ${flags.reopen ? "open again" : `closed (${flags.as})`}`);
  },
});
