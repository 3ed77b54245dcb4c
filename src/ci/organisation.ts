/**
 * `organisation.yaml`: floors that no repository below it gets under. It stands above repositories (a folder of checkouts, a runner's image) or is
 * named; where several do, the strictest of each counts.
 *
 *     ci:
 *       required: [secrets-whole-context]   # no comment and no list silences these
 *       severity: medium                    # from here on a finding fails, whatever a command asks for
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import type { Severity } from "../core/finding.ts";
import { type Invalid, invalidAt, isRecord, readList } from "./list-file.ts";

const NAME = "organisation.yaml";
const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

export interface Floor {
  /** Of the files it is made of; absolute. */
  readonly paths: readonly string[];
  readonly required: ReadonlySet<string>;
  /** Null: none is set. */
  readonly severity: Severity | null;
}

/** `root`: absolute; the file in its parents counts, and `named` besides. Throws `ci.list-invalid`, `io.failed`. */
export function floorOf(root: string, named: string | null, known: ReadonlySet<string>): Floor {
  const paths: string[] = [];
  const required = new Set<string>();
  let severity: Severity | null = null;
  const add = (path: string, text: string): void => {
    paths.push(path);
    const floor = readFloor(text, known, invalidAt(path));
    for (const id of floor.required) required.add(id);
    if (floor.severity !== null && (severity === null || rank(floor.severity) > rank(severity)))
      severity = floor.severity;
  };
  if (named !== null) add(named, read(named));
  for (let folder = dirname(root); ; folder = dirname(folder)) {
    const path = join(folder, NAME);
    const text = path === named ? null : readIfThere(path);
    if (text !== null) add(path, text);
    if (folder === dirname(folder)) break;
  }
  return { paths, required, severity };
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

function readFloor(
  text: string,
  known: ReadonlySet<string>,
  invalid: Invalid,
): { readonly required: readonly string[]; readonly severity: Severity | null } {
  const { ci } = readList(text, invalid);
  if (ci === undefined) return { required: [], severity: null };
  if (!isRecord(ci)) return invalid("has a `ci` that is no mapping");
  const stranger = Object.keys(ci).find((name) => name !== "required" && name !== "severity");
  if (stranger !== undefined) return invalid(`has the unknown member ci.${stranger.slice(0, 40)}`);
  const { required = [], severity = null } = ci;
  if (!Array.isArray(required)) return invalid("has a ci.required that is no list");
  for (const id of required as unknown[])
    if (typeof id !== "string" || !known.has(id))
      return invalid(`names ${String(id).slice(0, 40)} in ci.required, which is no check`);
  if (severity !== null && !SEVERITIES.includes(severity as Severity))
    return invalid(`has a ci.severity that is none of ${SEVERITIES.join(", ")}`);
  return { required: required as string[], severity: severity as Severity | null };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}

/** A file that is there and cannot be read is an error: a floor must not vanish in silence. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    if (reason === "ENOENT" || reason === "ENOTDIR" || reason === "EISDIR") return null;
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}
