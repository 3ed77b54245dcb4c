import { auditDefaults, runAudit } from "../ci/audit.ts";
import { command, jsonFlag } from "../command.ts";

export default command({
  details: "`bulkhead ci audit` of this folder, with its defaults.",
  flags: jsonFlag,
  examples: [{ line: "bulkhead ci", says: "what the workflows of this repository leave open" }],
  exits: { 3: "something was found", 4: "a file could not be read whole" },
  async run({ flags, context }) {
    return runAudit({ ...auditDefaults, json: flags.json }, [], context);
  },
});
