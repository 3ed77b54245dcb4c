import { command } from "../../command.ts";

export default command({
  details:
    "A token is named by its accessor: tokens never stand in arguments. Its children and leases go with it.",
  flags: {},
  args: [{ name: "accessor", brief: "the token's accessor" }],
  examples: [
    { line: "bulkhead token revoke 8609694a-cdbc-db9b-d345-e782dbb562ed", says: "at once, on every node" },
  ],
  async run({ args: [accessor = ""], context }) {
    const { client } = await context.api();
    await client.write("auth/token/revoke-accessor", { accessor });
    context.out.note(`revoked ${accessor}`);
  },
});
