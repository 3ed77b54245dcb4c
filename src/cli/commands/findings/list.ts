import { severities } from "../../../scan/group.ts";
import { command, jsonFlag } from "../../command.ts";
import { listFindings } from "../../findings.ts";
import { shortTime } from "../../secrets.ts";

export default command({
  details: "What `bulkhead scan --record` told the store, one line a secret.",
  flags: {
    status: { kind: "choice", values: ["open", "resolved", "all"], default: "open", brief: "which" },
    severity: { kind: "choice", values: severities, brief: "of this severity only" },
    project: { kind: "text", placeholder: "project", brief: "values of this project's secrets only" },
    source: { kind: "text", placeholder: "source", brief: "seen in this repository or folder" },
    limit: { kind: "number", short: "n", placeholder: "n", default: 100, brief: "at most so many" },
    ...jsonFlag,
  },
  examples: [{ line: "bulkhead findings list --severity critical", says: "what is open and worst" }],
  async run({ flags, context }) {
    const { status, severity, project, source, limit } = flags;
    const query = {
      status: status === "all" ? undefined : status,
      severity,
      project,
      source,
      limit: String(limit),
    };
    const found = await listFindings(context, query, limit);
    if (flags.json) return context.out.json(found);
    if (found.length === 0) return context.out.note("no findings");
    context.out.table(
      ["finding", "severity", "what", "secret", "places", "last seen", "status"],
      found.map((finding) => [
        finding.id.slice(0, 12),
        finding.severity,
        `${finding.title} ${finding.preview}`,
        finding.stored === null
          ? "-"
          : `${finding.stored.project}/${finding.stored.environment} ${finding.stored.secret}`,
        String(finding.places.length + finding.more_places),
        shortTime(finding.last_seen),
        finding.resolution === "" ? finding.status : `${finding.status} (${finding.resolution})`,
      ]),
    );
    return undefined;
  },
});
