import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { secretTarget } from "../../project.ts";
import { type VersionInfo, secretInfo, shortTime } from "../../secrets.ts";

export default command({
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment of the secret",
    },
    ...jsonFlag,
  },
  args: [{ name: "name", brief: "secret of bulkhead.yaml, or a path" }],
  examples: [{ line: "bulkhead secret history openai --env prod", says: "versions, newest first" }],
  async run({ flags, args: [name = ""], context }) {
    const target = await secretTarget(context, name, flags.env);
    const { client } = await context.api();
    const info = await secretInfo(client, target);
    if (info === null)
      throw new BulkheadError("cli.found-nothing", {
        what: `value of ${target.label}`,
        help: "store one with `bulkhead secret put`",
      });
    if (flags.json) {
      context.out.json({ current: info.current, versions: info.versions });
      return;
    }
    context.out.table(
      ["version", "created", "state"],
      info.versions.map((one) => [String(one.version), shortTime(one.created), stateOf(one, info.current)]),
    );
  },
});

function stateOf({ version, deleted, destroyed }: VersionInfo, current: number): string {
  if (destroyed) return "destroyed";
  if (deleted !== "") return `deleted ${shortTime(deleted)}`;
  return version === current ? "current" : "kept";
}
