import { apply } from "../../manifest/apply.ts";
import { renderPlan } from "../../manifest/render.ts";
import { command, jsonFlag } from "../command.ts";
import { manifestApi } from "../manifest-api.ts";
import { requireProject } from "../project.ts";

export default command({
  details:
    "Makes one role and one policy for each stage and environment, and removes those that are no longer declared together with their tokens. It is safe to repeat: an apply that was cut off is completed by the next.",
  flags: { dryRun: { kind: "switch", brief: "check and show, and change nothing" }, ...jsonFlag },
  args: [{ name: "file", brief: "the declaration (default: bulkhead.yaml here or above)", optional: true }],
  examples: [
    { line: "bulkhead apply", says: "carry out what `bulkhead plan` shows" },
    { line: "bulkhead apply --dry-run", says: "fails where apply would be refused" },
  ],
  async run({ flags, args: [file], context }) {
    const { out } = context;
    const { manifest } = await requireProject(context, file);
    const { client } = await context.api();
    const { plan, changed } = await apply(manifest, manifestApi(client), { dryRun: flags.dryRun });
    if (flags.json) {
      out.json({ changed, ...plan });
      return;
    }
    out.print(renderPlan(plan, { color: out.colour() }));
    if (changed) out.note(`applied ${plan.project}`);
    else if (flags.dryRun) out.note("nothing was changed: --dry-run");
  },
});
