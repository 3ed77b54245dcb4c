import { command } from "../../command.ts";
import { AT } from "../../rotate/shown.ts";

export default command({
  details: "While it lasts no rotation begins, by schedule or by hand. Those under way are finished.",
  flags: {
    for: { kind: "text", placeholder: "duration", default: "24h", brief: "how long" },
    off: { kind: "switch", brief: "end it" },
    project: { kind: "text", placeholder: "project", brief: "of this project only" },
    reason: { kind: "text", placeholder: "text", default: "", brief: "why; whoever is refused reads it" },
  },
  examples: [{ line: 'bulkhead rotate freeze --for 3d --reason "release week"', says: "not now" }],
  async run({ flags, context }) {
    const { client } = await context.api();
    const data = await client.write(`${AT}/freeze`, {
      for: flags.off ? "0s" : flags.for,
      reason: flags.reason,
      project: flags.project,
    });
    const until = data?.until;
    context.out.note(typeof until === "string" ? `no rotation begins until ${until}` : "rotations go on");
  },
});
