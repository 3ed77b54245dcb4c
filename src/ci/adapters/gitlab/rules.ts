/** When a job or a pipeline runs: `rules`, and `only` with `except`, decided for every source of pipelines. */
import type { Text } from "../../model.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../../yaml/types.ts";
import { get } from "../reader.ts";
import { type Lookup, SET, decide, heldTo, parseCondition } from "./conditions.ts";
import type { LabReader } from "./lab-reader.ts";
import { textsOf } from "./merge.ts";
import type { Source } from "./sources.ts";

/** Under what a source starts it. */
export interface Admission {
  /** Branches that it is held to; null: any. `$CI_DEFAULT_BRANCH` as written. */
  readonly branches: readonly Text[] | null;
  /** The rule that lets it in; null where none is needed. */
  readonly by: YamlNode | null;
}

/** Null: never by this source. */
export type Admits = (source: Source) => Admission | null;

const OPEN: Admission = { branches: null, by: null };

/** Of `rules` where they are, else of `only` and `except`; without any of them what GitLab's default admits. */
export function admitsOf(body: YamlMap, reader: LabReader, variables: Lookup): Admits {
  const rules = get(body, "rules");
  if (rules !== undefined) return byRules(rules, reader, variables);
  const [only, except] = [get(body, "only"), get(body, "except")];
  const never = get(body, "when")?.value;
  if (never?.kind === "scalar" && never.value === "never") return () => null;
  const included = only === undefined ? null : refsOf(only);
  const excluded = except === undefined ? null : refsOf(except);
  return (source) => {
    if (included === null) {
      // The default is `only: [branches, tags]`.
      if (source.of === "merge-request") return null;
    } else if (included.length > 0 && !included.some((one) => matches(one, source))) return null;
    // What is left out in any case: a keyword without further conditions beside it.
    if (
      excluded?.some((one) => isKeyword(one.value) && source.of !== null && certainly(one.value, source)) ===
        true &&
      !hasConditions(except)
    )
      return null;
    const names = included?.filter((one) => matches(one, source)) ?? [];
    const held = names.length > 0 && source.of === "branch" && names.every(({ value }) => !isKeyword(value));
    return {
      branches: held ? names.map((one) => reader.text(one)) : null,
      by: included === null ? null : (names[0] ?? null),
    };
  };
}

/** Of `workflow:rules`; without them every source may start a pipeline. */
export function pipelineAdmits(body: YamlMap | null, reader: LabReader, variables: Lookup): Admits {
  const rules = get(body, "rules");
  return rules === undefined ? () => OPEN : byRules(rules, reader, variables);
}

const items = (node: YamlNode): YamlNode[] => (node.kind === "list" ? node.items.flatMap(items) : [node]);

function byRules(entry: YamlEntry, reader: LabReader, variables: Lookup): Admits {
  const rows = items(entry.value).flatMap((item) => {
    if (item.kind !== "map") {
      if (item.kind === "scalar" && item.value !== "") reader.say("wrong-type", "a rule is a map", item);
      return [];
    }
    const condition = get(item, "if")?.value;
    const rule = condition?.kind === "scalar" ? parseCondition(condition.value) : undefined;
    if (rule === null && condition !== undefined)
      reader.say("expression", "this condition cannot be read", condition);
    const when = get(item, "when")?.value;
    return [
      {
        item,
        rule,
        text: condition?.kind === "scalar" ? condition : null,
        open: rule === null || get(item, "changes") !== undefined || get(item, "exists") !== undefined,
        never: when?.kind === "scalar" && when.value === "never",
      },
    ];
  });
  return (source) => {
    const lookup = lookupFor(source, variables);
    const through: { item: YamlNode; branches: readonly Text[] | null }[] = [];
    for (const { item, rule, open, never, text } of rows) {
      const held = rule === undefined || rule === null ? (open ? null : true) : decide(rule, lookup);
      if (held === false) continue;
      const certain = held === true && !open;
      if (!never) {
        const names =
          source.of === "branch" && rule
            ? (heldTo(rule, "CI_COMMIT_BRANCH") ?? heldTo(rule, "CI_COMMIT_REF_NAME"))
            : null;
        through.push({
          item,
          branches:
            names === null || text === null
              ? null
              : names.map((value) => ({ value, span: text, style: "plain", expressions: [] })),
        });
      }
      if (certain) break;
    }
    const [first] = through;
    if (first === undefined) return null;
    const all = through.every(({ branches }) => branches !== null);
    return { branches: all ? through.flatMap(({ branches }) => branches ?? []) : null, by: first.item };
  };
}

/** What is known of a pipeline before it runs; the file's own variables after that. */
function lookupFor({ source, of }: Source, variables: Lookup): Lookup {
  return (name) => {
    if (name === "CI_PIPELINE_SOURCE") return source;
    if (name === "CI_COMMIT_TAG") return of === "tag" ? SET : of === null ? undefined : null;
    if (name === "CI_COMMIT_BRANCH") return of === "branch" ? SET : of === null ? undefined : null;
    if (name.startsWith("CI_MERGE_REQUEST_"))
      return of === "merge-request"
        ? /_(?:ID|IID|PROJECT_PATH|SOURCE_BRANCH_NAME|TARGET_BRANCH_NAME)$/.test(name)
          ? SET
          : undefined
        : null;
    if (name === "CI" || name === "GITLAB_CI") return "true";
    if (
      /^CI_(?:COMMIT_(?:SHA|SHORT_SHA|REF_NAME|REF_SLUG)|DEFAULT_BRANCH|PROJECT_\w+|JOB_ID|PIPELINE_I?ID)$/.test(
        name,
      )
    )
      return SET;
    return variables(name);
  };
}

const KEYWORDS = new Set(
  "branches tags merge_requests schedules web api triggers pipelines pushes chat external external_pull_requests".split(
    " ",
  ),
);
const isKeyword = (value: string): boolean => KEYWORDS.has(value);

function refsOf({ value }: YamlEntry): Extract<YamlNode, { kind: "scalar" }>[] {
  return textsOf(value.kind === "map" ? get(value, "refs")?.value : value);
}

const hasConditions = (entry: YamlEntry | undefined): boolean =>
  entry?.value.kind === "map" && entry.value.entries.some(({ name }) => name !== "refs");

/** Whether it may: a name or a pattern may be that of any branch or tag. */
function matches({ value }: { readonly value: string }, source: Source): boolean {
  if (isKeyword(value))
    return certainly(value, source) || ((value === "branches" || value === "tags") && source.of === null);
  return source.of !== "merge-request";
}

const certainly = (value: string, { keyword, of, source }: Source): boolean =>
  value === keyword ||
  (value === "branches" && of === "branch") ||
  (value === "tags" && of === "tag") ||
  (value === "pushes" && source === "push");
