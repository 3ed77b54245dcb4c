import { version } from "../../core/version.ts";
import { command, jsonFlag } from "../command.ts";

export default command({
  flags: jsonFlag,
  examples: [{ line: "bulkhead version --json", says: "with Node's version" }],
  async run({ flags, context: { out } }) {
    if (flags.json)
      out.json({ version, node: process.versions.node, platform: `${process.platform}-${process.arch}` });
    else out.print(`bulkhead ${version}`);
  },
});
