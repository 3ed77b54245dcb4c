/**
 * Statements as they are written in roles: cut at their semicolons, and filled with values. Both need to know where a quote or a
 * comment stands, so both walk over PostgreSQL's lexical rules (section 4.1 of its manual). A value is always quoted for the place
 * it stands in: within `'…'` and `"…"` its quotes are doubled, elsewhere it gets quotes of its own. A name that somebody chose for
 * himself (the display name of a login) can so never end the literal it stands in.
 */
import { BulkheadError } from "../../core/errors.ts";

/** `as`: what a value is where the template puts no quotes around it. */
export interface TemplateValue {
  readonly text: string;
  readonly as: "identifier" | "literal";
}
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

type Place = "bare" | "literal" | "identifier" | "dollar" | "comment" | "end";

interface Piece {
  readonly place: Place;
  readonly text: string;
  /** Of a dollar-quoted text. */
  readonly tag: string;
}

const bad = (problem: string): BulkheadError => new BulkheadError("database.template", { problem });

const PIECES: readonly (readonly [Place, RegExp])[] = [
  ["comment", /--[^\n]*/y],
  ["literal", /(?<![\w$])[eE]'(?:[^'\\]|\\[^]|'')*'/y],
  ["literal", /(?<!(?<![\w$])[eE])'(?:[^']|'')*'/y],
  ["identifier", /"(?:[^"]|"")*"/y],
  ["dollar", /(?<![\w$\u0080-\uffff])(\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)[^]*?\1/y],
];

function nestedComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const two = text.slice(at, at + 2);
    if (two === "/*") depth++;
    if (two === "*/") depth--;
    if (two === "/*" || two === "*/") at++;
    if (depth === 0) return at + 1;
  }
  throw bad("a comment is not closed");
}

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let bare = "";
  let depth = 0;
  const add = (place: Place, piece: string, tag = ""): void => {
    if (bare !== "") found.push({ place: "bare", text: bare, tag: "" });
    bare = "";
    found.push({ place, text: piece, tag });
  };
  for (let at = 0; at < text.length; ) {
    if (text.startsWith("/*", at)) {
      const end = nestedComment(text, at);
      add("comment", text.slice(at, end));
      at = end;
      continue;
    }
    const match = firstPiece(text, at);
    if (match !== null) {
      add(match.place, match.text, match.tag);
      at += match.text.length;
      continue;
    }
    const char = text[at++] as string;
    if (char === "'" || char === '"') throw bad("a quote is not closed");
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (char === ";" && depth <= 0) add("end", ";");
    else bare += char;
  }
  if (bare !== "") found.push({ place: "bare", text: bare, tag: "" });
  return found;
}

function firstPiece(text: string, at: number): Piece | null {
  for (const [place, expression] of PIECES) {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (match !== null) return { place, text: match[0], tag: match[1] ?? "" };
  }
  return null;
}

/** The statements of a text, without what is only space and comments. Throws `database.template`. */
export function splitStatements(text: string): string[] {
  const found: string[] = [];
  let current = "";
  let says = false;
  for (const piece of [...pieces(text), { place: "end", text: "", tag: "" } as const]) {
    if (piece.place !== "end") {
      current += piece.text;
      says ||= piece.place !== "comment" && piece.text.trim() !== "";
      continue;
    }
    if (says) found.push(current.trim());
    [current, says] = ["", false];
  }
  return found;
}

const PLACEHOLDER = /\{\{(\w+)\}\}/g;
/** No control characters, and no backslash, which some literals take as an escape. */
const SAFE = /^[^\p{Cc}\\]*$/u;
/** What may stand in a dollar-quoted text, which is code of some language that is not read here. */
const SAFE_IN_CODE = /^[A-Za-z0-9_.@:+/=$ -]*$/;

/** A name that stands there without quotes must not become words of the statement (`x SUPERUSER`). */
const SAFE_NAME_IN_CODE = /^[A-Za-z0-9_.@:+-]*$/;

/** The statement with every `{{name}}` that is known replaced. Throws `database.template`. */
export function fillStatement(statement: string, values: TemplateValues): string {
  for (const { text } of Object.values(values))
    if (!SAFE.test(text)) throw bad("a value has a character that cannot be quoted");
  return pieces(statement)
    .map((piece, index, all) => fillPiece(piece, values, all[index - 1]?.place, all[index + 1]?.place))
    .join("");
}

function fillPiece(piece: Piece, values: TemplateValues, before?: Place, after?: Place): string {
  if (piece.place === "comment") return piece.text;
  return piece.text.replace(PLACEHOLDER, (written, name: string, at: number) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return written;
    if (piece.place === "literal") return value.text.replaceAll("'", "''");
    if (piece.place === "identifier") return value.text.replaceAll('"', '""');
    if (piece.place === "dollar") return inCode(value, piece.tag, name);
    const [left, right] = [piece.text.slice(0, at), piece.text.slice(at + written.length)];
    // next to other letters the quotes would make two names of one
    if (
      (left === "" ? isQuoted(before) : /[\w$\u0080-\uffff}]$/.test(left)) ||
      (right === "" ? isQuoted(after) : /^[\w$\u0080-\uffff{]/.test(right))
    )
      throw bad(`{{${name}}} touches other text: write the whole name within quotes`);
    return value.as === "identifier" ? quoteIdentifier(value.text) : quoteLiteral(value.text);
  });
}

const isQuoted = (place: Place | undefined): boolean =>
  place === "literal" || place === "identifier" || place === "dollar";

function inCode({ text, as }: TemplateValue, tag: string, name: string): string {
  const safe = as === "identifier" ? SAFE_NAME_IN_CODE : SAFE_IN_CODE;
  if (!safe.test(text) || text.includes(tag) || text.startsWith("$") || text.endsWith("$"))
    throw bad(`the value of {{${name}}} cannot stand in a dollar-quoted text`);
  return text;
}

export const quoteIdentifier = (name: string): string => {
  if (!SAFE.test(name)) throw bad("a name has a character that cannot be quoted");
  return `"${name.replaceAll('"', '""')}"`;
};
export const quoteLiteral = (text: string): string => {
  if (!SAFE.test(text)) throw bad("a value has a character that cannot be quoted");
  return `'${text.replaceAll("'", "''")}'`;
};
