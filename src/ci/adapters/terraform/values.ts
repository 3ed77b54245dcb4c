/** HCL's expressions and bodies as values of the model. What is computed when it is applied stays a template: `${var.repository}`. */
import type { HclAttribute, HclBlock, HclBody, HclExpression } from "../../hcl/types.ts";
import type { Span, Text, Value, ValueEntry } from "../../model.ts";
import { jsonIn } from "../../policy-text.ts";

export const text = (value: string, span: Span): Value => ({
  kind: "text",
  span,
  text: { value, span, style: "plain", expressions: [] } satisfies Text,
});

export const entry = (key: string, keySpan: Span, value: Value): ValueEntry => ({ key, keySpan, value });

export function valueOfExpression(expression: HclExpression): Value {
  const { span } = expression;
  switch (expression.kind) {
    case "text":
      return { kind: "text", text: expression.text, span };
    case "list":
      return { kind: "list", items: expression.items.map(valueOfExpression), span };
    case "object":
      return {
        kind: "map",
        entries: expression.entries.map(({ key, keySpan, value }) =>
          entry(key, keySpan, valueOfExpression(value)),
        ),
        span,
      };
    case "call": {
      const [only] = expression.args;
      if (only !== undefined && expression.args.length === 1 && TRANSPARENT.has(expression.name))
        return valueOfExpression(only);
      return text(`\${${span.file.text.slice(span.start, span.end)}}`, span);
    }
    case "raw":
      if (expression.source === "null" || expression.source === "") return { kind: "empty", span };
      return /^(?:true|false|-?\d+(?:\.\d+)?)$/.test(expression.source)
        ? text(expression.source, span)
        : text(`\${${expression.source}}`, span);
  }
}

/** They give back what they are given, as far as a policy is concerned. */
const TRANSPARENT = new Set(["toset", "tolist", "tostring", "sensitive", "nonsensitive"]);

export const attribute = ({ attributes }: HclBody, name: string): HclAttribute | undefined =>
  attributes.find((one) => one.name === name);

export const blocksOf = ({ blocks }: HclBody, type: string): HclBlock[] =>
  blocks.filter((one) => one.type === type);

/** A quoted text without templates. */
export function constant(body: HclBody, name: string): string | null {
  const value = attribute(body, name)?.value;
  return value?.kind === "text" && !value.text.value.includes("${") ? value.text.value : null;
}

/** Attributes and blocks; a block that stands several times is a list. */
export function valueOfBody({ attributes, blocks, span }: HclBody): Value {
  const entries = attributes.map(({ name, nameSpan, value }) =>
    entry(name, nameSpan, valueOfExpression(value)),
  );
  const byType = new Map<string, HclBlock[]>();
  for (const block of blocks) {
    const list = byType.get(block.type);
    if (list === undefined) byType.set(block.type, [block]);
    else list.push(block);
  }
  for (const [type, list] of byType) {
    const [first] = list;
    if (first === undefined) continue;
    const values = list.map(({ body, labels, span: whole }) =>
      labels.reduceRight<Value>(
        (value, label) => ({ kind: "map", span: whole, entries: [entry(label, whole, value)] }),
        valueOfBody(body),
      ),
    );
    entries.push(
      entry(
        type,
        first.span,
        values.length === 1 && values[0] !== undefined
          ? values[0]
          : { kind: "list", items: values, span: first.span },
      ),
    );
  }
  return { kind: "map", entries, span };
}

/** A JSON document by any of the ways in which one is written. */
export function documentOf(expression: HclExpression): Value | null {
  if (expression.kind === "text") return jsonIn(expression.text);
  if (expression.kind === "call" && expression.name === "jsonencode" && expression.args[0] !== undefined)
    return valueOfExpression(expression.args[0]);
  return null;
}
