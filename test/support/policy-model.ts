/**
 * A second, slow matcher for policies, written straight from the rules as Vault documents them and sharing no code with
 * `src/kernel/policy`: every rule is tried, the matches are sorted. It knows how to be wrong on purpose, so that a test
 * that compares deciders can show that it would notice.
 */
import type { CaseRequest, CaseRule, PolicyCase } from "./policy-cases.ts";

export interface Faults {
  /** Rules that deny are as if they were not written. */
  readonly ignoreDeny?: boolean;
  /** The earlier first wildcard wins. */
  readonly flipPriority?: boolean;
  /** Parameters are not looked at. */
  readonly ignoreParameters?: boolean;
  /** A list is not looked up without its slash. */
  readonly ignoreSlash?: boolean;
}

const LEGACY: Record<string, string[]> = {
  deny: ["deny"],
  read: ["read", "list"],
  write: ["create", "read", "update", "delete", "list"],
  sudo: ["create", "read", "update", "delete", "list", "sudo"],
};
const capabilitiesOf = (rule: CaseRule): string[] => [
  ...rule.capabilities,
  ...(rule.policy === undefined ? [] : (LEGACY[rule.policy] ?? [])),
];

function regexOf(path: string): RegExp {
  const glob = path.endsWith("*");
  const text = glob ? path.slice(0, -1) : path;
  const body = text
    .split("/")
    .map((segment) => (segment === "+" ? "[^/]*" : segment.replace(/[^A-Za-z0-9]/g, "\\$&")))
    .join("/");
  return new RegExp(`^${body}${glob ? ".*" : ""}$`, "s");
}

const isSegments = (path: string): boolean => /(^\+$)|(^\+\/)|(\/\+)/.test(path);
const isExact = (path: string): boolean => !isSegments(path) && !path.endsWith("*");

/** The sort key of a pattern: compared element by element, highest wins. */
function keyOf(path: string): (number | string)[] {
  const glob = path.endsWith("*");
  const text = glob ? path.slice(0, -1) : path;
  const wildcards = isSegments(path) ? text.split("/").filter((segment) => segment === "+").length : 0;
  const first = isSegments(path) ? path.indexOf("+") : text.length;
  return [first, glob ? 0 : 1, -wildcards, text.length, text];
}

function compareKeys(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [index, mine] of a.entries()) {
    const theirs = b[index] ?? 0;
    if (mine !== theirs) return mine < theirs ? -1 : 1;
  }
  return 0;
}

/** All rules of all policies on the path that decides, or null. */
function lookup(set: PolicyCase, asked: string, list: boolean, faults: Faults): CaseRule[] | null {
  const path = asked.replace(/^\/+/, "");
  const rules = set.policies
    .flat()
    .filter((rule) => !(faults.ignoreDeny && capabilitiesOf(rule).includes("deny")))
    .map((rule) => ({ ...rule, path: rule.path.replace(/^\//, "") }));
  const on = (wanted: string): CaseRule[] => rules.filter((rule) => rule.path === wanted);
  const bare = list && path.endsWith("/") && !faults.ignoreSlash ? path.slice(0, -1) : null;
  for (const exact of [path, bare])
    if (exact !== null && rules.some((rule) => rule.path === exact && isExact(rule.path))) return on(exact);
  for (const tried of [path, bare]) {
    if (tried === null) continue;
    const matching = rules.filter((rule) => !isExact(rule.path) && regexOf(rule.path).test(tried));
    matching.sort((a, b) => {
      const [left, right] = [keyOf(a.path), keyOf(b.path)];
      const flipped = faults.flipPriority === true && left[0] !== right[0];
      return flipped ? compareKeys(right, left) : compareKeys(left, right);
    });
    const best = matching.at(-1);
    if (best !== undefined) return on(best.path);
  }
  return null;
}

export function modelCapabilities(set: PolicyCase, path: string, faults: Faults = {}): string[] {
  const all = (lookup(set, path, true, faults) ?? []).flatMap(capabilitiesOf);
  return all.length === 0 || all.includes("deny") ? ["deny"] : [...new Set(all)].sort();
}

export function modelAllows(
  set: PolicyCase,
  request: CaseRequest,
  operation: string,
  faults: Faults = {},
): boolean {
  const rules = lookup(set, request.path, operation === "list" || operation === "scan", faults);
  if (rules === null) return false;
  const capabilities = rules.flatMap(capabilitiesOf);
  if (capabilities.includes("deny") || !capabilities.includes(operation)) return false;
  if (faults.ignoreParameters || !["create", "read", "update", "patch"].includes(operation)) return true;
  const data = Object.entries(request.data ?? {});
  const names = data.map(([name]) => name);
  if (rules.some((rule) => rule.required?.some((name) => !names.includes(name.toLowerCase())))) return false;
  if (data.length === 0) return true;
  const denied = joined(rules.map((rule) => rule.denied));
  if (denied.has("*")) return false;
  if (data.some(([name, value]) => hits(denied.get(name.toLowerCase()), value) === true)) return false;
  const allowed = joined(rules.map((rule) => rule.allowed));
  if (allowed.size === 0) return true;
  return data.every(([name, value]) => hits(allowed.get(name.toLowerCase()), value) ?? allowed.has("*"));
}

/** Per name: true for any value, else the values. */
function joined(lists: readonly (CaseRule["allowed"] | undefined)[]): Map<string, true | unknown[]> {
  const all = new Map<string, true | unknown[]>();
  for (const list of lists)
    for (const [key, values] of Object.entries(list ?? {})) {
      const name = key.toLowerCase();
      const present = all.get(name) ?? [];
      all.set(name, values.length === 0 || present === true ? true : [...present, ...values]);
    }
  return all;
}

/** Null where the name is not listed. */
function hits(values: true | unknown[] | undefined, sent: unknown): boolean | null {
  if (values === undefined) return null;
  if (values === true) return true;
  return values.some((value) => {
    if (typeof value !== "string" || typeof sent !== "string" || value === "*") return value === sent;
    const pattern = value.replace(/^\*|\*$/g, "\0").replace(/[^A-Za-z0-9\0]/g, "\\$&");
    return new RegExp(`^${pattern.replaceAll("\0", ".*")}$`, "s").test(sent);
  });
}
