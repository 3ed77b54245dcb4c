import { readFileSync } from "node:fs";
import { BulkheadError } from "../../../core/errors.ts";
import { command } from "../../command.ts";

export default command({
  flags: {},
  args: [
    { name: "name", brief: "the policy" },
    { name: "file", brief: "its text; `-` for standard input" },
  ],
  examples: [{ line: "bulkhead policy write reader reader.hcl", says: "from a file" }],
  async run({ args: [name = "", file = "-"], context }) {
    const policy = file === "-" ? (await context.input()).piped().revealText() : read(file);
    const { client } = await context.api();
    const { warnings } = await client.call("POST", `sys/policies/acl/${name}`, { policy });
    for (const warning of warnings) context.out.warn(warning);
    context.out.note(`wrote policy ${name}`);
  },
});

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause: error });
  }
}
