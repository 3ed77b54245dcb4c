import { command } from "../../command.ts";

export default command({
  details:
    "Every Bulkhead server serves; one of them does the background work for all. This one leaves it to another for as long as a lock lives.",
  flags: {},
  examples: [{ line: "bulkhead operator step-down", says: "needs a token with sudo on sys/step-down" }],
  async run({ context }) {
    const { client } = await context.api();
    await client.call("PUT", "sys/step-down");
    context.out.note("left the background work to another server; every server serves");
  },
});
