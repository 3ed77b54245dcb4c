import { command } from "../../command.ts";

export default command({
  details: "Sends a message that says that it is a test.",
  flags: {},
  args: [{ name: "sink", brief: "the sink's name" }],
  examples: [{ line: "bulkhead alerts test on-call", says: "does it arrive?" }],
  async run({ args: [sink = ""], context }) {
    const { client } = await context.api();
    await client.write(`bulkhead/alerts/sinks/${sink}/test`);
    context.out.note(`${sink} took it`);
  },
});
