/** Small YAML files of people's own: plain text only, no aliases (which can stand for more than memory holds). */
import { parseDocument } from "yaml";
import { BulkheadError } from "../core/errors.ts";

export type Invalid = (problem: string) => never;

/** Throws `ci.list-invalid`. */
export const invalidAt =
  (path: string): Invalid =>
  (problem) => {
    throw new BulkheadError("ci.list-invalid", { path, problem });
  };

/** Every scalar is text. Throws through `invalid` what is no mapping. */
export function readList(text: string, invalid: Invalid): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    const document = parseDocument(text, { schema: "failsafe" });
    const [error] = document.errors;
    if (error !== undefined) return invalid(error.message.split("\n")[0] ?? "is not YAML");
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof BulkheadError) throw error;
    return invalid("is not plain YAML (aliases are not taken)");
  }
  if (!isRecord(value)) return invalid("is not a mapping");
  return value;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
