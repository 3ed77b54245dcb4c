import { statSync } from "node:fs";
import { resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import { renderCheck } from "../../scan/check-page.ts";
import { check } from "../../scan/check.ts";
import { usualDetector } from "../../scan/usual-detector.ts";
import { userHome } from "../../server/home.ts";
import { litmusOfToday } from "../litmus/short.ts";
import { command, jsonFlag } from "../command.ts";
import { lookAtPipelines } from "../ci/look.ts";
import { storeIdentifier } from "../identifier.ts";

export default command({
  details:
    "Leaked keys, .env habits, what a hostile import could read here, what each workflow could reach, and one next step. Needs no configuration, changes nothing, sends nothing.",
  flags: jsonFlag,
  args: [{ name: "path", brief: "the folder (default: this one)", optional: true }],
  examples: [{ line: "npx bulkhead check", says: "in any repository" }],
  exits: { 3: "keys were found in files", 4: "something could not be read" },
  async run({ flags, args: [path = "."], context }) {
    const root = resolve(context.cwd, path);
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw new BulkheadError("cli.not-a-folder", { path });
    const identifier = storeIdentifier(context);
    const detector = usualDetector();
    const [litmus, found] = await Promise.all([
      litmusOfToday(context, root, detector),
      check({
        root,
        home: userHome(context.env),
        env: context.env,
        detector,
        ...(identifier && { identifier }),
        pipelines: lookAtPipelines,
      }),
    ]);
    const result = { ...found, litmus };
    if (flags.json) context.out.json(result);
    else context.out.print(renderCheck(result, { color: context.out.colour() }));
    if (result.leaks.length > 0) return 3;
    return result.scanned.unreadable.length > 0 ? 4 : 0;
  },
});
