import { command, jsonFlag } from "../../command.ts";

export default command({
  details: "Prints the new token alone on standard output, so that it can be piped on.",
  flags: {
    policy: { kind: "list", short: "p", placeholder: "name", brief: "a policy of the token" },
    ttl: { kind: "text", placeholder: "duration", brief: "how long it lives" },
    name: { kind: "text", placeholder: "text", brief: "a name for lists and the audit log" },
    orphan: { kind: "switch", brief: "it outlives the token that made it" },
    ...jsonFlag,
  },
  examples: [{ line: "bulkhead token create --policy reader --ttl 1h > token", says: "with `umask 077`" }],
  async run({ flags, context }) {
    const { client } = await context.api();
    const path = flags.orphan ? "auth/token/create-orphan" : "auth/token/create";
    const made = await client.login(path, {
      policies: flags.policy,
      ttl: flags.ttl,
      display_name: flags.name,
    });
    if (flags.json)
      context.out.json({
        token: made.token.revealText(),
        accessor: made.accessor,
        policies: made.policies,
        ttl: made.ttl / 1_000,
      });
    else {
      context.out.stdout.write(made.token.reveal());
      context.out.stdout.write("\n");
      context.out.note(`accessor ${made.accessor}, policies ${made.policies.join(", ")}`);
    }
    made.token.wipe();
  },
});
