/**
 * What may stand in a declaration, as data. One table of shapes (`schema.ts`) gives the checks, their messages and the JSON
 * schema that editors use; nothing about the form of the file is written a second time.
 */

/** A rule for one piece of text. */
export interface TextRule {
  /** Completes "must be …": `a duration such as 90d`. */
  readonly expected: string;
  /** Source of a regular expression for the whole text, for editors and the check alike. */
  readonly pattern?: string;
  /** The allowed words, where they are few. */
  readonly words?: () => readonly string[];
  /** What is wrong with it, or null. Called after `pattern` and `words`. */
  readonly check?: (text: string) => string | null;
  /** Error of its own instead of `manifest.bad-value`: `name` and `what` are given. */
  readonly code?: "manifest.bad-name" | "manifest.bad-variable" | "manifest.unknown-provider";
  /** What the name names, for `manifest.bad-name`. */
  readonly what?: string;
  /** A number or a truth value is taken as it is written. */
  readonly scalars?: boolean;
}

export interface KeyShape {
  readonly shape: Shape;
  readonly description: string;
  readonly required?: boolean;
}

export type Shape =
  | { readonly kind: "text"; readonly rule: TextRule }
  | { readonly kind: "flag" }
  | { readonly kind: "int"; readonly min: number; readonly max: number }
  | { readonly kind: "list"; readonly item: Shape; readonly min?: number }
  | { readonly kind: "record"; readonly key: TextRule; readonly value: Shape; readonly min?: number }
  | {
      readonly kind: "object";
      readonly keys: Readonly<Record<string, KeyShape>>;
      readonly emptyIsFine?: boolean;
    }
  /** One of several, told apart by what YAML node stands there. */
  | { readonly kind: "either"; readonly scalar?: Shape; readonly list?: Shape; readonly map?: Shape };

export const text = (rule: TextRule): Shape => ({ kind: "text", rule });
export const list = (item: Shape, min = 0): Shape => ({ kind: "list", item, min });
export const record = (key: TextRule, value: Shape, min = 0): Shape => ({ kind: "record", key, value, min });

/** In words, for "must be …". */
export function expectedOf(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return shape.rule.expected;
    case "flag":
      return "true or false";
    case "int":
      return `a whole number from ${shape.min} to ${shape.max}`;
    case "list":
      return "a list";
    case "record":
    case "object":
      return "a map";
    case "either":
      return [shape.scalar, shape.list, shape.map]
        .filter((one) => one !== undefined)
        .map(expectedOf)
        .join(" or ");
  }
}
