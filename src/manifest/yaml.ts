/** YAML text → document, defended: size, depth, and everything in YAML that a declaration does not need is refused. */
import { Lexer, LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import type { Problems } from "./problems.ts";
import type { At } from "./types.ts";

export const MAX_BYTES = 1 << 20;
const MAX_DEPTH = 24;

export interface ParsedYaml {
  readonly root: Node | null;
  readonly at: (node: unknown) => At;
}

export { isMap, isScalar, isSeq };
export type { Node, Pair, Scalar, YAMLMap, YAMLSeq };

const START: At = { line: 1, column: 1 };

/** null when the text cannot be read at all; the reason is among the problems then. */
export function parseYaml(source: string, problems: Problems): ParsedYaml | null {
  const lines = new LineCounter();
  const place = (offset: number): At => {
    const { line, col } = lines.linePos(offset);
    return line === 0 ? START : { line, column: col };
  };
  const deep = tooDeep(source);
  if (deep !== null) {
    problems.add(deep, "manifest.too-deep", { limit: MAX_DEPTH });
    return null;
  }
  // `uniqueKeys` compares every key with every other: shape checks find doubles in one pass instead.
  const document = parseDocument(source, {
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    merge: false,
  });
  for (const { code, message, pos } of document.errors) {
    if (code === "TAB_AS_INDENT") problems.add(place(pos[0]), "manifest.tab");
    else problems.add(place(pos[0]), "manifest.syntax", { problem: wording(code, message) });
  }
  if (document.errors.length > 0) return null;
  const at = (node: unknown): At => (isNode(node) && node.range ? place(node.range[0]) : START);
  visit(document, {
    Node(_, node) {
      if (
        isAlias(node) ||
        ("anchor" in node && node.anchor !== undefined) ||
        (node.tag !== undefined && isWritten(node.tag))
      )
        problems.add(at(node), "manifest.alias");
    },
  });
  return { root: document.contents, at };
}

/** The parser gives every node the tag of its type; only those beyond YAML's core were written by hand for an effect. */
const isWritten = (tag: string): boolean =>
  !/^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/.test(tag);

/** The library's words for the commonest mistakes name its own functions and options. */
function wording(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS") return "the file holds several YAML documents; a declaration is one";
  return `${message.charAt(0).toLowerCase()}${message.slice(1)}`.replace(/\.$/, "").slice(0, 200);
}

/** Depth before parsing: the parser takes seconds, and then the stack, for a file that is nothing but brackets. */
function tooDeep(source: string): At | null {
  let flow = 0;
  let compact = 0;
  let line = 1;
  for (const token of new Lexer().lex(source)) {
    if (token === "[" || token === "{") flow++;
    else if (token === "]" || token === "}") flow = Math.max(0, flow - 1);
    else if (token === "-" || token === "?" || token === ":") compact++;
    else if (token.startsWith("\n") || token.startsWith("\r")) compact = 0;
    if (flow > MAX_DEPTH || (flow === 0 && compact > MAX_DEPTH)) return { line, column: 1 };
    line += token.includes("\n") ? token.split("\n").length - 1 : 0;
  }
  return depthOfIndents(source);
}

/** Block nesting: how many ever deeper indentations are open at once. */
function depthOfIndents(source: string): At | null {
  const open: number[] = [];
  let line = 0;
  for (const text of source.split("\n")) {
    line++;
    const indent = text.search(/[^ ]/);
    if (indent < 0 || text[indent] === "#") continue;
    while (open.length > 0 && (open.at(-1) ?? 0) >= indent) open.pop();
    open.push(indent);
    if (open.length > MAX_DEPTH) return { line, column: indent + 1 };
  }
  return null;
}
