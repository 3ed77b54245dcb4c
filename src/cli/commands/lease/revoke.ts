import { command } from "../../command.ts";

export default command({
  details: "What was issued with the lease ends where it was issued, at once.",
  flags: {
    prefix: { kind: "switch", brief: "every lease below the path" },
    force: { kind: "switch", brief: "with --prefix: forget them even where that fails" },
  },
  args: [{ name: "lease", brief: "the lease's id, or a path with --prefix" }],
  examples: [
    { line: "bulkhead lease revoke database/creds/reader/2f6a614c", says: "one" },
    { line: "bulkhead lease revoke --prefix database/creds/reader", says: "all of a role" },
  ],
  async run({ flags, args: [lease = ""], context }) {
    const { client } = await context.api();
    const below = flags.force ? "revoke-force" : "revoke-prefix";
    if (flags.prefix || flags.force) await client.call("POST", `sys/leases/${below}/${lease}`, {});
    else await client.call("POST", "sys/leases/revoke", { lease_id: lease });
    context.out.note(`revoked ${lease}`);
  },
});
