import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { BulkheadError } from "../../../core/errors.ts";
import { command, jsonFlag } from "../../command.ts";
import { idFlag, incidentNamed } from "../../incident/target.ts";
import { outputFile } from "../../output-file.ts";

export default command({
  details:
    "The record with its time line: Markdown for people, and a signed statement (in-toto in a DSSE envelope, as receipts are) that holds the same as JSON and the Markdown's digest. --output writes both, with the public key beside them.",
  flags: {
    ...idFlag,
    output: {
      kind: "text",
      short: "o",
      placeholder: "folder",
      brief: "write incident-ID.md, .json and .pub there",
    },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead incident record", says: "read it" },
    { line: "bulkhead incident record --output records", says: "keep it" },
  ],
  async run({ flags, context }) {
    const id = await incidentNamed(context, flags.id, "incident record");
    const { client } = await context.api();
    const data = await client.read(`bulkhead/incidents/${id}/record`);
    if (data === null) throw new BulkheadError("incident.unknown", { id });
    const [envelope, markdown, key] = [data.envelope, data.markdown, data.public_key].map(String);
    if (flags.output !== undefined) {
      const folder = resolve(context.cwd, flags.output);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const base = join(folder, `incident-${id}`);
      for (const [end, content] of [
        ["md", markdown],
        ["json", `${envelope}\n`],
        ["pub", key],
      ] as const) {
        const file = outputFile(`${base}.${end}`);
        file.write(content ?? "");
        file.done();
      }
      context.out.note(`wrote ${base}.md, .json and .pub`);
    } else if (flags.json) context.out.print(envelope ?? "");
    else context.out.print((markdown ?? "").trimEnd());
  },
});
