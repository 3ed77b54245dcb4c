/** Which policies a role lets a token have: Vault's rules, in its words. */
import { BulkheadError } from "../../core/errors.ts";
import type { TokenRole } from "./roles.ts";

const invalid = (problem: string): BulkheadError => new BulkheadError("token.invalid", { problem });
const shown = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(" ")}]`;

/** Lower case, each once, sorted. */
export const policyNames = (names: readonly string[]): string[] =>
  [...new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ""))].sort();

/** `*` stands for any text, anywhere. Compared piece by piece, so that no pattern costs more than its length times the name's. */
export function matchesGlob(glob: string, name: string): boolean {
  const [first = "", ...rest] = glob.split("*");
  if (rest.length === 0) return glob === name;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - at >= last.length && name.endsWith(last);
}

/**
 * null: the role limits nothing, so that the maker's own policies do. Otherwise what the role gives a token that asks for nothing
 * (empty: the maker's own). Throws `token.invalid` for what it does not allow.
 */
export function allowedByRole(
  role: TokenRole,
  asked: readonly string[],
  noDefault: boolean,
): readonly string[] | null {
  const { allowed_policies, allowed_policies_glob, disallowed_policies, disallowed_policies_glob } = role;
  const limits = allowed_policies.length > 0 || allowed_policies_glob.length > 0;
  const forbids = disallowed_policies.length > 0 || disallowed_policies_glob.length > 0;
  if (!limits && !forbids) return null;
  const withDefault = (names: readonly string[], without: boolean): string[] =>
    names.includes("root") ? ["root"] : policyNames(without ? names : [...names, "default"]);
  const allowed = withDefault(allowed_policies, role.token_no_default_policy);
  const wanted =
    asked.length > 0 ? withDefault(asked, noDefault) : limits ? withDefault(allowed_policies, noDefault) : [];
  const fits = (name: string): boolean =>
    allowed.includes(name) || allowed_policies_glob.some((glob) => matchesGlob(glob, name));
  if (limits && asked.length > 0 && !wanted.every(fits))
    throw invalid(
      `token policies (${shown(wanted)}) must be subset of the role's allowed policies (${shown(allowed)}) or glob policies (${shown(allowed_policies_glob)})`,
    );
  for (const name of wanted)
    if (
      disallowed_policies.includes(name) ||
      disallowed_policies_glob.some((glob) => matchesGlob(glob, name))
    )
      throw invalid(`token policy ${JSON.stringify(name)} is disallowed by this role`);
  return limits ? wanted : [];
}
