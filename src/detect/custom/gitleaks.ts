/**
 * gitleaks' configuration, read as it is: rules, allow lists of a rule and of all, `extend`. Its default rules are not ours to ship:
 * a file that extends them gets our own instead, and a warning.
 */
import { parse } from "smol-toml";
import * as v from "valibot";
import { type AllowList, allowComment, allowRow, firstOf } from "./allow.ts";
import type { Compiler } from "./expression.ts";
import { type LoadedRules, type LoadOptions, problem } from "./load.ts";
import { buildRule } from "./rule.ts";

const texts = v.optional(v.array(v.string()), []);
const Allow = v.object({
  description: v.optional(v.string(), ""),
  condition: v.optional(v.string(), "OR"),
  commits: texts,
  paths: texts,
  regexTarget: v.optional(v.string(), "secret"),
  regexes: texts,
  stopwords: texts,
  targetRules: texts,
});
const Rule = v.object({
  id: v.pipe(v.string(), v.nonEmpty("a rule needs an id")),
  description: v.optional(v.string(), ""),
  regex: v.optional(v.string(), ""),
  path: v.optional(v.string(), ""),
  secretGroup: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99)), 0),
  entropy: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(8)), 0),
  keywords: texts,
  tags: texts,
  allowlist: v.optional(Allow),
  allowlists: v.optional(v.array(Allow), []),
  required: v.optional(v.array(v.unknown()), []),
});
const Config = v.object({
  title: v.optional(v.string(), ""),
  extend: v.optional(
    v.object({
      path: v.optional(v.string(), ""),
      useDefault: v.optional(v.boolean(), false),
      disabledRules: texts,
    }),
  ),
  rules: v.optional(v.array(Rule), []),
  allowlist: v.optional(Allow),
  allowlists: v.optional(v.array(Allow), []),
});

/** gitleaks itself goes no deeper. */
const MAX_EXTENDS = 2;

export async function loadGitleaks(
  text: string,
  compiler: Compiler,
  options: LoadOptions,
  depth = 0,
): Promise<LoadedRules> {
  const file = options.file ?? "gitleaks.toml";
  const config = read(text, file);
  const warnings: string[] = [];
  const lists: AllowList[] = depth === 0 && options.comments !== false ? [allowComment] : [];
  const rules: LoadedRules["rules"][number][] = [];
  const expressions = (sources: readonly string[], where: string) =>
    sources.map((source) => guarded(() => compiler.compile(source), `${where}: ${source}`, file));
  const rowOf = (list: v.InferOutput<typeof Allow>, ids: readonly string[], where: string): AllowList => {
    const condition = list.condition.toUpperCase();
    if (!["OR", "||", "AND", "&&"].includes(condition))
      throw problem(file, `${where}: condition ${list.condition} is neither AND nor OR`);
    if (!["", "secret", "match", "line"].includes(list.regexTarget))
      throw problem(file, `${where}: regexTarget ${list.regexTarget} is neither secret, match nor line`);
    return allowRow({
      description: list.description,
      all: condition === "AND" || condition === "&&",
      commits: list.commits,
      paths: expressions(list.paths, where),
      regexes: expressions(list.regexes, where),
      target: list.regexTarget === "match" || list.regexTarget === "line" ? list.regexTarget : "secret",
      stopwords: list.stopwords,
      rules: ids.length === 0 ? null : new Set(ids),
    });
  };

  for (const list of [...(config.allowlist === undefined ? [] : [config.allowlist]), ...config.allowlists])
    lists.push(rowOf(list, list.targetRules, "the global allow list"));
  for (const rule of config.rules) {
    const where = `rule ${rule.id}`;
    const own = [...(rule.allowlist === undefined ? [] : [rule.allowlist]), ...rule.allowlists].map((list) =>
      rowOf(list, [rule.id], where),
    );
    lists.push(...own);
    if (rule.path !== "") {
      const [path] = expressions([rule.path], where);
      lists.push({
        allows: (candidate) =>
          candidate.rule === rule.id && path?.test(candidate.path) === false
            ? "its rule is for other paths"
            : null,
      });
    }
    if (rule.regex === "") {
      // Without an expression a rule only changes one of the file that is extended, or looks at names of files.
      if (rule.path !== "") warnings.push(`${where} is left out: it looks at paths alone`);
      continue;
    }
    if (rule.required.length > 0) warnings.push(`${where}: rules it requires beside it are not looked at`);
    const { rule: built, warnings: more } = guarded(
      () =>
        buildRule(
          {
            id: rule.id,
            title: rule.description === "" ? rule.id : rule.description,
            severity: "high",
            pattern: rule.regex,
            group: rule.secretGroup,
            keywords: rule.keywords,
            entropy: rule.entropy,
            // Here the whole match is known, which a list with `regexTarget = "match"` asks for.
            accept: (value, match, line) =>
              own.every((list) => list.allows({ path: "", line, value, match, rule: rule.id }) === null),
          },
          compiler,
        ),
      where,
      file,
    );
    warnings.push(...more);
    if (built !== null) rules.push(built);
  }
  const duplicates = rules.map(({ id }) => id).filter((id, i, all) => all.indexOf(id) !== i);
  if (duplicates.length > 0) throw problem(file, `rule ${duplicates[0]} is defined twice`);

  let useDefault = config.extend?.useDefault ?? false;
  if (useDefault)
    warnings.push(`${file} extends the default rules of gitleaks: Bulkhead's own rules are used instead`);
  const path = config.extend?.path ?? "";
  const disabled = new Set(config.extend?.disabledRules);
  if (path !== "" && depth < MAX_EXTENDS) {
    if (options.read === undefined) warnings.push(`${file} extends ${path}, which was not read`);
    else {
      const base = await loadGitleaks(
        await options.read(path),
        compiler,
        { ...options, file: path },
        depth + 1,
      );
      const mine = new Set(rules.map(({ id }) => id));
      rules.push(...base.rules.filter(({ id }) => !mine.has(id) && !disabled.has(id)));
      lists.push(base.allow);
      warnings.push(...base.warnings);
      useDefault ||= base.useDefault;
    }
  } else if (path !== "") warnings.push(`${file} extends ${path}, which lies too deep and was not read`);
  return { rules, allow: firstOf(lists), warnings, useDefault, disabled: [...disabled] };
}

function read(text: string, file: string): v.InferOutput<typeof Config> {
  let table: unknown;
  try {
    table = parse(text);
  } catch (error) {
    const { line, column, message } = error as { line?: number; column?: number; message: string };
    throw problem(
      file,
      message.split("\n")[0] ?? "",
      line === undefined ? undefined : { line, column: column ?? 1 },
    );
  }
  const checked = v.safeParse(Config, table);
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  throw problem(file, `${v.getDotPath(issue) ?? "the file"}: ${issue.message.toLowerCase()}`);
}

function guarded<T>(work: () => T, where: string, file: string): T {
  try {
    return work();
  } catch (error) {
    throw problem(file, `${where}: ${(error as Error).message}`);
  }
}
