/** The values of `bulkhead mask --secrets-from FILE`: a JSON array or object, or NAME=value lines. */
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { parseDotenv } from "../dotenv.ts";
import { readPrivateFile } from "../private-file.ts";

export interface NamedValue {
  readonly name: string;
  readonly value: Buffer;
}

/** Throws `mask.stdin-is-data`, `mask.no-values`, `cli.file-exposed`, `io.failed`. */
export function readValues(path: string): NamedValue[] {
  if (path === "-" || path === "/dev/stdin" || path === "/dev/fd/0" || path === "/proc/self/fd/0")
    throw new BulkheadError("mask.stdin-is-data");
  using file = readPrivateFile(path);
  return valuesOf(file, path);
}

/** A line that says nothing is refused, not passed over: its value would stay in the output. */
export function valuesOf(file: Secret, path: string): NamedValue[] {
  const refuse = (reason: string): BulkheadError => new BulkheadError("mask.no-values", { path, reason });
  const text = file.revealText();
  if (/^\s*[[{]/.test(text)) {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      throw refuse("it begins like JSON and is not");
    }
    return leavesOf(parsed, "");
  }
  const { entries, unread } = parseDotenv(text);
  if (unread.length > 0) throw refuse(`line ${unread[0]} is not NAME=value`);
  if (entries.length === 0) throw refuse("it is empty");
  return entries.map(({ name, value }) => ({ name, value: Buffer.from(value) }));
}

/** Strings and numbers, named by their place: `database.password`, `#3`. */
function leavesOf(value: unknown, name: string): NamedValue[] {
  if (typeof value === "string" || typeof value === "number")
    return [{ name: name === "" ? "#1" : name, value: Buffer.from(String(value)) }];
  if (typeof value !== "object" || value === null) return [];
  const inside = (key: string): string => (name === "" ? key : `${name}.${key}`);
  return Array.isArray(value)
    ? value.flatMap((one, index) => leavesOf(one, inside(`#${index + 1}`)))
    : Object.entries(value).flatMap(([key, one]) => leavesOf(one, inside(key)));
}
