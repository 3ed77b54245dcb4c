import { listOf, pairsOf } from "../../alerts.ts";
import { command, jsonFlag } from "../../command.ts";

interface RuleInfo {
  readonly id: string;
  readonly title: string;
  readonly severity: string;
  readonly reason: string;
  readonly says: string;
  readonly silent: string;
  readonly off: boolean;
  readonly settings: Readonly<
    Record<string, { readonly value: string; readonly default: string; readonly description: string }>
  >;
}

export default command({
  details:
    "Each rule with what it says, why, what it is silent about, and its settings. With --set, --on or --off the rule that is named is changed, for the whole store.",
  flags: {
    set: {
      kind: "list",
      placeholder: "name=value",
      brief: "change a setting; without a value: the default again",
    },
    off: { kind: "switch", brief: "no alert of this rule" },
    on: { kind: "switch", brief: "alerts of this rule again" },
    ...jsonFlag,
  },
  args: [{ name: "rule", brief: "one rule (default: all)", optional: true }],
  examples: [
    { line: "bulkhead alerts rules", says: "all of them in words" },
    { line: "bulkhead alerts rules sweep --set secrets=50", says: "more secrets before it speaks" },
    { line: "bulkhead alerts rules new-actor --off", says: "never mind who starts jobs" },
  ],
  async run({ flags, args: [id], context }) {
    const { client } = await context.api();
    const { out } = context;
    if (id !== undefined && (flags.set.length > 0 || flags.off || flags.on)) {
      const settings = pairsOf(flags.set, { flag: "set", command: "alerts rules" });
      await client.write(`bulkhead/alerts/rules/${id}`, {
        settings,
        ...((flags.off || flags.on) && { off: flags.off }),
      });
    }
    const rules = (await listOf<RuleInfo>(context, "bulkhead/alerts/rules")).filter(
      (rule) => id === undefined || rule.id === id,
    );
    if (flags.json) return out.json(rules);
    for (const { id: name, title, severity, reason, says, silent, off, settings } of rules) {
      out.print(`${out.style("bold", name)}  ${severity}${off ? ", off" : ""}`);
      for (const line of [`${title}.`, reason, `Says: ${says}`, `Silent: ${silent}`]) out.print(`  ${line}`);
      for (const [setting, { value, default: standard, description }] of Object.entries(settings))
        out.print(`  ${setting} = ${value}${value === standard ? "" : ` (${standard})`}: ${description}`);
    }
    return undefined;
  },
});
