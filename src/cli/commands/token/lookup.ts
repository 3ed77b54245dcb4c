import { formatDuration } from "../../../core/duration.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  details: "A token is named by its accessor: tokens never stand in arguments.",
  flags: jsonFlag,
  args: [{ name: "accessor", brief: "the token's accessor (default: your own token)", optional: true }],
  examples: [{ line: "bulkhead token lookup", says: "your own" }],
  async run({ flags, args: [accessor], context }) {
    const { client } = await context.api();
    const facts =
      accessor === undefined
        ? await client.read("auth/token/lookup-self")
        : await client.write("auth/token/lookup-accessor", { accessor });
    const { id: _id, ...shown } = facts ?? {};
    if (flags.json) {
      context.out.json(shown);
      return;
    }
    const ttl = Number(shown.ttl ?? 0);
    const rows = [
      ["accessor", String(shown.accessor ?? "")],
      ["name", String(shown.display_name ?? "")],
      ["policies", ((shown.policies ?? []) as string[]).join(", ")],
      ["left", ttl === 0 ? "it does not expire" : formatDuration(ttl * 1_000)],
      ["renewable", shown.renewable === true ? "yes" : "no"],
    ];
    context.out.table(["token", ""], rows);
  },
});
