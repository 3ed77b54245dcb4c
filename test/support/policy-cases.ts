/**
 * Seeded sets of policies and requests that crowd around the edges of the policy language: shared prefixes, `+` segments,
 * `*` at the end, a slash more or less, deny beside grants, several policies on one path, parameters, the old `policy=`.
 * Every path of set n lies in `<mount>/s<n>/…` or reaches there by a wildcard, so that sets do not disturb one another.
 */
export type CaseValue = string | boolean;

export interface CaseRule {
  readonly path: string;
  readonly capabilities: readonly string[];
  readonly policy?: string | undefined;
  readonly required?: readonly string[] | undefined;
  readonly allowed?: Readonly<Record<string, readonly CaseValue[]>> | undefined;
  readonly denied?: Readonly<Record<string, readonly CaseValue[]>> | undefined;
  readonly minWrap?: string | undefined;
  readonly maxWrap?: string | undefined;
}

export interface CaseRequest {
  /** `write` is create or update, by whether the path holds something already. */
  readonly method: "read" | "write" | "delete" | "list" | "scan" | "patch";
  readonly path: string;
  readonly data?: Readonly<Record<string, CaseValue>> | undefined;
  /** Seconds. */
  readonly wrap?: number | undefined;
}

export interface PolicyCase {
  readonly id: number;
  readonly policies: readonly (readonly CaseRule[])[];
  readonly requests: readonly CaseRequest[];
  /** Asked of `sys/capabilities`. */
  readonly paths: readonly string[];
}

export interface CaseDecisions {
  /** One for each request: not refused with 403. */
  readonly allowed: readonly boolean[];
  /** One for each path, sorted as the server sorts. */
  readonly capabilities: readonly (readonly string[])[];
}

/** Whatever decides: Bulkhead's ACL, a model, a server. */
export type Decider = (set: PolicyCase) => CaseDecisions | Promise<CaseDecisions>;

/** 32 bits of state; the same seed gives the same cases on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const CAPABILITIES = ["create", "read", "update", "delete", "list", "sudo", "patch", "scan"];
const SEGMENTS = ["a", "ab", "b", "abc", "a+", "x*y", "+b"];
const METHODS: readonly CaseRequest["method"][] = [
  "read",
  "write",
  "write",
  "delete",
  "list",
  "scan",
  "patch",
];
const NAMES = ["kind", "ttl", "Kind", "note"];
const VALUES: readonly CaseValue[] = ["red", "redder", "blue", "re", "", "*", true, false];
const GLOBS: readonly CaseValue[] = ["red", "re*", "*d", "*ed*", "*", "**", "blue", "", true];

export function policyCases(count: number, seed: number, mount: string): PolicyCase[] {
  return Array.from({ length: count }, (_, id) => policyCase(id, seeded(seed * 1_000_003 + id), mount));
}

function policyCase(id: number, random: () => number, mount: string): PolicyCase {
  const chance = (probability: number): boolean => random() < probability;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const some = <T>(most: number, one: () => T): T[] =>
    Array.from({ length: 1 + Math.floor(random() * most) }, one);
  const base = `${mount}/s${id}`;
  const wrapping = chance(0.25);
  const segments = (): string[] => Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(SEGMENTS));
  // few concrete paths, so that rules and requests meet
  const concrete = some(3, () => `${base}/${segments().join("/")}`);

  const pattern = (): string => {
    let path = chance(0.8) ? pick(concrete) : `${base}/${segments().join("/")}`;
    if (chance(0.25))
      path = path
        .split("/")
        .slice(0, 2 + Math.floor(random() * 3))
        .join("/");
    if (chance(0.45))
      path = path
        .split("/")
        .map((segment, at) => (chance(at === 0 ? 0.1 : 0.4) ? "+" : segment))
        .join("/");
    if (chance(0.2)) path = `${path}/`;
    if (chance(0.35)) path = `${path.slice(0, path.length - Math.floor(random() * 3))}*`;
    if (chance(0.05)) path = "*";
    if (chance(0.05)) path = `${path.slice(0, path.lastIndexOf("/"))}/+`;
    return path.includes("+*") ? path.replaceAll("+*", "+/*") : path;
  };
  const lists = (): Record<string, CaseValue[]> => {
    const names = new Set(some(2, () => (chance(0.15) ? "*" : pick(NAMES).toLowerCase())));
    return Object.fromEntries(
      [...names].map((name) => [name, chance(0.3) ? [] : some(2, () => pick(GLOBS))]),
    );
  };
  const rule = (): CaseRule => {
    const capabilities = chance(0.12) ? ["deny"] : CAPABILITIES.filter(() => chance(0.55));
    if (chance(0.04)) capabilities.push("deny");
    const wraps = wrapping && chance(0.6);
    return {
      path: pattern(),
      capabilities,
      ...(chance(0.08) && { policy: pick(["read", "write", "sudo", "deny"]) }),
      ...(chance(0.12) && { required: some(2, () => pick(NAMES)) }),
      ...(chance(0.2) && { allowed: lists() }),
      ...(chance(0.2) && { denied: lists() }),
      ...(wraps && chance(0.6) && { minWrap: pick(["60", "2m"]) }),
      ...(wraps && chance(0.6) && { maxWrap: pick(["3m", "300"]) }),
    };
  };
  const path = (): string => {
    const found = chance(0.8) ? pick(concrete) : `${base}/${segments().join("/")}`;
    return chance(0.2) ? `${found}${pick(["c", "/a", "/"])}` : found;
  };
  const request = (): CaseRequest => {
    const method = pick(METHODS);
    let found = path();
    // a write to a path with a slash at its end is a mistake of its own, and a list always has one
    if (method === "write" || method === "patch") found = found.replace(/\/$/, "");
    if (method === "list" || method === "scan") found = found.endsWith("/") ? found : `${found}/`;
    const withData = method === "write" || method === "patch" || (method === "read" && chance(0.3));
    const values = method === "read" ? VALUES.filter((value) => typeof value === "string") : VALUES;
    const data = withData ? Object.fromEntries(some(2, () => [pick(NAMES), pick(values)])) : undefined;
    return {
      method,
      path: found,
      ...(data !== undefined && { data }),
      ...(chance(wrapping ? 0.7 : 0.03) && { wrap: pick([60, 120, 180, 300, 600]) }),
    };
  };
  const shared = rule();
  const policies = some(3, () => some(3, rule));
  // two rules on one path, often in two policies
  if (chance(0.5)) policies.push([shared, { ...rule(), path: shared.path }].slice(0, chance(0.5) ? 1 : 2));
  if (chance(0.4)) policies[0]?.push({ ...rule(), path: shared.path });
  return { id, policies, requests: some(12, request), paths: [...new Set([...some(3, path), pattern()])] };
}

/** One policy of a case as HCL. */
export function hclOf(rules: readonly CaseRule[]): string {
  return rules
    .map((rule) => {
      const lines = [`capabilities = ${list(rule.capabilities)}`];
      if (rule.policy !== undefined) lines.push(`policy = ${text(rule.policy)}`);
      if (rule.required !== undefined) lines.push(`required_parameters = ${list(rule.required)}`);
      if (rule.allowed !== undefined) lines.push(`allowed_parameters = ${lists(rule.allowed)}`);
      if (rule.denied !== undefined) lines.push(`denied_parameters = ${lists(rule.denied)}`);
      if (rule.minWrap !== undefined) lines.push(`min_wrapping_ttl = ${text(rule.minWrap)}`);
      if (rule.maxWrap !== undefined) lines.push(`max_wrapping_ttl = ${text(rule.maxWrap)}`);
      return `path ${text(rule.path)} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
    })
    .join("");
}

const text = (value: CaseValue): string => JSON.stringify(value);
const list = (values: readonly CaseValue[]): string => `[${values.map(text).join(", ")}]`;
const lists = (values: Readonly<Record<string, readonly CaseValue[]>>): string =>
  `{ ${Object.entries(values)
    .map(([name, some]) => `${text(name)} = ${list(some)}`)
    .join(", ")} }`;

/**
 * Decides the requests of a set in turn, keeping track of what exists, so that a write is a create or an update as it
 * would be at a key-value mount: `allow` is asked for one operation.
 */
export function decideInTurn(
  set: PolicyCase,
  allow: (
    request: CaseRequest,
    operation: "create" | "update" | Exclude<CaseRequest["method"], "write">,
  ) => boolean,
): boolean[] {
  const existing = new Set<string>();
  return set.requests.map((request) => {
    const { method, path } = request;
    const operation = method === "write" ? (existing.has(path) ? "update" : "create") : method;
    const allowed = allow(request, operation);
    if (allowed && method === "write" && Object.keys(request.data ?? {}).length > 0) existing.add(path);
    if (allowed && method === "delete") existing.delete(path);
    return allowed;
  });
}

export interface Disagreement {
  readonly set: PolicyCase;
  readonly what: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export function disagreements(
  set: PolicyCase,
  expected: CaseDecisions,
  actual: CaseDecisions,
): Disagreement[] {
  const found: Disagreement[] = [];
  for (const [at, request] of set.requests.entries())
    if (expected.allowed[at] !== actual.allowed[at]) {
      found.push({
        set,
        what: JSON.stringify(request),
        expected: expected.allowed[at],
        actual: actual.allowed[at],
      });
      break; // later ones of the set may only follow from it
    }
  for (const [at, path] of set.paths.entries()) {
    const [one, other] = [expected.capabilities[at], actual.capabilities[at]];
    if (one?.join() !== other?.join())
      found.push({ set, what: `capabilities of ${path}`, expected: one, actual: other });
  }
  return found;
}

export function describeDisagreement({ set, what, expected, actual }: Disagreement): string {
  return `set ${set.id}: ${what}: expected ${String(expected)}, got ${String(actual)}\n${set.policies.map(hclOf).join("---\n")}`;
}
