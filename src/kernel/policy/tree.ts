/** The syntax tree both notations of a policy (HCL and JSON) are read into, and the errors that point into the text. */
import { BulkheadError } from "../../core/errors.ts";

/** Policies are small; what is larger is a mistake or an attack. In UTF-16 units. */
export const MAX_POLICY_LENGTH = 1_048_576;
/** A policy needs five levels. */
export const MAX_DEPTH = 12;

interface At {
  /** Offset into the text. */
  readonly at: number;
}
export interface TextNode extends At {
  readonly kind: "string";
  readonly value: string;
}
export interface NumberNode extends At {
  readonly kind: "number";
  readonly value: number;
}
export interface BoolNode extends At {
  readonly kind: "bool";
  readonly value: boolean;
}
export interface NullNode extends At {
  readonly kind: "null";
}
export interface ListNode extends At {
  readonly kind: "list";
  readonly items: readonly Node[];
}
export interface ObjectNode extends At {
  readonly kind: "object";
  readonly items: readonly Item[];
}
export type Node = TextNode | NumberNode | BoolNode | NullNode | ListNode | ObjectNode;

export interface Key extends At {
  readonly name: string;
}
/** `a = value` and `a { … }` have one key, `a "b" { … }` two. */
export interface Item extends At {
  readonly keys: readonly Key[];
  readonly value: Node;
}

/** `policy.invalid` at an offset; lines and columns count from 1. `problem` never quotes more than a name. */
export function invalid(text: string, at: number, problem: string): BulkheadError {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf("\n"); next !== -1 && next < at; next = text.indexOf("\n", start)) {
    line++;
    start = next + 1;
  }
  return new BulkheadError("policy.invalid", { line, column: at - start + 1, problem });
}

/** A name from the text, safe and short enough for a message. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

/** Refuses what neither notation allows, before any parsing. */
export function checkText(text: string): void {
  if (text.length > MAX_POLICY_LENGTH)
    throw invalid("", 0, `the policy is longer than ${MAX_POLICY_LENGTH} characters`);
  const nul = text.indexOf("\0");
  if (nul !== -1) throw invalid(text, nul, "unexpected null character (0x00)");
  if (!text.isWellFormed()) throw invalid("", 0, "the text is not valid Unicode");
}
