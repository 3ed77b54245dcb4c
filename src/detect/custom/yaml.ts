/** Rules of one's own, in YAML; `docs/scan.md` has an example of each key. */
import * as v from "valibot";
import { LineCounter, isNode, parseDocument } from "yaml";
import { type AllowList, allowRow, firstOf } from "./allow.ts";
import type { Compiler } from "./expression.ts";
import { type LoadedRules, type LoadOptions, problem } from "./load.ts";
import { buildRule } from "./rule.ts";

const texts = v.optional(v.array(v.string()), []);
const Allow = v.strictObject({
  description: v.optional(v.string(), ""),
  paths: texts,
  values: texts,
  lines: texts,
  words: texts,
});
const Rule = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "an id is lower case letters, digits and -")),
  title: v.optional(v.pipe(v.string(), v.maxLength(200))),
  severity: v.optional(v.picklist(["critical", "high", "medium", "low", "info"]), "high"),
  pattern: v.pipe(v.string(), v.nonEmpty("a pattern is needed")),
  group: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99)), 0),
  keywords: texts,
  entropy: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(8)), 0),
  allow: v.optional(Allow),
});
const File = v.strictObject({ rules: v.pipe(v.array(Rule), v.maxLength(2000)) });

export function loadYaml(text: string, compiler: Compiler, options: LoadOptions): LoadedRules {
  const file = options.file ?? "rules.yaml";
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw problem(file, broken.message.split("\n")[0] ?? "", at(broken.pos[0]));
  const place = (path: readonly unknown[]) => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw problem(file, "aliases are not allowed");
  }
  const checked = v.safeParse(File, value);
  if (!checked.success) {
    const [issue] = checked.issues;
    const path = (issue.path ?? []).map(({ key }) => key);
    throw problem(file, `${path.join(".") || "the file"}: ${issue.message.toLowerCase()}`, place(path));
  }
  const rules: LoadedRules["rules"][number][] = [];
  const lists: AllowList[] = [];
  const warnings: string[] = [];
  const seen = new Set<string>();
  checked.output.rules.forEach((one, index) => {
    const guarded = <T>(key: string, work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw problem(file, `rule ${one.id}: ${(error as Error).message}`, place(["rules", index, key]));
      }
    };
    if (seen.has(one.id))
      throw problem(file, `rule ${one.id} is defined twice`, place(["rules", index, "id"]));
    seen.add(one.id);
    const { allow } = one;
    if (allow !== undefined)
      for (const [target, sources] of [
        ["secret", allow.values],
        ["line", allow.lines],
      ] as const)
        lists.push(
          allowRow({
            description: allow.description,
            all: false,
            commits: [],
            paths:
              target === "secret"
                ? guarded("allow", () => allow.paths.map((source) => compiler.compile(source)))
                : [],
            regexes: guarded("allow", () => sources.map((source) => compiler.compile(source))),
            target,
            stopwords: target === "secret" ? allow.words : [],
            rules: new Set([one.id]),
          }),
        );
    const built = guarded("pattern", () => buildRule({ ...one, title: one.title ?? one.id }, compiler));
    // One's own file can be put right: what would be left out silently is an error.
    if (built.rule === null) throw problem(file, built.warnings[0] ?? "", place(["rules", index, "pattern"]));
    warnings.push(...built.warnings);
    rules.push(built.rule);
  });
  return { rules, allow: firstOf(lists), warnings, useDefault: true, disabled: [] };
}
