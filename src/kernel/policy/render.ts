/**
 * Policy text for given names. Whatever a name holds, it stays a name: quotes, `${`, line ends and the like are escaped,
 * and what the policy language would read as a wildcard or a template is refused, because it has no way to write those
 * literally. `parsePolicy` reads back exactly what was asked for.
 */
import { BulkheadError } from "../../core/errors.ts";
import { hasForbiddenWildcards } from "./pattern.ts";
import { quoted } from "./tree.ts";
import type { Capability } from "./types.ts";

export interface LiteralRule {
  /** A path that means itself, without a slash at the front. */
  readonly path: string;
  /** `prefix`: everything that begins with `path` (say `a/b/`, with its slash); default `exact`. */
  readonly match?: "exact" | "prefix" | undefined;
  readonly capabilities: readonly Capability[];
  /** Text for a comment line above the rule; line ends become spaces. */
  readonly comment?: string | undefined;
}

/** HCL that both Bulkhead and Vault read. Throws `policy.inexpressible` for a path with no literal form. */
export function renderPolicy(rules: readonly LiteralRule[]): string {
  return rules.map(renderRule).join("\n");
}

function renderRule(rule: LiteralRule): string {
  const problem = inexpressible(rule);
  if (problem !== null) throw new BulkheadError("policy.inexpressible", { path: quoted(rule.path), problem });
  const comment =
    rule.comment === undefined
      ? ""
      : `# ${rule.comment.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")}\n`;
  const path = quoteHcl(rule.match === "prefix" ? `${rule.path}*` : rule.path);
  const capabilities = [...new Set(rule.capabilities)].sort().map(quoteHcl).join(", ");
  return `${comment}path ${path} {\n  capabilities = [${capabilities}]\n}\n`;
}

/** Why this path cannot be written so that it means itself, or null. */
function inexpressible({ path, match }: LiteralRule): string | null {
  if (path === "") return "it is empty";
  if (!path.isWellFormed()) return "it is not valid Unicode";
  if (path.startsWith("/")) return "a slash at the front is dropped";
  if (path.includes("{{") || path.includes("}}")) return "{{ and }} are templates";
  if (path.split("/").includes("+")) return "a segment + stands for any segment";
  if (match === "prefix") return hasForbiddenWildcards(`${path}*`) ? "+* is forbidden" : null;
  if (path.endsWith("*")) return "* at the end stands for any rest";
  return hasForbiddenWildcards(path) ? "+* is forbidden" : null;
}

/** A double-quoted HCL string that means exactly `text` (valid Unicode). */
export function quoteHcl(text: string): string {
  const body = text.replace(/["\\\p{Cc}\p{Zl}\p{Zp}\ufeff\ue123]|\$(?=\{)/gu, (char) => {
    if (char === '"' || char === "\\") return `\\${char}`;
    if (char === "\n") return "\\n";
    const code = char.charCodeAt(0);
    return code < 0x80
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${body}"`;
}
