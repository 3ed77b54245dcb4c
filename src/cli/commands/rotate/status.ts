import { command, jsonFlag } from "../../command.ts";
import { exitOf, printSteps, shownRotation, verdictOf } from "../../rotate/shown.ts";

export default command({
  details: "Its steps with their times; never a value.",
  flags: { ...jsonFlag },
  args: [{ name: "rotation", brief: "its id" }],
  examples: [{ line: "bulkhead rotate status 0mfx2k1c9aq3", says: "how far it is" }],
  exits: { 1: "it failed, or was turned back", 4: "it waits for somebody" },
  async run({ flags, args: [id = ""], context }) {
    const { client } = await context.api();
    const shown = await shownRotation(client, id);
    if (flags.json) context.out.json(shown);
    else printSteps(context, shown);
    return exitOf([verdictOf(shown)]);
  },
});
