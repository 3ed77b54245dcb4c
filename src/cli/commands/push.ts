import { command, jsonFlag } from "../command.ts";
import { count } from "../output.ts";
import { environmentOf, requireProject } from "../project.ts";
import { declaredProject } from "../../manifest/index.ts";
import { pushJobs } from "../../server/push/jobs.ts";
import { pushSecret } from "../../server/push/push.ts";

export default command({
  details:
    "Puts the values of one environment where jobs take them from: GitHub secrets (sealed for GitHub's key), GitLab variables (masked, protected), Kubernetes Secrets, and the managers of AWS, Google and Azure. What goes where stands in bulkhead.yaml under `push:`; a value goes to the place of its own environment alone. What stands there unchanged is left. The store keeps a keyed digest of what was pushed.",
  flags: {
    env: {
      kind: "text",
      short: "e",
      placeholder: "environment",
      default: "dev",
      brief: "environment of the secrets",
    },
    only: { kind: "text", placeholder: "name", brief: "this one of bulkhead.yaml alone" },
    dryRun: { kind: "switch", brief: "show what would go where" },
    force: { kind: "switch", brief: "also what stands there unchanged" },
    ...jsonFlag,
  },
  args: [{ name: "target", brief: "github, gitlab, kubernetes, aws-sm, aws-ssm, gcp-sm, azure-kv, or all" }],
  examples: [
    { line: "bulkhead push github --env prod", says: "what the declaration sends to GitHub for prod" },
    { line: "bulkhead push all --env prod --dry-run", says: "what would go where" },
  ],
  async run({ flags, args: [target = "all"], context }) {
    const { manifest, folder } = await requireProject(context);
    const environment = environmentOf(manifest, flags.env).name;
    const jobs = pushJobs(declaredProject(manifest), environment, {
      ...(target !== "all" && { target }),
      secret: flags.only,
    });
    const { client } = await context.api();
    const rows: Record<string, string | number | null>[] = [];
    const { env, out } = context;
    for (const job of jobs) {
      const done = await pushSecret(job, {
        client,
        env,
        cwd: folder,
        dryRun: flags.dryRun,
        force: flags.force,
      });
      for (const one of done)
        rows.push({ secret: job.secret, target: job.target.id, place: job.place, ...one });
    }
    if (flags.json) return out.json(rows);
    out.table(
      ["secret", "target", "place", "name", "version", "done"],
      rows.map(({ secret, target: id, place, name, version, done }) =>
        [secret, id, place, name, version, done].map(String),
      ),
    );
    out.note(`${count(rows.filter(({ done }) => done === "pushed").length, "value")} pushed`);
    return undefined;
  },
});
