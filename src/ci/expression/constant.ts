/** What follows from an expression's source alone, and the texts it can become where its parts are known. */
import type { Constant, Node } from "./types.ts";

type Scalar = Constant["value"];

/** Null: it depends on the run. */
export function fold(node: Node): Constant | null {
  switch (node.kind) {
    case "literal":
      return { value: node.value };
    case "not": {
      const operand = fold(node.operand);
      return operand === null ? null : { value: !truthy(operand.value) };
    }
    case "binary":
      return foldBinary(node);
    case "call":
      return foldCall(node);
    case "context":
    case "index":
    case "star":
      return null;
  }
}

/** https://docs.github.com/actions/reference/workflows-and-actions/expressions#operators: false, 0, -0, "", null are false. */
export const truthy = (value: Scalar): boolean =>
  value !== null && value !== false && value !== "" && value !== 0 && !Number.isNaN(value);

function foldBinary(node: Extract<Node, { kind: "binary" }>): Constant | null {
  const left = fold(node.left);
  if (node.operator === "&&") {
    if (left !== null) return truthy(left.value) ? fold(node.right) : left;
    return null;
  }
  if (node.operator === "||") {
    if (left !== null) return truthy(left.value) ? left : fold(node.right);
    return null;
  }
  const right = fold(node.right);
  return left === null || right === null ? null : { value: compare(node.operator, left.value, right.value) };
}

function compare(operator: string, left: Scalar, right: Scalar): boolean {
  // Texts compare without case; different types as numbers.
  const both = typeof left === "string" && typeof right === "string";
  const a = both ? left.toLowerCase() : number(left);
  const b = both ? right.toLowerCase() : number(right);
  if (operator === "==") return left === right || a === b;
  if (operator === "!=") return !(left === right || a === b);
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  if (operator === ">") return a > b;
  return a >= b;
}

function number(value: Scalar): number {
  if (value === null) return 0;
  if (typeof value === "string") return value.trim() === "" ? 0 : Number(value);
  return Number(value);
}

export const asText = (value: Scalar): string => (value === null ? "" : String(value));

type Fold = (args: readonly Scalar[]) => Scalar | undefined;

/** Functions of texts; what is missing here depends on the run. */
const FUNCTIONS: Readonly<Record<string, Fold>> = {
  contains: ([where, what]) =>
    asText(where ?? null)
      .toLowerCase()
      .includes(asText(what ?? null).toLowerCase()),
  startswith: ([where, what]) =>
    asText(where ?? null)
      .toLowerCase()
      .startsWith(asText(what ?? null).toLowerCase()),
  endswith: ([where, what]) =>
    asText(where ?? null)
      .toLowerCase()
      .endsWith(asText(what ?? null).toLowerCase()),
  format: ([template, ...parts]) => formatted(asText(template ?? null), parts),
  join: ([only]) => asText(only ?? null),
  tojson: ([value]) => JSON.stringify(value ?? null),
  fromjson: ([value]) => {
    try {
      const parsed: unknown = JSON.parse(asText(value ?? null));
      return parsed === null || ["string", "number", "boolean"].includes(typeof parsed)
        ? (parsed as Scalar)
        : undefined;
    } catch {
      return undefined;
    }
  },
};

const formatted = (template: string, parts: readonly Scalar[]): string =>
  template.replace(/\{\{|\}\}|\{(\d+)\}/g, (whole, index: string | undefined) =>
    index === undefined ? whole.charAt(0) : asText(parts[Number(index)] ?? null),
  );

function foldCall(node: Extract<Node, { kind: "call" }>): Constant | null {
  // It lets the job run whatever happened before: its condition is never false.
  if (node.name === "always") return { value: true };
  const compute = Object.hasOwn(FUNCTIONS, node.name) ? FUNCTIONS[node.name] : undefined;
  if (compute === undefined) return null;
  const args: Scalar[] = [];
  for (const arg of node.args) {
    const value = fold(arg);
    if (value === null) return null;
    args.push(value.value);
  }
  const value = compute(args);
  return value === undefined ? null : { value };
}

/** The values of a context path, where the file lists them: an input's choices, a matrix dimension. Null: unknown. */
export type Lookup = (path: string) => readonly string[] | null;

const MOST = 64;

/** Every text the expression can become; null when one of them is unknown. `cond && 'a' || 'b'` gives both. */
export function candidates(node: Node, lookup: Lookup): readonly string[] | null {
  const constant = fold(node);
  if (constant !== null) return [asText(constant.value)];
  switch (node.kind) {
    case "binary":
      if (node.operator === "&&") return candidates(node.right, lookup);
      if (node.operator === "||") {
        const left = candidates(node.left, lookup);
        const right = candidates(node.right, lookup);
        return left === null || right === null
          ? null
          : union(
              left.filter((text) => text !== ""),
              right,
            );
      }
      return ["true", "false"];
    case "call": {
      if (node.name !== "format" || node.args.length === 0) return null;
      let lists: (readonly string[])[] = [[]];
      for (const arg of node.args) {
        const values = candidates(arg, lookup);
        if (values === null) return null;
        lists = lists.flatMap((list) => values.map((value) => [...list, value]));
        if (lists.length > MOST) return null;
      }
      return union(
        lists.map(([template, ...parts]) => formatted(template ?? "", parts)),
        [],
      );
    }
    case "index":
    case "context": {
      const path = pathOf(node);
      return path === null ? null : lookup(path);
    }
    case "literal":
    case "not":
    case "star":
      return null;
  }
}

const union = (left: readonly string[], right: readonly string[]): readonly string[] | null => {
  const all = [...new Set([...left, ...right])];
  return all.length > MOST ? null : all;
};

/** `github.event.issue` of a plain chain, lower case; null for anything else. */
export function pathOf(node: Node): string | null {
  if (node.kind === "context") return node.name;
  if (node.kind !== "index" || node.property === null) return null;
  const object = pathOf(node.object);
  return object === null ? null : `${object}.${node.property.toLowerCase()}`;
}
