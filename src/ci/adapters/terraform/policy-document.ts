/** `data "aws_iam_policy_document"` → the JSON document that it makes. https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
import type { HclBlock, HclExpression } from "../../hcl/types.ts";
import type { Span, Value, ValueEntry } from "../../model.ts";
import { attribute, blocksOf, documentOf, entry, text, valueOfExpression } from "./values.ts";

/** By `data.aws_iam_policy_document.NAME`; null for one that the folder does not have. */
export type Documents = (name: string) => HclBlock | null;

const REFERENCE =
  /^(?:\$\{\s*)?data\.aws_iam_policy_document\.([\w-]+)(?:\[[^\]]*\])?\.(?:json|minified_json)(?:\s*\})?$/;
const MAX_SOURCES = 20;

/** An attribute that holds a policy: JSON in any form, or the name of a document. Null when it is made elsewhere. */
export function policyIn(expression: HclExpression, documents: Documents): Value | null {
  const name = REFERENCE.exec(
    expression.kind === "raw" ? expression.source : expression.kind === "text" ? expression.text.value : "",
  )?.[1];
  if (name === undefined) return documentOf(expression);
  const block = documents(name);
  return block === null ? null : policyDocument(block, documents, new Set([name]));
}

function policyDocument(block: HclBlock, documents: Documents, through: ReadonlySet<string>): Value {
  const { body, span } = block;
  const statements: Value[] = [];
  for (const source of [
    "source_policy_documents",
    "override_policy_documents",
    "source_json",
    "override_json",
  ]) {
    const value = attribute(body, source)?.value;
    for (const item of value?.kind === "list" ? value.items : value === undefined ? [] : [value]) {
      const name = REFERENCE.exec(item.kind === "raw" ? item.source : "")?.[1];
      const other =
        name === undefined || through.has(name) || through.size > MAX_SOURCES ? null : documents(name);
      const document =
        other === null || name === undefined
          ? documentOf(item)
          : policyDocument(other, documents, new Set([...through, name]));
      const list =
        document?.kind === "map" ? document.entries.find(({ key }) => key === "Statement")?.value : undefined;
      if (list === undefined) statements.push(unknownStatement(item.span));
      else statements.push(...(list.kind === "list" ? list.items : [list]));
    }
  }
  statements.push(...blocksOf(body, "statement").map(statement));
  for (const dynamic of blocksOf(body, "dynamic"))
    if (dynamic.labels[0] === "statement") statements.push(unknownStatement(dynamic.span));
  return {
    kind: "map",
    span,
    entries: [
      entry("Version", span, text("2012-10-17", span)),
      entry("Statement", span, { kind: "list", items: statements, span }),
    ],
  };
}

const NAMES: Readonly<Record<string, string>> = {
  sid: "Sid",
  effect: "Effect",
  actions: "Action",
  not_actions: "NotAction",
  resources: "Resource",
  not_resources: "NotResource",
};

function statement({ body, span }: HclBlock): Value {
  const entries: ValueEntry[] = [];
  for (const { name, nameSpan, value } of body.attributes) {
    const key = NAMES[name];
    if (key !== undefined) entries.push(entry(key, nameSpan, valueOfExpression(value)));
  }
  if (attribute(body, "effect") === undefined) entries.push(entry("Effect", span, text("Allow", span)));
  for (const [type, key] of [
    ["principals", "Principal"],
    ["not_principals", "NotPrincipal"],
  ] as const) {
    const blocks = blocksOf(body, type);
    if (blocks.length > 0)
      entries.push(entry(key, blocks[0]?.span ?? span, principals(blocks, blocks[0]?.span ?? span)));
  }
  const conditions = conditionsOf(body.blocks);
  if (conditions.length > 0)
    entries.push(
      entry("Condition", conditions[0]?.keySpan ?? span, { kind: "map", entries: conditions, span }),
    );
  return { kind: "map", entries, span };
}

function principals(blocks: readonly HclBlock[], at: Span): Value {
  const byType = new Map<string, ValueEntry>();
  for (const { body, span } of blocks) {
    const type = attribute(body, "type");
    const identifiers = attribute(body, "identifiers")?.value;
    const key = type?.value.kind === "text" ? type.value.text.value : "*";
    const value: Value = identifiers === undefined ? { kind: "empty", span } : valueOfExpression(identifiers);
    if (key === "*" || (key === "AWS" && isStar(value))) return text("*", span);
    byType.set(key, entry(key, type?.nameSpan ?? span, joined(byType.get(key)?.value, value)));
  }
  return { kind: "map", entries: [...byType.values()], span: at };
}

const isStar = (value: Value): boolean =>
  value.kind === "list" && value.items.some((one) => one.kind === "text" && one.text.value === "*");

/** Conditions of one test are one map; of one variable, one list. What is made for each of something cannot be known. */
function conditionsOf(blocks: readonly HclBlock[]): ValueEntry[] {
  const byTest = new Map<string, Map<string, ValueEntry>>();
  const found: ValueEntry[] = [];
  for (const { type, labels, body, span } of blocks) {
    if (type === "dynamic" && labels[0] === "condition")
      found.push(
        entry("dynamic condition", span, {
          kind: "map",
          span,
          entries: [entry("${each}:unknown", span, text("${each.value}", span))],
        }),
      );
    if (type !== "condition") continue;
    const [test, variable] = ["test", "variable"].map((name) => attribute(body, name)?.value);
    const values = attribute(body, "values")?.value;
    const operator = textOf(test);
    const name = textOf(variable);
    const keys = byTest.get(operator) ?? new Map<string, ValueEntry>();
    keys.set(
      name,
      entry(
        name,
        variable?.span ?? span,
        joined(
          keys.get(name)?.value,
          values === undefined ? { kind: "empty", span } : valueOfExpression(values),
        ),
      ),
    );
    byTest.set(operator, keys);
  }
  for (const [test, keys] of byTest) {
    const [first] = keys.values();
    if (first !== undefined)
      found.push(
        entry(test, first.keySpan, { kind: "map", entries: [...keys.values()], span: first.keySpan }),
      );
  }
  return found;
}

const textOf = (expression: HclExpression | undefined): string =>
  expression === undefined
    ? ""
    : expression.kind === "text"
      ? expression.text.value
      : `\${${expression.kind === "raw" ? expression.source : ""}}`;

function joined(before: Value | undefined, value: Value): Value {
  if (before === undefined) return value;
  const items = (one: Value): readonly Value[] => (one.kind === "list" ? one.items : [one]);
  return { kind: "list", items: [...items(before), ...items(value)], span: before.span };
}

/** Whom it lets in is known when it is applied: an allowance under a condition that nobody can read. */
const unknownStatement = (span: Value["span"]): Value => ({
  kind: "map",
  span,
  entries: [
    entry("Effect", span, text("Allow", span)),
    entry("Principal", span, text("*", span)),
    entry("Action", span, text("sts:AssumeRoleWithWebIdentity", span)),
    entry("Condition", span, {
      kind: "map",
      span,
      entries: [
        entry("unknown", span, {
          kind: "map",
          span,
          entries: [entry("unknown:unknown", span, text("unknown", span))],
        }),
      ],
    }),
  ],
});
