/** detect-secrets: `pragma: allowlist secret`, `pragma: allowlist nextline secret`, and `.secrets.baseline` (SHA-1 of the value, a file). */
import { BulkheadError } from "../../core/errors.ts";
import type { AllowKind, AllowList } from "./types.ts";

const HERE = /pragma: ?(?:allow|white)list[ -]secret/;
const NEXT = /pragma: ?(?:allow|white)list nextline secret/;

function read(text: string, source: string): AllowList {
  const hashes = new Set<string>();
  const key = (path: string, hash: string): string => `${hash}:${path}`;
  for (const [path, rows] of Object.entries(resultsOf(text, source)))
    for (const row of Array.isArray(rows) ? (rows as readonly Record<string, unknown>[]) : []) {
      // what their audit found to be real is not allowed
      if (typeof row !== "object" || row === null || row.is_secret === true) continue;
      if (typeof row.hashed_secret === "string")
        hashes.add(key(path.replaceAll("\\", "/"), row.hashed_secret.toLowerCase()));
    }
  return {
    problems: [],
    judge: ({ trace }, { path, source: name }) =>
      hashes.has(key(path, trace.sha1))
        ? { allowed: true, reason: "listed for detect-secrets", source: name }
        : null,
  };
}

function resultsOf(text: string, source: string): Record<string, unknown> {
  try {
    const parsed = JSON.parse(text) as { results?: unknown } | null;
    if (typeof parsed?.results === "object" && parsed.results !== null)
      return parsed.results as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new BulkheadError("allow.invalid", { path: source, problem: "is no baseline of detect-secrets" });
}

export const detectSecrets: AllowKind = {
  id: "detect-secrets",
  inline: (line, above) =>
    HERE.test(line) || NEXT.test(above)
      ? { source: "pragma: allowlist secret", reason: "allowed for detect-secrets" }
      : null,
  file: { path: ".secrets.baseline", read },
};
