import { command } from "../../command.ts";

export default command({
  details:
    "For scripts that know it of Vault. Every Bulkhead server serves, so that there is no lead to give up.",
  flags: {},
  examples: [{ line: "bulkhead operator step-down", says: "needs a token with sudo on sys/step-down" }],
  async run({ context }) {
    const { client } = await context.api();
    await client.call("PUT", "sys/step-down");
    context.out.note("every server serves: nothing changed");
  },
});
