import { command } from "../../command.ts";

export default command({
  details:
    "Makes the server forget its keys at once. Every request is refused until it is unsealed again; a server that is opened by a key file, a passphrase or a key service is started again for that.",
  flags: {},
  examples: [{ line: "bulkhead operator seal", says: "needs a token with sudo on sys/seal" }],
  async run({ context }) {
    const { client } = await context.api();
    await client.call("PUT", "sys/seal");
    context.out.note("sealed");
  },
});
