import { command } from "../../command.ts";

export default command({
  details:
    "Every lease below the path is revoked at the system behind it, and below an auth method's path every token that it gave.",
  flags: {},
  args: [{ name: "path", brief: "such as database/creds/features-prod, or auth/github" }],
  examples: [
    {
      line: "bulkhead revoke path database/creds/features-prod",
      says: "every credential of a database role",
    },
    { line: "bulkhead revoke path auth/github", says: "every token of an auth method" },
  ],
  async run({ args: [path = ""], context }) {
    const { client } = await context.api();
    await client.call("POST", `sys/leases/revoke-prefix/${path.replace(/^\/+|\/+$/g, "")}`);
    context.out.note(`revoked everything below ${path}`);
  },
});
