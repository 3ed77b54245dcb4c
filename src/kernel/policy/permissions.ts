/** What all rules on one path grant together, and the checks of a request against it. */
import {
  CAPABILITY_BITS,
  type Capability,
  type Operation,
  type ParameterLists,
  type ParameterValue,
  type PathRule,
  type RequestData,
} from "./types.ts";

const NAMES = (Object.keys(CAPABILITY_BITS) as Capability[]).sort();
const DENY = CAPABILITY_BITS.deny;
/** Operations whose parameters are looked at. */
const WITH_PARAMETERS: ReadonlySet<Operation> = new Set(["read", "update", "create", "patch"]);

export type LimitCheck =
  | { readonly allowed: true; readonly limit: number | null }
  | { readonly allowed: false };

export class Permissions {
  /** The pattern all merged rules are written for. */
  readonly path: string;
  readonly policies: string[] = [];
  bits = 0;
  #names: readonly string[] | null = null;
  #required: readonly string[] = [];
  #allowed: ParameterLists | null = null;
  #denied: ParameterLists | null = null;
  #minWrappingTtl: number | null = null;
  #maxWrappingTtl: number | null = null;
  #paginationLimit: number | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Capabilities unite, deny erases all, wrapping TTLs and page sizes take the least, parameter lists are joined. */
  merge(rule: PathRule, policy: string): void {
    if (!this.policies.includes(policy)) this.policies.push(policy);
    if (this.bits === DENY) return;
    for (const capability of rule.capabilities) this.bits |= CAPABILITY_BITS[capability];
    if ((this.bits & DENY) !== 0) {
      this.bits = DENY; // nothing else is looked at from here on
      return;
    }
    this.#minWrappingTtl = least(this.#minWrappingTtl, rule.minWrappingTtl);
    this.#maxWrappingTtl = least(this.#maxWrappingTtl, rule.maxWrappingTtl);
    this.#paginationLimit = least(this.#paginationLimit, rule.paginationLimit);
    this.#allowed = join(this.#allowed, rule.allowedParameters);
    this.#denied = join(this.#denied, rule.deniedParameters);
    if (rule.requiredParameters.length > 0)
      this.#required = [...new Set([...this.#required, ...rule.requiredParameters])];
  }

  get denies(): boolean {
    return (this.bits & DENY) !== 0 || this.bits === 0;
  }

  get sudo(): boolean {
    return (this.bits & CAPABILITY_BITS.sudo) !== 0;
  }

  /** Sorted; `["deny"]` where nothing is granted. */
  get capabilities(): readonly string[] {
    this.#names ??= this.denies
      ? ["deny"]
      : NAMES.filter((name) => (this.bits & CAPABILITY_BITS[name]) !== 0);
    return this.#names;
  }

  /** `ttl` in milliseconds, undefined where no wrapping was asked for. Merging can leave a window that nothing fits. */
  allowsWrapping(ttl: number | undefined): boolean {
    const [min, max] = [this.#minWrappingTtl, this.#maxWrappingTtl];
    if (min === null && max === null) return true;
    if (ttl === undefined) return false;
    return (min === null || ttl >= min) && (max === null || ttl <= max);
  }

  looksAtParameters(operation: Operation): boolean {
    return (
      WITH_PARAMETERS.has(operation) &&
      (this.#required.length > 0 || this.#allowed !== null || this.#denied !== null)
    );
  }

  get limitsLists(): boolean {
    return this.#paginationLimit !== null;
  }

  /** Required, then denied, then allowed. A required name must be sent in lower case, as Vault has it; the others in any. */
  allowsParameters(data: RequestData): boolean {
    if (!this.#required.every((name) => Object.hasOwn(data, name))) return false;
    const sent = Object.entries(data);
    if (sent.length === 0) return true;
    return this.#noneDenied(sent) && this.#allAllowed(sent);
  }

  #noneDenied(sent: readonly (readonly [string, unknown])[]): boolean {
    const denied = this.#denied;
    if (denied === null) return true;
    if (denied.has("*")) return false;
    return sent.every(([name, value]) => {
      const list = denied.get(name.toLowerCase());
      return list === undefined || !matchesAny(value, list);
    });
  }

  #allAllowed(sent: readonly (readonly [string, unknown])[]): boolean {
    const allowed = this.#allowed;
    if (allowed === null) return true;
    const any = allowed.has("*");
    if (any && allowed.size === 1) return true;
    return sent.every(([name, value]) => {
      const list = allowed.get(name.toLowerCase());
      return list === undefined ? any : matchesAny(value, list);
    });
  }

  /** The page size of a list: an unlimited or larger one than the policy's is refused, none at all becomes the policy's. */
  checkLimit(data: RequestData): LimitCheck {
    const most = this.#paginationLimit;
    const asked = Object.hasOwn(data, "limit") ? data.limit : undefined;
    if (most === null) return { allowed: true, limit: asked === "max" ? 0 : null };
    if (asked === undefined)
      return this.#required.includes("limit") ? { allowed: false } : { allowed: true, limit: most };
    if (asked === "max") return { allowed: true, limit: most };
    const count = typeof asked === "number" || typeof asked === "string" ? Number(asked) : Number.NaN;
    return Number.isInteger(count) && count > 0 && count <= most
      ? { allowed: true, limit: count }
      : { allowed: false };
  }
}

function least(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

/** Null where neither names anything: an empty list restricts nothing. */
function join(mine: ParameterLists | null, theirs: ParameterLists | null): ParameterLists | null {
  if (theirs === null || theirs.size === 0) return mine;
  if (mine === null) return theirs;
  const joined = new Map(mine);
  for (const [name, values] of theirs) {
    const present = joined.get(name);
    const any = values.length === 0 || present?.length === 0;
    joined.set(name, any ? [] : [...values, ...(present ?? [])]);
  }
  return joined;
}

/** An empty list matches every value; a number or boolean matches itself; lists and objects match nothing. */
function matchesAny(value: unknown, list: readonly ParameterValue[]): boolean {
  return (
    list.length === 0 ||
    list.some((one) =>
      typeof one === "string" && typeof value === "string" ? globMatches(one, value) : one === value,
    )
  );
}

/** `*x`, `x*` and `*x*`; a lone `*` is a literal one, as in Vault (an empty list is how to say "any"). */
function globMatches(pattern: string, value: string): boolean {
  if (pattern.length < 2) return pattern === value;
  const front = pattern.startsWith("*");
  const back = pattern.endsWith("*");
  const text = pattern.slice(front ? 1 : 0, back ? -1 : undefined);
  if (front && back) return value.includes(text);
  if (front) return value.endsWith(text);
  return back ? value.startsWith(text) : value === pattern;
}
