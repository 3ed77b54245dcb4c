import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { secretTarget } from "../../project.ts";
import { pickField, requireVersion } from "../../secrets.ts";

export default command({
  details:
    "Prints exactly the value's bytes. On a terminal it does so only with --show, where a line end follows. A job gets its secrets from `bulkhead run`, not from here.",
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment of the secret",
    },
    field: { kind: "text", short: "f", placeholder: "field", brief: "which field of a secret with several" },
    version: { kind: "number", placeholder: "n", brief: "an older version" },
    show: { kind: "switch", brief: "print it even on a terminal" },
    ...jsonFlag,
  },
  args: [{ name: "name", brief: "secret of bulkhead.yaml, or a path" }],
  examples: [
    { line: "bulkhead secret get openai --show", says: "on the terminal" },
    {
      line: "bulkhead secret get aws --field secret_access_key | pbcopy",
      says: "one field, into another program",
    },
    { line: "bulkhead secret get secret/team/key --json | jq .fields", says: "all fields" },
  ],
  async run({ flags, args: [name = ""], context }) {
    const { stdout } = context.out;
    if (stdout.isTTY === true && !flags.show) throw new BulkheadError("cli.shown-on-terminal");
    const target = await secretTarget(context, name, flags.env);
    const { client } = await context.api();
    const found = await requireVersion(client, target, flags.version);
    try {
      if (flags.json) {
        const fields = Object.fromEntries(
          [...found.fields].map(([field, value]) => [field, value.revealText()]),
        );
        const created = found.metadata.created_time ?? null;
        context.out.json({
          path: `${target.mount}/data/${target.path}`,
          version: found.version,
          created,
          fields,
        });
        return;
      }
      const field = pickField(target.label, [...found.fields.keys()], flags.field);
      const value = found.fields.get(field);
      if (value !== undefined) stdout.write(value.reveal());
      if (stdout.isTTY === true) stdout.write("\n");
    } finally {
      for (const value of found.fields.values()) value.wipe();
    }
  },
});
