/**
 * Mutants of a TypeScript file: one guard taken out or one comparison bent at a time. Only what a guard is made of is changed:
 * conditions, comparisons, the operands of `&&` and `||`, early exits, and calls that check something.
 */
import { createHash } from "node:crypto";
import ts from "typescript";

export interface Mutant {
  /** Stays the same while the code around it moves: file, what was done, the changed text, and which of the same texts it is. */
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** `if (a < b) → if (false)` */
  readonly says: string;
}

interface Change {
  readonly what: string;
  readonly node: ts.Node;
  readonly replacement: string;
}

const BENT: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
};
const LOGICAL: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
]);
/** Calls for their effect alone that refuse something: `checkCidrs(…)`, `await this.#inWindow(…)`. */
const CHECKS =
  /(^|[.#])(check|require|refuse|verify|assert|admit|ensure|limit|forbid|validate|inWindow|guard|end|finish|revoke|delete|fill|wipe|anchor)\w*$/i;
const SHOWN = 90;

export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const counts = new Map<string, number>();
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    for (const { what, node: target, replacement } of changesOf(node, source)) {
      const [start, end] = [target.getStart(source), target.end];
      const was = text.slice(start, end);
      const base = `${file} ${what} ${createHash("sha256").update(`${was}→${replacement}`).digest("hex").slice(0, 10)}`;
      const nth = counts.get(base) ?? 0;
      counts.set(base, nth + 1);
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const flat = (code: string): string => code.replace(/\s+/g, " ").slice(0, SHOWN);
      const key = nth === 0 ? base : `${base}.${nth}`;
      found.push({
        key,
        file,
        line,
        start,
        end,
        replacement,
        says: `${flat(was)} → ${flat(replacement) || "(nothing)"}`,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

export const mutated = (text: string, { start, end, replacement }: Mutant): string =>
  text.slice(0, start) + replacement + text.slice(end);

function changesOf(node: ts.Node, source: ts.SourceFile): readonly Change[] {
  if (ts.isIfStatement(node)) return [{ what: "if", node: node.expression, replacement: "false" }];
  if (ts.isConditionalExpression(node))
    return ["true", "false"].map((word) => ({
      what: `choose-${word}`,
      node: node.condition,
      replacement: word,
    }));
  if (ts.isBinaryExpression(node)) return binary(node, source);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [{ what: "not", node, replacement: `(${node.operand.getText(source)})` }];
  if (ts.isExpressionStatement(node) && isCheck(node.expression, source))
    return [{ what: "call", node, replacement: ";" }];
  if (ts.isCallExpression(node) && /\.(every|some)$/.test(node.expression.getText(source))) {
    const text = node.expression.getText(source);
    const other = text.endsWith("every") ? "some" : "every";
    return [{ what: "quantifier", node: node.expression, replacement: text.replace(/(every|some)$/, other) }];
  }
  return [];
}

function binary(node: ts.BinaryExpression, source: ts.SourceFile): readonly Change[] {
  const [left, right] = [node.left.getText(source), node.right.getText(source)];
  const { kind } = node.operatorToken;
  if (LOGICAL.has(kind))
    return [
      { what: "left", node, replacement: `(${left})` },
      { what: "right", node, replacement: `(${right})` },
    ];
  const bent = BENT[kind];
  // `typeof x === "string"` narrows a type, and `=== undefined` asks whether it is there: those are no limits
  return bent === undefined ? [] : [{ what: "compare", node, replacement: `${left} ${bent} ${right}` }];
}

function isCheck(expression: ts.Expression, source: ts.SourceFile): boolean {
  const inner = ts.isAwaitExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(inner) && CHECKS.test(inner.expression.getText(source));
}
