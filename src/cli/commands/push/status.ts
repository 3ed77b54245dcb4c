import { declaredProject } from "../../../manifest/index.ts";
import { command, jsonFlag } from "../../command.ts";
import { environmentOf, requireProject } from "../../project.ts";
import { plannedPushes } from "../../../server/push/jobs.ts";
import { contextOf, tokenOf } from "../../../server/push/push.ts";
import { type PushStatus, rememberedPushes, statusOf } from "../../../server/push/status.ts";
import { shortTime } from "../../secrets.ts";

export default command({
  details:
    "Compares what was pushed with what stands there, by name, date and mark: values cannot be read back. `behind`: there is a newer version here; `changed`: somebody else put something there; `gone`: it is not there any more; `never`: declared and not pushed; `undeclared`: pushed, and bulkhead.yaml no longer says so.",
  flags: {
    env: { kind: "text", short: "e", placeholder: "environment", brief: "this environment only" },
    ...jsonFlag,
  },
  args: [{ name: "target", brief: "this target only", optional: true }],
  examples: [{ line: "bulkhead push status --env prod", says: "what has drifted" }],
  exits: { 3: "something is not as it was pushed" },
  async run({ flags, args: [target], context }) {
    const { manifest, folder } = await requireProject(context);
    const wanted = flags.env === undefined ? null : environmentOf(manifest, flags.env).name;
    const project = declaredProject(manifest);
    const { client } = await context.api();
    const known = await rememberedPushes(client, manifest.project);
    const rows: PushStatus[] = [];
    for (const { name } of manifest.environments) {
      if (wanted !== null && name !== wanted) continue;
      for (const job of plannedPushes(project, name, { target })) {
        const token = await tokenOf(client, job);
        try {
          const declared = project.secrets[job.secret]?.fields ?? [];
          const fields = declared.length === 0 ? ["value"] : declared;
          const context_ = contextOf({ env: context.env, cwd: folder }, token);
          rows.push(...(await statusOf(job, fields, { client, known, context: context_ })));
        } finally {
          token?.wipe();
        }
      }
    }
    for (const one of known) {
      const here =
        (wanted === null || one.environment === wanted) && (target === undefined || one.target === target);
      const seen = rows.some((row) =>
        (["environment", "secret", "target", "place", "name"] as const).every((key) => row[key] === one[key]),
      );
      if (here && !seen)
        rows.push({ ...one, drift: "undeclared", pushed: one.time, stored: null, updated: null });
    }
    const { out } = context;
    if (flags.json) out.json(rows);
    else if (rows.length === 0) out.note("nothing is pushed");
    else
      out.table(
        ["environment", "secret", "target", "place", "name", "is", "pushed", "changed there"],
        rows.map((row) => [
          row.environment,
          row.secret,
          row.target,
          row.place,
          row.name,
          row.drift === "behind" ? `behind (${row.version} of ${row.stored})` : row.drift,
          row.pushed === null ? "-" : shortTime(row.pushed),
          row.updated === null ? "unknown" : shortTime(row.updated),
        ]),
      );
    return rows.every(({ drift }) => drift === "same") ? 0 : 3;
  },
});
