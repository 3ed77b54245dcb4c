/** `$NAME`, `${NAME}` and `$[[ inputs.name ]]` as expressions of the model: what a text of GitLab's reads. */
import type { ContextRead, Embedded, Expression, Node, SecretRead } from "../../expression/types.ts";
import { controlOf, isSecretName } from "./variables.ts";

const REFERENCE = /\$\[\[([^\]\n]{0,200})\]\]|\$\$|\$(?:\{[!#]?|env:)?([A-Za-z_]\w*)/g;
const NONE: readonly Embedded[] = [];

/** Names that have a value of the file's or the job's own: no secret of the settings. */
export type Defined = ReadonlySet<string>;

export interface ReadOptions {
  readonly defined: Defined;
  /** Names that the host says its settings hold and mask; a file's own value does not win over them. */
  readonly settings?: ReadonlySet<string>;
  /** A shell reads it: single quotes and comments keep it from being read, and no text of others becomes code. */
  readonly script: boolean;
}

export function readsIn(value: string, { defined, settings, script }: ReadOptions): readonly Embedded[] {
  if (!value.includes("$")) return NONE;
  const quoted = script ? silent(value) : null;
  const found: Embedded[] = [];
  for (const match of value.matchAll(REFERENCE)) {
    const [whole, input, name] = match;
    const start = match.index;
    if (input !== undefined)
      found.push(
        embedded(
          contextOf(
            `inputs.${
              input
                .trim()
                .replace(/^inputs\./, "")
                .split("|", 1)[0]
                ?.trim() ?? ""
            }`,
            whole,
            "derived",
          ),
          start,
        ),
      );
    else if (name !== undefined && quoted?.has(start) !== true && value.charAt(start - 1) !== "\\") {
      if (settings?.has(name) === true || (!defined.has(name) && isSecretName(name)))
        found.push(embedded(secretOf(name, whole), start));
      else if (!script) found.push(embedded(contextOf(`variables.${name}`, whole, controlOf(name)), start));
    }
  }
  return found.length === 0 ? NONE : found;
}

const embedded = (expression: Expression, start: number): Embedded => ({
  expression,
  start,
  end: start + expression.source.length,
  sourceStart: start,
});

/** Of dollars that stand in single quotes or in comments. */
function silent(value: string): ReadonlySet<number> {
  const offsets = new Set<number>();
  if (!value.includes("'") && !value.includes("#")) return offsets;
  let mode: "plain" | "single" | "double" | "comment" = "plain";
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (mode === "single" || mode === "comment") {
      if (character === "$") offsets.add(at);
      if (character === (mode === "single" ? "'" : "\n")) mode = "plain";
    } else if (character === "\\") at++;
    else if (character === '"') mode = mode === "double" ? "plain" : "double";
    else if (mode === "double") continue;
    else if (character === "'") mode = "single";
    else if (character === "#" && /^$|\s/.test(value.charAt(at - 1))) mode = "comment";
  }
  return offsets;
}

function index(context: string, property: string, end: number): Node {
  return {
    kind: "index",
    object: { kind: "context", name: context, start: 0, end },
    property,
    by: null,
    start: 0,
    end,
  };
}

const secrets = new Map<string, Expression>();

function secretOf(name: string, source: string): Expression {
  let known = secrets.get(source);
  if (known === undefined) {
    const end = source.length;
    const read: SecretRead = { kind: "named", name, part: false, carries: true, start: 0, end };
    known = made(source, index("secrets", name, end), [read], []);
    if (secrets.size > 5000) secrets.clear();
    secrets.set(source, known);
  }
  return known;
}

function contextOf(path: string, source: string, control: ContextRead["control"]): Expression {
  const end = source.length;
  const [context = "", property = ""] = path.toLowerCase().split(".", 2);
  const read: ContextRead = { path: path.toLowerCase(), carries: true, control, start: 0, end };
  return made(source, index(context, property, end), [], [read]);
}

const made = (
  source: string,
  root: Node,
  secretReads: readonly SecretRead[],
  contexts: readonly ContextRead[],
): Expression => ({
  source,
  root,
  problem: null,
  reads: { secrets: secretReads, contexts, status: [], functions: [] },
  constant: null,
});

const ASSIGNED =
  /(?:^|[\s;&|({])(?:(?:export|local|readonly|declare|typeset)\s+(?:-\w+\s+)*)?([A-Za-z_]\w*)\+?=|\bread\s+(?:-\w+\s+)*([A-Za-z_]\w*)|\bfor\s+([A-Za-z_]\w*)\s+in\b/g;

/** Names that a script gives a value itself. */
export function assignedIn(script: string, into: Set<string>): void {
  if (!/=|\bread\b|\bfor\b/.test(script)) return;
  for (const [, assigned, input, loop] of script.matchAll(ASSIGNED)) {
    const name = assigned ?? input ?? loop;
    if (name !== undefined) into.add(name);
  }
}
