import { severities } from "../../inventory/anomalies/index.ts";
import { type AlertInfo, listOf, lookNow } from "../alerts.ts";
import { command, jsonFlag } from "../command.ts";
import { plain } from "../output.ts";
import { shortTime } from "../secrets.ts";

const COLOURS = { critical: "red", high: "red", medium: "yellow", low: "dim" } as const;

export default command({
  details:
    "What is unusual in the audit log, newest first: each alert says who did what, in which job, run and commit, and why that is not as usual. A server looks at its log every few seconds; of the local store the log is looked at now. `bulkhead alerts rules` has the rules.",
  flags: {
    state: { kind: "choice", values: ["open", "acknowledged", "all"], default: "open", brief: "which" },
    severity: { kind: "choice", values: severities, brief: "of this severity only" },
    rule: { kind: "text", placeholder: "rule", brief: "of this rule only" },
    project: { kind: "text", placeholder: "project", brief: "about this project only" },
    limit: { kind: "number", short: "n", placeholder: "n", default: 100, brief: "at most so many" },
    ...jsonFlag,
  },
  examples: [
    { line: "bulkhead alerts", says: "what nobody has looked at yet" },
    {
      line: "bulkhead alerts --state all --project fraud --json",
      says: "all about one project, for a program",
    },
  ],
  exits: { 3: "there are open alerts among those shown" },
  async run({ flags, context }) {
    await lookNow(context);
    const { state, severity, rule, project, limit } = flags;
    const found = await listOf<AlertInfo>(context, "bulkhead/alerts/entries", {
      ...{ severity, rule, project, limit: String(limit) },
      ...(state !== "all" && { state }),
    });
    const code = found.some((alert) => alert.state === "open") ? 3 : 0;
    if (flags.json) {
      context.out.json(found);
      return code;
    }
    if (found.length === 0) context.out.note("no alerts");
    for (const alert of found) {
      const { out } = context;
      const colour = COLOURS[alert.severity as keyof typeof COLOURS];
      const times = alert.count > 1 ? `, ${alert.count} times` : "";
      const seen = alert.state === "open" ? "" : `, acknowledged by ${alert.by}`;
      out.print(
        `${out.style(colour, alert.severity.padEnd(8))} ${alert.id.slice(0, 16)}  ${shortTime(alert.first_time)}  ${plain(`${alert.rule}${times}${seen}`)}`,
      );
      out.print(`         ${plain(alert.text)}`);
      if (alert.note !== "") out.print(`         ${plain(alert.note)}`);
    }
    return code;
  },
});
