import { builtinRules } from "../../../detect/from-providers.ts";
import { allProviders } from "../../../providers/all.ts";
import { command, jsonFlag } from "../../command.ts";

export default command({
  details: "Every rule that a scan uses: the vendors' and the generic ones.",
  flags: {
    ...jsonFlag,
    provider: { kind: "text", placeholder: "name", brief: "the rules of one provider" },
  },
  examples: [
    { line: "bulkhead rules list", says: "id, severity, title" },
    { line: "bulkhead rules list --provider openai", says: "those of one vendor" },
  ],
  async run({ flags, context: { out } }) {
    const rules = builtinRules(allProviders());
    const shown = rules.filter(({ provider }) => flags.provider === undefined || provider === flags.provider);
    if (flags.json)
      out.json(
        shown.map(({ id, title, severity, provider, kind }) => ({
          id,
          title,
          severity,
          provider: provider ?? null,
          kind,
        })),
      );
    else
      out.table(
        ["rule", "severity", "provider", "finds"],
        shown.map(({ id, title, severity, provider }) => [id, severity, provider ?? "", title]),
      );
  },
});
