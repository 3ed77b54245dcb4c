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
  /** Where a test must have been to notice: the branch that is taken out, the operand that is dropped. An offset like `start`. */
  readonly witness: number;
  /** False where another mutant of the same place says as much (`implied` below): judged only with `--all`. */
  readonly needed: boolean;
  /** `if (a < b) → if (false)` */
  readonly says: string;
}

interface Change {
  readonly what: string;
  readonly node: ts.Node;
  readonly replacement: string;
  /** Default: the node itself. */
  readonly witness?: ts.Node;
  /** Default: what `implied` says. */
  readonly needed?: boolean;
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
const EQUALITY: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);
/** Calls for their effect alone that refuse something: `checkCidrs(…)`, `await this.#inWindow(…)`. */
const CHECKS =
  /(^|[.#])(check|require|refuse|verify|assert|admit|ensure|limit|forbid|validate|inWindow|guard|end|finish|revoke|delete|fill|wipe|anchor)\w*$/i;
/** Files that are tables, and the members in them whose rows are checks. */
const TABLES = /^src\/trust\/issuers\//;
const ROWS: ReadonlySet<string> = new Set(["claims", "needs", "required"]);
/** How much of something there may be: that there is a limit is a guard (`if`), whether it is one more is none. */
const LIMITS = /^(MOST|MAX|LEAST)_\w+$/;
const SHOWN = 90;

export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const counts = new Map<string, number>();
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    for (const { what, node: target, replacement, witness = target, needed = !implied(node) } of changesOf(
      node,
      source,
    )) {
      const start = target.getStart(source);
      const end = target.end + (what === "row" && text[target.end] === "," ? 1 : 0);
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
        witness: witness.getStart(source),
        needed,
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
  if (ts.isIfStatement(node))
    return [{ what: "if", node: node.expression, replacement: "false", witness: node.thenStatement }];
  if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    const needed = asked(condition, source) === undefined;
    return [
      { what: "choose-true", node: condition, replacement: "true", witness: whenFalse, needed },
      { what: "choose-false", node: condition, replacement: "false", witness: whenTrue, needed },
    ];
  }
  if (ts.isBinaryExpression(node)) return binary(node, source);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [{ what: "not", node, replacement: `(${node.operand.getText(source)})` }];
  if (isRow(node, source)) return [{ what: "row", node, replacement: "" }];
  if (ts.isExpressionStatement(node) && isCheck(node.expression, source))
    return [{ what: "call", node, replacement: ";" }];
  if (ts.isCallExpression(node) && /\.(every|some)$/.test(node.expression.getText(source))) {
    const text = node.expression.getText(source);
    const other = text.endsWith("every") ? "some" : "every";
    return [{ what: "quantifier", node: node.expression, replacement: text.replace(/(every|some)$/, other) }];
  }
  return [];
}

/** In tables of what must be asked: one row, such as a claim that every token of an issuer carries. */
function isRow(node: ts.Node, source: ts.SourceFile): boolean {
  const list = node.parent;
  if (!TABLES.test(source.fileName) || list === undefined) return false;
  if (!ts.isArrayLiteralExpression(list) && !ts.isObjectLiteralExpression(list)) return false;
  const owner = list.parent;
  return (
    (ts.isPropertyAssignment(owner) && ROWS.has(owner.name.getText(source))) ||
    (ts.isArrayLiteralExpression(list) &&
      ts.isVariableDeclaration(owner) &&
      /^[A-Z_]+$/.test(owner.name.getText(source)))
  );
}

/** What a condition asks the presence or type of: `role` in `role === undefined`, `x` in `typeof x === "string"`. */
function asked(condition: ts.Node, source: ts.SourceFile): string | undefined {
  if (!ts.isBinaryExpression(condition)) return undefined;
  const { left, right, operatorToken } = condition;
  if (operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword) return left.getText(source);
  if (!EQUALITY.has(operatorToken.kind)) return undefined;
  if (ts.isTypeOfExpression(left)) return left.expression.getText(source);
  return /^(undefined|null)$/.test(right.getText(source)) ? left.getText(source) : undefined;
}

/**
 * Whether the mutants of this node say nothing that others of the same place do not: a condition turned round (`===`, `!`) where it
 * is also taken out or dropped as an operand, the count of a loop, and `{...(x !== undefined && { x })}`, which only shapes an answer.
 * Left out besides (above and below): a value chosen by whether something is there, and a presence that the other operand needs, without
 * which the code would not compile and ends in a refusal anyway.
 */
function implied(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(node) && LOGICAL.has(node.operatorToken.kind)) return isSpread(node);
  const turned =
    (ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind)) ||
    ts.isPrefixUnaryExpression(node);
  if (turned)
    return isCondition(node) || (ts.isBinaryExpression(parent) && LOGICAL.has(parent.operatorToken.kind));
  if (!ts.isBinaryExpression(node)) return false;
  const isCount = ts.isForStatement(parent) && parent.condition === node;
  return isCount || LIMITS.test(node.right.getText()) || LIMITS.test(node.left.getText());
}

const isSpread = ({ parent }: ts.Node): boolean =>
  ts.isSpreadAssignment(parent) || (ts.isParenthesizedExpression(parent) && isSpread(parent));

const isCondition = (node: ts.Node): boolean =>
  (ts.isIfStatement(node.parent) && node.parent.expression === node) ||
  (ts.isConditionalExpression(node.parent) && node.parent.condition === node);

function binary(node: ts.BinaryExpression, source: ts.SourceFile): readonly Change[] {
  const [left, right] = [node.left.getText(source), node.right.getText(source)];
  const { kind } = node.operatorToken;
  if (LOGICAL.has(kind)) {
    const narrowed = asked(node.left, source);
    const needed = !implied(node);
    return [
      { what: "left", node, replacement: `(${left})`, witness: node.right, needed },
      {
        what: "right",
        node,
        replacement: `(${right})`,
        needed: needed && (narrowed === undefined || !right.includes(narrowed)),
      },
    ];
  }
  const bent = BENT[kind];
  return bent === undefined ? [] : [{ what: "compare", node, replacement: `${left} ${bent} ${right}` }];
}

function isCheck(expression: ts.Expression, source: ts.SourceFile): boolean {
  const inner = ts.isAwaitExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(inner) && CHECKS.test(inner.expression.getText(source));
}
