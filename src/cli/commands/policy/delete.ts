import { command } from "../../command.ts";

export default command({
  flags: {},
  args: [{ name: "name", brief: "the policy" }],
  examples: [{ line: "bulkhead policy delete reader", says: "tokens that hold it lose its rights at once" }],
  async run({ args: [name = ""], context }) {
    const { client } = await context.api();
    await client.call("DELETE", `sys/policies/acl/${name}`);
    context.out.note(`deleted policy ${name}`);
  },
});
