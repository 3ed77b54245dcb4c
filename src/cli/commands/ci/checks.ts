import { checks } from "../../../ci/index.ts";
import { checkNamed } from "../../ci/audit.ts";
import { command, jsonFlag } from "../../command.ts";

const CLASSES = {
  A: "secret scope",
  B: "identity",
  C: "trust boundary",
  D: "injection",
  E: "poisoning",
  F: "supply chain",
  G: "governance",
} as const;

export default command({
  details: "With an id: what it means, what an attacker does with it, and how to mend it.",
  flags: jsonFlag,
  args: [{ name: "id", brief: "a check", optional: true }],
  examples: [
    { line: "bulkhead ci checks", says: "all of them" },
    { line: "bulkhead ci checks secrets-inherit", says: "one of them" },
  ],
  async run({ flags, args: [id], context: { out } }) {
    const chosen = id === undefined ? checks : [checkNamed(id)];
    const rows = chosen.map((check) => ({
      id: check.id,
      class: check.class,
      about: CLASSES[check.class],
      title: check.title,
      severity: check.severity,
      confidence: check.confidence,
      shown: check.pedantic === true ? "with --pedantic" : "by default",
      attack: check.attack,
      mend: check.mend,
      systems: check.systems ?? null,
      zizmor: check.zizmor ?? [],
    }));
    if (flags.json) return out.json(id === undefined ? rows : rows[0]);
    if (id === undefined)
      return out.table(
        ["check", "class", "severity", "shown", ""],
        rows.map((row) => [row.id, row.class, row.severity, row.shown, row.title]),
      );
    for (const row of rows)
      out.print(
        `${[
          `${row.id}: ${row.title}`,
          `${row.severity} severity, ${row.confidence} confidence; class ${row.class} (${row.about}); shown ${row.shown}`,
          "",
          `why:  ${row.attack}`,
          `mend: ${row.mend}`,
          "",
          `allow: # bulkhead: allow[${row.id}] REASON${row.zizmor.map((name) => `, # zizmor: ignore[${name}]`).join("")}`,
        ].join("\n")}\n`,
      );
  },
});
