/**
 * The policies of one token, compiled once: `compileAcl` fills in templates, merges the rules of each path and orders the
 * patterns; `decide` is then a few table lookups. Rules that end at a time vanish at that time: the ACL compiles itself
 * anew when the earliest has passed. Fails closed: what matches no rule is refused.
 */
import { type Clock, systemClock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { RuleIndex } from "./lookup.ts";
import { FORBIDDEN_VALUE, fillTemplate } from "./pattern.ts";
import {
  type Acl,
  type AclRequest,
  type CompiledPolicy,
  type Decision,
  type DecisionReason,
  OPERATION_BITS,
  type RequestData,
  type TemplateValues,
} from "./types.ts";

export const ROOT_POLICY = "root";

/** Throws `policy.root-not-alone` where the policy `root` is among others. */
export function compileAcl(
  policies: readonly CompiledPolicy[],
  templates: TemplateValues = {},
  clock: Clock = systemClock,
): Acl {
  if (policies.some((policy) => policy.name === ROOT_POLICY)) {
    if (policies.length !== 1) throw new BulkheadError("policy.root-not-alone");
    return ROOT;
  }
  return new PolicyAcl(policies, templates, clock);
}

const ROOT_DECISION: Decision = {
  allowed: true,
  sudo: true,
  capabilities: ["root"],
  reason: "root",
  rule: null,
  policies: [ROOT_POLICY],
  listLimit: null,
};
const ROOT: Acl = {
  root: true,
  decide: () => ROOT_DECISION,
  capabilities: () => ["root"],
  granted: () => new Map(),
  seesMount: () => true,
};
const NOTHING = { capabilities: ["deny"], rule: null, policies: [], listLimit: null } as const;
const HELP: Decision = { ...NOTHING, allowed: true, sudo: false, reason: "help" };
const NO_RULE: Decision = { ...NOTHING, allowed: false, sudo: false, reason: "no-rule" };
const BAD_TEMPLATE: Decision = { ...NOTHING, allowed: false, sudo: false, reason: "template" };
const NO_DATA: RequestData = {};

class PolicyAcl implements Acl {
  readonly root = false;
  readonly #policies: readonly CompiledPolicy[];
  readonly #templates: TemplateValues;
  readonly #clock: Clock;
  /** Null where a template's value is forbidden: then everything is refused. */
  #index: RuleIndex | null;
  /** When the next rule ends; Infinity for most. */
  #validUntil = Number.POSITIVE_INFINITY;

  constructor(policies: readonly CompiledPolicy[], templates: TemplateValues, clock: Clock) {
    this.#policies = policies;
    this.#templates = templates;
    this.#clock = clock;
    this.#index = this.#build();
  }

  #build(): RuleIndex | null {
    const index = new RuleIndex();
    this.#validUntil = Number.POSITIVE_INFINITY;
    for (const policy of this.#policies) {
      for (const rule of policy.rules) {
        if (rule.expiration !== null) {
          if (this.#clock.now() >= rule.expiration) continue;
          this.#validUntil = Math.min(this.#validUntil, rule.expiration);
        }
        const path = rule.slots === null ? rule.path : fillTemplate(rule.slots, this.#templates);
        if (path === FORBIDDEN_VALUE) return null;
        if (path !== null) index.add(path, rule, policy.name);
      }
    }
    index.seal();
    return index;
  }

  #current(): RuleIndex | null {
    if (this.#validUntil !== Number.POSITIVE_INFINITY && this.#clock.now() >= this.#validUntil)
      this.#index = this.#build();
    return this.#index;
  }

  decide(request: AclRequest): Decision {
    const { operation } = request;
    if (operation === "help") return HELP;
    const list = operation === "list" || operation === "scan";
    const index = this.#current();
    if (index === null) return BAD_TEMPLATE;
    const found = index.find(withoutSlashes(request.path), list);
    if (found === undefined) return NO_RULE;
    let limit: number | null = null;
    const refusal = ((): DecisionReason | null => {
      if (found.denies) return "denied";
      // an operation that is not in the table has no bit, which nothing grants
      if ((found.bits & OPERATION_BITS[operation]) === 0) return "capability";
      if (!found.allowsWrapping(request.wrapTtl)) return "wrapping";
      if (found.looksAtParameters(operation)) {
        const data = dataOf(request);
        if (data === null || !found.allowsParameters(data)) return "parameters";
      }
      if (!list || (!found.limitsLists && request.data === undefined)) return null;
      const data = dataOf(request);
      const checked = data === null ? null : found.checkLimit(data);
      if (checked?.allowed !== true) return "pagination";
      limit = checked.limit;
      return null;
    })();
    return {
      allowed: refusal === null,
      sudo: found.sudo,
      capabilities: found.capabilities,
      reason: refusal ?? "granted",
      rule: found.path,
      policies: found.policies,
      listLimit: limit,
    };
  }

  capabilities(path: string): string[] {
    // as a list, so that a path with a slash at its end falls back to the rule without it
    return [...(this.#current()?.find(withoutSlashes(path), true)?.capabilities ?? NO_RULE.capabilities)];
  }

  granted(): ReadonlyMap<string, readonly string[]> {
    return this.#current()?.granted() ?? new Map<string, readonly string[]>();
  }

  seesMount(mountPath: string): boolean {
    const path = withoutSlashes(mountPath);
    return this.#current()?.reaches(path.endsWith("/") ? path : `${path}/`) ?? false;
  }
}

function withoutSlashes(path: string): string {
  let start = 0;
  while (path[start] === "/") start++;
  return path.slice(start);
}

/** Null where the data cannot be had: then nothing that depends on it is allowed. */
function dataOf(request: AclRequest): RequestData | null {
  try {
    return (typeof request.data === "function" ? request.data() : request.data) ?? NO_DATA;
  } catch {
    return null;
  }
}
