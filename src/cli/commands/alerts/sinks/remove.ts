import { command } from "../../../command.ts";

export default command({
  details: "What waits for it is told nowhere any more; the alerts stay.",
  flags: {},
  args: [{ name: "sink", brief: "the sink's name" }],
  examples: [{ line: "bulkhead alerts sinks remove chat", says: "that channel is gone" }],
  async run({ args: [sink = ""], context }) {
    const { client } = await context.api();
    await client.delete(`bulkhead/alerts/sinks/${sink}`);
    context.out.note(`${sink} is told nothing any more`);
  },
});
