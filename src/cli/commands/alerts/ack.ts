import { alertNamed } from "../../alerts.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  details:
    "Says that a person has seen it. Until then the same again is counted and told nobody; afterwards it is a new alert. A machine's token cannot do it.",
  flags: { note: { kind: "text", placeholder: "text", brief: "what came of it" }, ...jsonFlag },
  args: [{ name: "alert", brief: "ids, or how they begin", many: true }],
  examples: [
    { line: 'bulkhead alerts ack 0192f3ab --note "the new runner of the team"', says: "it was expected" },
  ],
  async run({ flags, args, context }) {
    const { client } = await context.api();
    const done = [];
    for (const start of args) {
      const { id } = await alertNamed(context, start);
      done.push(await client.write(`bulkhead/alerts/entries/${id}/acknowledge`, { note: flags.note ?? "" }));
      if (!flags.json) context.out.note(`acknowledged ${id}`);
    }
    if (flags.json) context.out.json(done);
  },
});
