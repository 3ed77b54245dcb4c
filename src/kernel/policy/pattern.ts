/** What a rule's path means: exact, prefix (`*` at the end) or with wildcard segments (`+`); its rank; its template. */
import type { TemplateValues } from "./types.ts";

export type PatternKind = "exact" | "prefix" | "segments";

export const hasForbiddenWildcards = (path: string): boolean => path.includes("+*");

/** A `+` after a slash makes the whole pattern one of segments, even where that segment goes on (`a/+b`, which is literal). */
export function patternKind(path: string): PatternKind {
  if (path === "+" || path.startsWith("+/") || path.includes("/+")) return "segments";
  return path.endsWith("*") ? "prefix" : "exact";
}

export interface Rank {
  /** Bytes before the first wildcard of any sort: the later, the more specific. */
  readonly firstWildcard: number;
  readonly glob: boolean;
  /** Segments that are `+`. */
  readonly wildcards: number;
  /** The pattern without a `*` at the end, as bytes. */
  readonly bytes: Buffer;
}

export function rankOf(path: string, kind: "prefix" | "segments"): Rank {
  const glob = path.endsWith("*");
  const text = glob ? path.slice(0, -1) : path;
  const plain = kind === "segments" ? text.slice(0, path.indexOf("+")) : text;
  return {
    firstWildcard: Buffer.byteLength(plain, "utf8"),
    glob,
    wildcards: text.split("/").filter((segment) => segment === "+").length,
    bytes: Buffer.from(text, "utf8"),
  };
}

/** Above 0 where `a` outranks `b`. Total over different patterns. */
export function compareRank(a: Rank, b: Rank): number {
  return (
    a.firstWildcard - b.firstWildcard ||
    Number(b.glob) - Number(a.glob) ||
    b.wildcards - a.wildcards ||
    a.bytes.length - b.bytes.length ||
    Buffer.compare(a.bytes, b.bytes)
  );
}

/** Literal text and expressions in turn, null without a template. */
export function templateSlots(path: string): readonly string[] | null | "unbalanced" {
  const [head = "", ...pieces] = path.split("{{");
  if (head.includes("}}")) return "unbalanced";
  if (pieces.length === 0) return null;
  const slots = [head];
  for (const piece of pieces) {
    const [expression, literal, more] = piece.split("}}");
    if (expression === undefined || literal === undefined || more !== undefined) return "unbalanced";
    slots.push(expression.trim(), literal);
  }
  return slots;
}

export const FORBIDDEN_VALUE = Symbol("a template value with a slash or a wildcard");

/**
 * The path with its expressions replaced; null where one has no value. `FORBIDDEN_VALUE` where a value holds a slash or
 * would bring in a wildcard: it names another path than the policy's author can have meant, for better or worse.
 */
export function fillTemplate(
  slots: readonly string[],
  values: TemplateValues,
): string | null | typeof FORBIDDEN_VALUE {
  let path = "";
  for (const [index, slot] of slots.entries()) {
    const value = index % 2 === 0 ? slot : resolve(slot, values);
    if (index % 2 === 1) {
      if (value === undefined || value === "") return null;
      if (value.includes("/")) return FORBIDDEN_VALUE;
    }
    path += value ?? "";
  }
  const written = slots.map((slot, index) => (index % 2 === 0 ? slot : "x")).join("");
  return wildcardsOf(path) === wildcardsOf(written) ? path : FORBIDDEN_VALUE;
}

function wildcardsOf(path: string): string {
  const plus = path.split("/").filter((segment) => segment === "+").length;
  return `${plus} ${path.endsWith("*")} ${hasForbiddenWildcards(path)}`;
}

type Metadata = Readonly<Record<string, string>> | undefined;
const own = (map: Metadata, key: string): string | undefined =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;

/** The part after `prefix` where `text` begins with it. */
const after = (text: string, prefix: string): string | null =>
  text.startsWith(prefix) ? text.slice(prefix.length) : null;

function resolve(expression: string, values: TemplateValues): string | undefined {
  const entity = after(expression, "identity.entity.");
  if (entity !== null) return values.entity && resolveEntity(entity, values.entity);
  const group = after(expression, "identity.groups.");
  return group === null ? undefined : resolveGroup(group, values.groups ?? []);
}

function resolveEntity(selector: string, entity: NonNullable<TemplateValues["entity"]>): string | undefined {
  const alias = after(selector, "aliases.");
  if (alias === null) return resolveFields(selector, entity);
  const dot = alias.indexOf(".");
  const found = entity.aliases?.find((one) => one.mountAccessor === alias.slice(0, dot));
  if (dot === -1 || found === undefined) return undefined;
  const custom = after(alias.slice(dot + 1), "custom_metadata.");
  return custom === null ? resolveFields(alias.slice(dot + 1), found) : own(found.customMetadata, custom);
}

function resolveGroup(selector: string, groups: NonNullable<TemplateValues["groups"]>): string | undefined {
  const [by = "", key, ...rest] = selector.split(".");
  const field = by === "ids" ? "id" : by === "names" ? "name" : null;
  const found = field === null ? undefined : groups.find((group) => group[field] === key);
  return found && resolveFields(rest.join("."), found);
}

function resolveFields(
  selector: string,
  from: { readonly id: string; readonly name: string; readonly metadata?: Metadata },
): string | undefined {
  if (selector === "id") return from.id;
  if (selector === "name") return from.name;
  const key = after(selector, "metadata.");
  return key === null ? undefined : own(from.metadata, key);
}
