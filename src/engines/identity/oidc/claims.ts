/**
 * Templates of claims and subjects, compiled before they are used. A claim's template is JSON with slots in the place of values: it
 * is parsed once with marks, and values are put into the parsed tree, so that no value can become JSON of its own.
 */
import { isBulkheadError } from "../../../core/errors.ts";
import type { Json } from "../../../core/json-bytes.ts";
import { PERSON_CLAIM } from "../../../kernel/identity/person.ts";
import { templateSlots } from "../../../kernel/policy/pattern.ts";
import { invalid } from "../input.ts";
import { type Slot, type SlotValues, slotOf } from "./slots.ts";

export type Claims = Readonly<Record<string, Json>>;

/** What others decide by; the issuer alone says it. `azp` and `amr` are read in the place of the audience by some clouds. */
const RESERVED: readonly string[] = [
  ...["iat", "aud", "exp", "iss", "sub", "namespace", "nonce", "auth_time", "at_hash", "c_hash"],
  ...["nbf", "jti", "azp", "amr", "acr"],
];
const MOST_TEMPLATE = 64 * 1024;
const MOST_SUBJECT = 1_024;
const MOST_SLOTS = 200;

/** Readers that ignore case, or fold letters, must not find a second `sub`. */
const folded = (name: string): string => name.normalize("NFKC").toLowerCase();

const mark = (index: number): string => `\u0000${index}`;

interface Parsed {
  readonly literals: readonly string[];
  readonly slots: readonly Slot[];
}

function parseSlots(template: string, most: number): Parsed {
  if (Buffer.byteLength(template) > most) throw invalid(`error parsing template: at most ${most} bytes`);
  const pieces = templateSlots(template) ?? [template];
  if (pieces === "unbalanced") throw invalid("error parsing template: unbalanced templating characters");
  const literals = pieces.filter((_, index) => index % 2 === 0);
  const slots = pieces.filter((_, index) => index % 2 === 1).map(requireSlot);
  if (slots.length > MOST_SLOTS) throw invalid(`error parsing template: at most ${MOST_SLOTS} directives`);
  return { literals, slots };
}

function requireSlot(expression: string): Slot {
  let slot: Slot | null;
  try {
    slot = slotOf(expression);
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    throw invalid(`error parsing template: invalid duration: ${error.message}`);
  }
  if (slot === null)
    throw invalid("error parsing template: no value could be found for one of the template directives");
  return slot;
}

/** Throws `identity.invalid`. An empty template adds nothing. */
export function compileClaims(template: string): (values: SlotValues) => Claims {
  if (template === "") return () => ({});
  if (template.includes("\\u0000") || template.includes("\0"))
    throw invalid("error parsing template JSON: a null character");
  const { literals, slots } = parseSlots(template, MOST_TEMPLATE);
  const marked = literals
    .map((literal, index) => (index < slots.length ? literal + JSON.stringify(mark(index)) : literal))
    .join("");
  const tree = parseObject(marked);
  refuseReserved(tree);
  const bySlot = new Map(slots.map((slot, index) => [mark(index), slot]));
  return (values) => filled(tree, bySlot, values) as Claims;
}

function parseObject(text: string): Claims {
  let tree: Json;
  try {
    tree = JSON.parse(text) as Json;
  } catch {
    throw invalid("error parsing template JSON: it is not JSON with directives in the place of values");
  }
  if (tree === null || typeof tree !== "object" || Array.isArray(tree))
    throw invalid("error parsing template JSON: expected an object");
  return tree as Claims;
}

function refuseReserved(tree: Claims): void {
  for (const name of Object.keys(tree))
    if (RESERVED.includes(folded(name)) || folded(name) === PERSON_CLAIM)
      throw invalid(
        `top level key ${JSON.stringify(name)} not allowed. Restricted keys: ${RESERVED.join(", ")}`,
      );
  refuseMarkedNames(tree);
}

function refuseMarkedNames(node: Json): void {
  if (node === null || typeof node !== "object") return;
  if (!Array.isArray(node) && Object.keys(node).some((name) => name.includes("\0")))
    throw invalid("error parsing template JSON: a directive stands in the place of a name");
  for (const value of Object.values(node)) refuseMarkedNames(value as Json);
}

function filled(node: Json, slots: ReadonlyMap<string, Slot>, values: SlotValues): Json {
  if (typeof node === "string") {
    const slot = slots.get(node);
    return slot === undefined ? node : (slot(values) ?? "");
  }
  if (node === null || typeof node !== "object") return node;
  if (Array.isArray(node)) return (node as readonly Json[]).map((one) => filled(one, slots, values));
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [name, filled(value as Json, slots, values)]),
  );
}

/**
 * A subject's text: null where a slot has no value, since a subject with a hole could be someone else's. Within a value `%` and
 * `:` are written `%25` and `%3A`, so that no value can pose as several parts.
 */
export function compileSubject(template: string): (values: SlotValues) => string | null {
  const { literals, slots } = parseSlots(template, MOST_SUBJECT);
  if (slots.length === 0) throw invalid("subject: without a directive all tokens would have the same one");
  return (values) => {
    let subject = literals[0] ?? "";
    for (const [index, slot] of slots.entries()) {
      const value = slot(values);
      if (typeof value !== "string" || value === "" || /[\0-\x1f\x7f]/.test(value)) return null;
      subject +=
        value.replace(/[%:]/g, (sign) => (sign === "%" ? "%25" : "%3A")) + (literals[index + 1] ?? "");
    }
    return Buffer.byteLength(subject) > MOST_SUBJECT ? null : subject;
  };
}
