import { BulkheadError } from "../../../core/errors.ts";
import { kinds } from "../../../core/kinds.ts";
import { analyseFormat } from "../../../detect/compile.ts";
import { builtinRules } from "../../../detect/from-providers.ts";
import type { Rule, RuleFormat } from "../../../detect/types.ts";
import { allProviders } from "../../../providers/all.ts";
import { providerById } from "../../../providers/lookup.ts";
import { expandRecipe } from "../../../providers/sample.ts";
import type { Recipe } from "../../../providers/types.ts";
import { command } from "../../command.ts";

export default command({
  details:
    "What a rule finds, what such a value opens, what is looked at before it is reported, and where it is replaced.",
  flags: {},
  args: [{ name: "id", brief: "the rule, as reports name it" }],
  examples: [{ line: "bulkhead rules explain openai-api-key", says: "one rule" }],
  async run({ args: [id = ""], context: { out } }) {
    const rules = builtinRules(allProviders());
    const rule = rules.find((one) => one.id === id);
    if (rule === undefined) throw new BulkheadError("rules.unknown", { id });
    const provider = rule.provider === undefined ? undefined : providerById(rule.provider);
    const credential = provider?.credentials.find((one) => one.id === id);
    const cite = credential?.cite;
    const page = provider?.rotate.page;
    out.print(
      [
        `${rule.title} (${rule.id}), ${rule.severity}`,
        `opens: ${kinds[rule.kind].enables}`,
        ...(rule.needs === undefined
          ? []
          : [
              `${rule.needs.alone === true ? "close to it no finding of its own" : "opens nothing alone"}: it goes with ${rule.needs.title}`,
            ]),
        ...exampleOf(credential?.hits[0]),
        ...rule.formats.flatMap((format, i) => ["", `form ${i + 1}:`, ...wordsOf(rule, format)]),
        "",
        ...(cite === undefined ? [] : [`documented at ${cite}`]),
        ...(page === undefined ? [] : [`replaced at ${page}`]),
      ]
        .join("\n")
        .trimEnd(),
    );
  },
});

/** From the description that the rule's own tests are made of, so that it is never a key of anybody. */
const exampleOf = (hit: Recipe | undefined): string[] =>
  hit === undefined
    ? []
    : ["", "example, made up (fake, opens nothing):", `  ${expandRecipe(hit, "example")}`];

function wordsOf(rule: Rule, format: RuleFormat): string[] {
  const { longest } = analyseFormat(rule, format);
  return [
    `  holds one of: ${format.literals.join(", ")}`,
    `  expression: ${format.pattern}`,
    `  at most ${longest} bytes, with what must stand beside the value`,
    ...(format.check === undefined ? [] : [`  proved by: ${format.check}`]),
    ...(format.decode === undefined ? [] : [`  written with escapes: ${format.decode}`]),
    ...(format.expression === undefined
      ? [`  no placeholder, and at least ${format.minEntropy ?? 2.4} bits a character`]
      : []),
    ...(format.accept === undefined ? [] : ["  judged further by what stands beside it"]),
  ];
}
