import { command, jsonFlag } from "../../command.ts";

export default command({
  flags: jsonFlag,
  examples: [{ line: "bulkhead policy list", says: "names only" }],
  async run({ flags, context }) {
    const { client } = await context.api();
    const names = await client.list("sys/policies/acl");
    if (flags.json) context.out.json(names);
    else context.out.print(names.join("\n"));
  },
});
