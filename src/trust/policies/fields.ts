/** Reading documents of unknown shape. */
import type { Json } from "../../core/json-bytes.ts";

export type Fields = Readonly<Record<string, Json>>;

export const isFields = (value: Json | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A list, or the one that stands for a list of one. */
export const listOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Json];
