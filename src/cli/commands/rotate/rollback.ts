import { command, jsonFlag } from "../../command.ts";
import { AT, type Shown, printSteps } from "../../rotate/shown.ts";

export default command({
  details:
    "Possible as long as the old value was not revoked: it becomes current again, and the new one is removed at its provider. A rotation whose old value is dead has no way back.",
  flags: { reason: { kind: "text", placeholder: "text", default: "turned back", brief: "why" }, ...jsonFlag },
  args: [{ name: "rotation", brief: "its id" }],
  examples: [{ line: "bulkhead rotate rollback 0mfx2k1c9aq3", says: "the old value again" }],
  async run({ flags, args: [id = ""], context }) {
    const { client } = await context.api();
    const shown = (await client.write(`${AT}/${id}/rollback`, { reason: flags.reason })) as unknown as Shown;
    if (flags.json) context.out.json(shown);
    else printSteps(context, shown);
    return shown.state === "rolled-back" && shown.orphans.length === 0 ? 0 : 1;
  },
});
