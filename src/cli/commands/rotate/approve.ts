import { command } from "../../command.ts";
import { AT, type Shown, nameOf } from "../../rotate/shown.ts";

export default command({
  details:
    "In environments with `approve:` another person than the one who asked has to agree before a rotation begins.",
  flags: {},
  args: [{ name: "rotation", brief: "its id" }],
  examples: [{ line: "bulkhead rotate approve 0mfx2k1c9aq3", says: "agree" }],
  async run({ args: [id = ""], context }) {
    const { client } = await context.api();
    const shown = (await client.write(`${AT}/${id}/approve`)) as unknown as Shown;
    context.out.note(`${nameOf(shown)}: ${shown.state}`);
  },
});
