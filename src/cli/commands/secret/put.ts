import { BulkheadError } from "../../../core/errors.ts";
import type { Secret } from "../../../core/secret.ts";
import { command, jsonFlag } from "../../command.ts";
import type { Input } from "../../input.ts";
import { type SecretTarget, secretTarget } from "../../project.ts";
import { pickField, writeFields } from "../../secrets.ts";

export default command({
  details:
    "NAME is a secret of bulkhead.yaml, or a path like secret/team/key. The value is read from standard input, or asked for without echo; it never stands in the arguments. Every put makes a new version. Other fields of the secret stay as they are.",
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment of the secret",
    },
    field: { kind: "text", short: "f", placeholder: "field", brief: "which field of a secret with several" },
    ...jsonFlag,
  },
  args: [
    { name: "name", brief: "secret of bulkhead.yaml, or a path" },
    { name: "value", brief: "refused, with the reason", optional: true, many: true, hidden: true },
  ],
  examples: [
    { line: "bulkhead secret put openai", says: "asks for the value of dev" },
    { line: "pass show openai | bulkhead secret put openai --env prod", says: "takes it from a pipe" },
    { line: "bulkhead secret put aws --field access_key_id", says: "one field of several" },
  ],
  async run({ flags, args: [name = "", ...values], context }) {
    if (values.length > 0) throw new BulkheadError("cli.value-in-arguments");
    const target = await secretTarget(context, name, flags.env);
    const fields = await ask(await context.input(), target, flags.field);
    try {
      const version = await writeFields(await context.api(), target, fields);
      if (flags.json)
        context.out.json({
          path: `${target.mount}/data/${target.path}`,
          version,
          fields: [...fields.keys()],
        });
      else context.out.note(`stored ${target.label} (version ${version})`);
    } finally {
      for (const value of fields.values()) value.wipe();
    }
  },
});

async function ask(
  input: Input,
  target: SecretTarget,
  field: string | undefined,
): Promise<Map<string, Secret>> {
  const declared = target.declared?.fields ?? [];
  if (field === undefined && declared.length > 1 && input.interactive) {
    const fields = new Map<string, Secret>();
    for (const name of declared) fields.set(name, await input.value(`${target.label}: ${name}`));
    return fields;
  }
  const name = declared.length > 0 ? pickField(target.label, declared, field) : (field ?? "value");
  return new Map([
    [name, await input.value(`Value of ${target.label}${name === "value" ? "" : ` (${name})`}`)],
  ]);
}
