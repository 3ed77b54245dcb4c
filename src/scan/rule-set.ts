/**
 * What a set of rules is, in 32 bytes: two that print the same find the same. Ids, patterns and the program's version (with which
 * formats, decoders and checks may change) are in it; not the text of functions, which the bundle shortens as it likes.
 */
import { createHash } from "node:crypto";
import { version } from "../core/version.ts";
import type { Rule } from "../detect/types.ts";

export function ruleSetPrint(rules: readonly Rule[]): Buffer {
  const hash = createHash("sha256").update(`bulkhead rules\0${version}\0`);
  for (const rule of rules) hash.update(`${JSON.stringify(rule, plain)}\0`);
  return hash.digest();
}

function plain(_: string, value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  return typeof value === "function" ? "function" : value;
}

/** The same for threads of one program, in a tenth of the time: ids and patterns. */
export function ruleNamesPrint(rules: readonly Rule[]): Buffer {
  const names = rules.map(({ id, formats }) => [id, ...formats.map(({ pattern }) => pattern)].join("\0"));
  return createHash("sha256").update(names.join("\0\0")).digest();
}
