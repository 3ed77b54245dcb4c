import { command } from "../../command.ts";

export default command({
  details:
    "Adds a key to the store's key ring. What was written before stays readable by the older keys. It is done by itself long before the number of writes makes it necessary.",
  flags: {},
  examples: [{ line: "bulkhead operator rotate", says: "for the store or server in use" }],
  async run({ context }) {
    const { client } = await context.api();
    await client.call("POST", "sys/rotate", {});
    context.out.note("a new key encrypts what is written from now on");
  },
});
