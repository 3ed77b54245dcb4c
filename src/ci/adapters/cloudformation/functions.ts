/**
 * CloudFormation's functions, short (`!Sub`) and long (`Fn::Sub`): what they give as far as the file says; what is known when the stack is
 * made stays a template, `${Name}`. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import type { Span, Value } from "../../model.ts";
import type { YamlNode } from "../../yaml/types.ts";
import { tagOf } from "../tags.ts";

const MAX_DEPTH = 60;

/** A node with a tag as the map that its long form is. */
export function tagged(node: YamlNode, convert: (node: YamlNode) => Value): Value | null {
  const tag = tagOf(node);
  if (tag === null || !/^[A-Z]\w*$/.test(tag)) return null;
  const span: Span = { file: node.file, start: node.start, end: node.end };
  const inner: Value =
    node.kind === "scalar"
      ? { kind: "text", text: node, span }
      : node.kind === "list"
        ? { kind: "list", items: node.items.map(convert), span }
        : {
            kind: "map",
            entries: node.entries.map(({ name, nameSpan, value }) => ({
              key: name,
              keySpan: nameSpan,
              value: convert(value),
            })),
            span,
          };
  return {
    kind: "map",
    entries: [
      { key: tag === "Ref" || tag === "Condition" ? tag : `Fn::${tag}`, keySpan: span, value: inner },
    ],
    span,
  };
}

export function resolved(value: Value, depth: number): Value {
  if (depth > MAX_DEPTH || value.kind === "text" || value.kind === "empty") return value;
  if (value.kind === "list") return { ...value, items: value.items.map((item) => resolved(item, depth + 1)) };
  const [only] = value.entries;
  if (value.entries.length === 1 && only !== undefined) {
    const read = Object.hasOwn(FUNCTIONS, only.key) ? FUNCTIONS[only.key] : undefined;
    if (read !== undefined) return read(resolved(only.value, depth + 1), value.span);
    if (only.key.startsWith("Fn::")) return text(`\${${only.key}}`, value.span);
  }
  return {
    ...value,
    entries: value.entries.map((entry) => ({ ...entry, value: resolved(entry.value, depth + 1) })),
  };
}

const text = (value: string, span: Span): Value => ({
  kind: "text",
  span,
  text: { value, span, style: "plain", expressions: [] },
});

const plain = (value: Value | undefined): string => (value?.kind === "text" ? value.text.value : "${…}");

const FUNCTIONS: Readonly<Record<string, (value: Value, span: Span) => Value>> = {
  Ref: (value, span) => text(`\${${plain(value)}}`, span),
  "Fn::GetAtt": (value, span) =>
    text(`\${${value.kind === "list" ? value.items.map(plain).join(".") : plain(value)}}`, span),
  "Fn::ImportValue": (value, span) => text(`\${${plain(value)}}`, span),
  "Fn::Sub": (value, span) => {
    if (value.kind === "text") return value;
    if (value.kind !== "list") return text("${…}", span);
    const [template, names] = value.items;
    const given = new Map(
      names?.kind === "map" ? names.entries.map(({ key, value: one }) => [key, plain(one)]) : [],
    );
    return text(
      plain(template).replace(/\$\{([\w:.]+)\}/g, (whole, name: string) => given.get(name) ?? whole),
      span,
    );
  },
  "Fn::Join": (value, span) => {
    const [separator, parts] = value.kind === "list" ? value.items : [];
    return parts?.kind === "list"
      ? text(parts.items.map(plain).join(plain(separator)), span)
      : text("${…}", span);
  },
};
