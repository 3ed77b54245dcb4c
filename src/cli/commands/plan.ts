import { plan } from "../../manifest/plan.ts";
import { renderPlan } from "../../manifest/render.ts";
import { command, jsonFlag } from "../command.ts";
import { manifestApi } from "../manifest-api.ts";
import { requireProject } from "../project.ts";

export default command({
  details:
    "Compares bulkhead.yaml with what stands in Bulkhead. It reads configuration and metadata, never a value.",
  flags: {
    exitCode: { kind: "switch", brief: "end with 3 where apply would be refused (for CI)" },
    ...jsonFlag,
  },
  args: [{ name: "file", brief: "the declaration (default: bulkhead.yaml here or above)", optional: true }],
  examples: [
    { line: "bulkhead plan", says: "what would change, and what you should know" },
    { line: "bulkhead plan --exit-code", says: "in CI" },
    { line: "bulkhead plan --json | jq '.writes[] | select(.action != \"same\")'", says: "for programs" },
  ],
  exits: { 3: "with --exit-code: apply would be refused" },
  async run({ flags, args: [file], context }) {
    const { manifest } = await requireProject(context, file);
    const { client } = await context.api();
    const result = await plan(manifest, manifestApi(client));
    if (flags.json) context.out.json(result);
    else context.out.print(renderPlan(result, { color: context.out.colour() }));
    return flags.exitCode && result.findings.some(({ level }) => level === "refused") ? 3 : 0;
  },
});
