import { command, jsonFlag } from "../../command.ts";
import { secretTarget } from "../../project.ts";
import { replaceFields, requireVersion, secretInfo } from "../../secrets.ts";

export default command({
  details:
    "Writes the fields of an old version as a new one; nothing is lost. Refused if somebody writes meanwhile.",
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment of the secret",
    },
    to: {
      kind: "number",
      placeholder: "n",
      brief: "the version to return to (default: the one before the current)",
    },
    ...jsonFlag,
  },
  args: [{ name: "name", brief: "secret of bulkhead.yaml, or a path" }],
  examples: [
    { line: "bulkhead secret rollback openai", says: "the version before" },
    { line: "bulkhead secret rollback openai --to 3 --env prod", says: "a certain version" },
  ],
  async run({ flags, args: [name = ""], context }) {
    const target = await secretTarget(context, name, flags.env);
    const { client } = await context.api();
    const current = (await secretInfo(client, target))?.current ?? 0;
    const to = flags.to ?? current - 1;
    const { fields } = await requireVersion(client, target, to < 1 ? undefined : to);
    try {
      const version = await replaceFields(client, target, fields, current);
      if (flags.json) context.out.json({ path: `${target.mount}/data/${target.path}`, version, from: to });
      else context.out.note(`${target.label} is as in version ${to} again (version ${version})`);
    } finally {
      for (const value of fields.values()) value.wipe();
    }
  },
});
