import { BulkheadError } from "../../../core/errors.ts";
import { formatDuration, parseDuration } from "../../../core/duration.ts";
import { command } from "../../command.ts";
import { secretTarget } from "../../project.ts";
import { shortTime } from "../../secrets.ts";

export default command({
  details:
    "From now on reading and writing it is refused with the reason; after --after its values are destroyed, all versions. Until then --undo brings it back whole. Both stand in the audit log. It stays valid at its provider: revoke it there.",
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment of the secret",
    },
    after: { kind: "text", placeholder: "duration", default: "30d", brief: "destroyed after this" },
    reason: { kind: "text", placeholder: "text", default: "", brief: "why, for whoever still asks for it" },
    undo: { kind: "switch", brief: "make it usable again" },
  },
  args: [{ name: "name", brief: "secret of bulkhead.yaml, or a path" }],
  examples: [
    {
      line: "bulkhead secret retire left-over --env prod --reason 'the job is gone'",
      says: "unusable at once",
    },
    { line: "bulkhead secret retire left-over --env prod --undo", says: "usable again" },
  ],
  async run({ flags, args: [name = ""], context }) {
    const target = await secretTarget(context, name, flags.env);
    const after = parseDuration(flags.after);
    const { client } = await context.api();
    const path = `${target.mount}/${flags.undo ? "unretire" : "retire"}/${target.path}`;
    const body = flags.undo ? {} : { after: Math.ceil(after / 1_000), reason: flags.reason };
    const answer = await client.call("POST", path, body, { allow: [404] });
    if (answer.status === 404)
      throw new BulkheadError("cli.found-nothing", {
        what: `secret ${target.label}`,
        help: "`bulkhead inventory` shows what there is",
      });
    if (flags.undo) return context.out.note(`usable again: ${target.label}`);
    const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
      retired?: { until?: string };
    };
    const until = shortTime(data.retired?.until ?? "");
    context.out.note(`retired: ${target.label}; destroyed in ${formatDuration(after)} (${until})`);
    const page = target.declared?.provider;
    if (page !== undefined) context.out.hint(`revoke it at ${page} too: it stays valid there`);
    return undefined;
  },
});
