import { stepTitle, targetText } from "../../../incident/index.ts";
import { command, jsonFlag } from "../../command.ts";
import { idFlag, incidentNamed, incidentsOf, readIncident } from "../../incident/target.ts";
import { plain } from "../../output.ts";
import { shortTime } from "../../secrets.ts";

export default command({
  details: "How far it is: each item with its state, who did it, what proves it.",
  flags: { ...idFlag, all: { kind: "switch", brief: "list all incidents" }, ...jsonFlag },
  examples: [
    { line: "bulkhead incident status", says: "of the one that is open" },
    { line: "bulkhead incident status --all", says: "all there were" },
  ],
  async run({ flags, context }) {
    const { out } = context;
    if (flags.all) {
      const all = await incidentsOf(context);
      if (flags.json) return out.json(all);
      if (all.length === 0) return out.note("no incidents");
      return out.table(
        ["incident", "target", "state", "opened", "by", "items"],
        all.map(({ id, target, state, created_time: created, by, items }) =>
          [id, targetText(target), state, shortTime(created), by, String(items)].map(plain),
        ),
      );
    }
    const record = await readIncident(context, await incidentNamed(context, flags.id, "incident status"));
    if (flags.json) return out.json(record);
    const states = new Map(record.items.map((item) => [item.id, item]));
    out.print(plain(`${record.id}  ${targetText(record.target)}  ${record.state}`));
    for (const [index, { id, step, title, owner, command: line }] of record.plan.entries()) {
      if (record.plan[index - 1]?.step !== step) out.print(out.style("bold", `${step}. ${stepTitle(step)}`));
      const { state = "waiting", by = "", note = "" } = states.get(id) ?? {};
      out.print(plain(`  ${state.padEnd(8)} ${id.padEnd(5)} ${title}${by === "" ? "" : ` (${by})`}`));
      if (note !== "") out.print(plain(`           ${note}`));
      else if (state === "waiting" || state === "failed") out.print(plain(`           ${owner}: ${line}`));
    }
    return undefined;
  },
});
