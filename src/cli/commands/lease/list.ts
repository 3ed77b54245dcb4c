import { command, jsonFlag } from "../../command.ts";

export default command({
  flags: jsonFlag,
  args: [{ name: "path", brief: "leases below this path only", optional: true }],
  examples: [
    {
      line: "bulkhead lease list auth/approle/login",
      says: "names below a path; one that ends in / has more below it",
    },
  ],
  async run({ flags, args: [path = ""], context }) {
    const { client } = await context.api();
    const names = await client.list(
      ["sys/leases/lookup", path.replace(/^\/+|\/+$/g, "")].filter(Boolean).join("/"),
    );
    if (flags.json) context.out.json(names);
    else if (names.length === 0) context.out.note("no leases");
    else context.out.print(names.join("\n"));
  },
});
