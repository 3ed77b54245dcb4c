/** What evaluating an expression may read, and whether the text read becomes part of its value. */
import { fold } from "./constant.ts";
import { controlOf } from "./control.ts";
import type { ContextRead, Node, Reads, SecretRead } from "./types.ts";

const STATUS = new Set(["success", "failure", "always", "cancelled"]);
/** Their value says something about their arguments without repeating them. */
const JUDGING = new Set(["contains", "startswith", "endswith", "hashfiles", ...STATUS]);

/** Of what they give, a part may be a part of what they got. */
const PARTING = new Set(["fromjson", "tojson"]);

export const NO_READS: Reads = { secrets: [], contexts: [], status: [], functions: [] };

interface Collecting {
  readonly secrets: SecretRead[];
  readonly contexts: ContextRead[];
  readonly status: string[];
  readonly functions: string[];
}

export function readsOf(root: Node): Reads {
  const into: Collecting = { secrets: [], contexts: [], status: [], functions: [] };
  visit(root, true, false, into);
  return into.secrets.length + into.contexts.length + into.functions.length === 0 ? NO_READS : into;
}

/** `part`: only a part of what JSON holds is taken. */
function visit(node: Node, carries: boolean, part: boolean, into: Collecting): void {
  switch (node.kind) {
    case "literal":
      return;
    case "not":
      return visit(node.operand, false, part, into);
    case "binary":
      if (node.operator === "&&" || node.operator === "||") {
        // `a && b` gives a only where it is empty.
        visit(node.left, carries && node.operator === "||", part, into);
        visit(node.right, carries, part, into);
      } else {
        visit(node.left, false, part, into);
        visit(node.right, false, part, into);
      }
      return;
    case "call":
      into.functions.push(node.name);
      if (STATUS.has(node.name)) into.status.push(node.name);
      for (const arg of node.args)
        visit(arg, carries && !JUDGING.has(node.name), part && PARTING.has(node.name), into);
      return;
    case "context":
    case "index":
    case "star":
      return chain(node, carries, part, into);
  }
}

/** A context with everything that is taken from it, or something else that is indexed. */
function chain(node: Node, carries: boolean, part: boolean, into: Collecting): void {
  const names: string[] = [];
  let at: Node = node;
  let dynamic = false;
  while (at.kind === "index" || at.kind === "star") {
    if (at.kind === "star") names.unshift("*");
    else {
      const constant = at.property ?? constantIndex(at.by);
      if (constant === null && at.by !== null) {
        dynamic = true;
        visit(at.by, false, false, into);
      }
      names.unshift(constant ?? "*");
    }
    at = at.object;
  }
  if (at.kind !== "context") return visit(at, carries, part || names.length > 0, into);
  const { start, end } = node;
  if (at.name !== "secrets") {
    const path = [at.name, ...names.map((name) => name.toLowerCase())].join(".");
    into.contexts.push({ path, carries, control: controlOf(path), start, end });
    return;
  }
  const [first] = names;
  if (first === undefined || (first === "*" && !dynamic))
    into.secrets.push({ kind: "all", name: null, part, carries, start, end });
  else if (first === "*") into.secrets.push({ kind: "dynamic", name: null, part, carries, start, end });
  else into.secrets.push({ kind: "named", name: first.toUpperCase(), part, carries, start, end });
}

function constantIndex(by: Node | null): string | null {
  const constant = by === null ? null : fold(by);
  return constant === null ? null : String(constant.value);
}
