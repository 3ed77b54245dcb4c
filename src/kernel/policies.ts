/**
 * Policies by name (rows at `core/policy/<name>`) and what the policies of one token allow. A policy is parsed when its row
 * changed and compiled once per set of names; a request only asks the compiled list.
 */
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Barrier } from "./barrier/index.ts";
import { ROOT_POLICY, compileAcl } from "./policy/acl.ts";
import {
  DEFAULT_POLICY,
  DEFAULT_POLICY_TEXT,
  RESPONSE_WRAPPING,
  RESPONSE_WRAPPING_TEXT,
  rootPolicy,
} from "./policy/builtin.ts";
import { parsePolicy } from "./policy/parse.ts";
import type { Acl, CompiledPolicy, TemplateValues } from "./policy/types.ts";
import type { Identities } from "./identity/index.ts";
import { RowCache } from "./row-cache.ts";
import type { AccessService, PolicyService, RightsHolder } from "./services.ts";

interface PolicyRow {
  readonly text: string;
  readonly compiled: CompiledPolicy;
}

const PREFIX = "core/policy/";
const BUILTIN: Readonly<Record<string, string>> = {
  [DEFAULT_POLICY]: DEFAULT_POLICY_TEXT,
  [RESPONSE_WRAPPING]: RESPONSE_WRAPPING_TEXT,
};
const MOST_ACLS = 5_000;

interface CachedAcl {
  readonly policies: readonly CompiledPolicy[];
  readonly templates: TemplateValues | null;
  readonly acl: Acl;
}

export class Policies implements PolicyService, AccessService {
  readonly #barrier: Barrier;
  readonly #clock: Clock;
  readonly #rows: RowCache<PolicyRow | null>;
  readonly #identities: Identities;
  readonly #acls = new Map<string, CachedAcl>();

  constructor(barrier: Barrier, clock: Clock, identities: Identities) {
    this.#barrier = barrier;
    this.#identities = identities;
    this.#clock = clock;
    this.#rows = new RowCache(barrier, PREFIX, (bytes, name) => {
      const text = bytes?.toString("utf8") ?? (Object.hasOwn(BUILTIN, name) ? BUILTIN[name] : null) ?? null;
      return text === null ? null : { text, compiled: parsePolicy(name, text) };
    });
  }

  async get(name: string): Promise<string | null> {
    if (normal(name) === ROOT_POLICY) return "";
    return (await this.#rows.get(normal(name)))?.text ?? null;
  }

  async put(name: string, text: string): Promise<void> {
    const own = normal(name);
    refuseWrapping(own, "update");
    if (own === ROOT_POLICY) throw new BulkheadError("policy.protected", { action: "update", name: own });
    parsePolicy(own, text);
    await this.#barrier.view(PREFIX).put(own, Buffer.from(text));
  }

  async delete(name: string): Promise<void> {
    const own = normal(name);
    refuseWrapping(own, "delete");
    if (own === ROOT_POLICY || own === DEFAULT_POLICY)
      throw new BulkheadError("policy.protected", { action: "delete", name: `"${own}"` });
    await this.#barrier.view(PREFIX).delete(own);
  }

  async names(): Promise<string[]> {
    const stored = await this.#barrier.view(PREFIX).keys("");
    return [...new Set([DEFAULT_POLICY, ...stored, ROOT_POLICY])].sort();
  }

  /** What a token may do now: its own policies and its entity's. Throws `identity.refused` for a disabled or deleted entity. */
  async aclOf({ policies, entityId }: RightsHolder, seen?: string): Promise<Acl> {
    const view = await this.#identities.of({ entityId }, seen);
    if (view === null || policies.includes(ROOT_POLICY)) return await this.acl(policies, seen);
    const more = view.policies.filter((name) => name !== ROOT_POLICY && !policies.includes(name));
    return await this.acl([...policies, ...more], seen, view.templates);
  }

  /** What these policies allow together; names without a policy grant nothing. */
  async acl(names: readonly string[], seen?: string, templates: TemplateValues | null = null): Promise<Acl> {
    const policies: CompiledPolicy[] = [];
    for (const name of names) {
      const policy = name === ROOT_POLICY ? rootPolicy : (await this.#rows.get(name, seen))?.compiled;
      if (policy !== undefined) policies.push(policy);
    }
    // only where a path names the caller does it matter who it is; all others share one list
    const values = policies.some((policy) => policy.templated) ? templates : null;
    const key = [values?.entity?.id ?? "", ...names].join("\n");
    const known = this.#acls.get(key);
    if (
      known?.templates === values &&
      known.policies.length === policies.length &&
      policies.every((one, i) => one === known.policies[i])
    )
      return known.acl;
    const acl = compileAcl(policies, values ?? {}, this.#clock);
    if (known === undefined && this.#acls.size >= MOST_ACLS) this.#forgetOldest();
    this.#acls.set(key, { policies, templates: values, acl });
    return acl;
  }

  /** A quarter of them, the longest known first: many entities must not compile anew at every request. */
  #forgetOldest(): void {
    let left = MOST_ACLS / 4;
    for (const key of this.#acls.keys()) {
      if (left-- <= 0) break;
      this.#acls.delete(key);
    }
  }

  async capabilities(holder: RightsHolder, path: string): Promise<string[]> {
    try {
      return (await this.aclOf(holder)).capabilities(path);
    } catch (error) {
      if (error instanceof BulkheadError && error.code === "identity.refused") return ["deny"];
      throw error;
    }
  }

  async granted(holder: RightsHolder): Promise<ReadonlyMap<string, readonly string[]> | null> {
    const acl = await this.aclOf(holder);
    return acl.root ? null : acl.granted();
  }

  async mayList(holder: RightsHolder, path: string): Promise<boolean> {
    return (await this.aclOf(holder)).seesMount(path);
  }

  clear(): void {
    this.#rows.clear();
    this.#acls.clear();
  }
}

function refuseWrapping(name: string, action: string): void {
  if (name === RESPONSE_WRAPPING)
    throw new BulkheadError("policy.protected", { action, name: `"${RESPONSE_WRAPPING}"` });
}

function normal(name: string): string {
  const own = name.toLowerCase();
  if (own === "" || Buffer.byteLength(own) > 512 || /[\0-\x1f\x7f]/.test(own))
    throw new BulkheadError("request.invalid", {
      problem: "a policy's name has 1 to 512 bytes and no control characters",
    });
  return own;
}
