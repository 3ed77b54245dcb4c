import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  flags: jsonFlag,
  args: [{ name: "name", brief: "the policy" }],
  examples: [
    { line: "bulkhead policy read fraud-detector.train.dev", says: "what the stage's token may do" },
  ],
  async run({ flags, args: [name = ""], context }) {
    const { client } = await context.api();
    const found = await client.read(`sys/policies/acl/${name}`);
    if (found === null)
      throw new BulkheadError("cli.found-nothing", {
        what: `policy ${name}`,
        help: "`bulkhead policy list` shows them",
      });
    if (flags.json) context.out.json({ name: found.name ?? name, policy: found.policy ?? "" });
    else context.out.print(String(found.policy ?? ""));
  },
});
