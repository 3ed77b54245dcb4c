import { command } from "../../command.ts";
import { tell } from "../../revocation.ts";

export default command({
  details:
    "Its tokens are refused everywhere from the moment this returns, and what they leased is revoked. The job itself goes on without them.",
  flags: {},
  args: [{ name: "run", brief: "the run's id" }],
  examples: [{ line: "bulkhead revoke run 0193f5c2a1b34d5e6f708192a3b4c5d6", says: "one run" }],
  async run({ args: [id = ""], context }) {
    const { client } = await context.api();
    const data = await client.write(`bulkhead/runs/${encodeURIComponent(id)}/revoke`);
    tell(context, data?.revoked_tokens);
  },
});
