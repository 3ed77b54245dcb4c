/**
 * A policy's text (HCL or JSON) to rules. Everything that is not understood is refused with its line and column: a key
 * that were ignored could be a restriction that is not enforced. That includes `control_group`, `mfa_methods` and
 * `list_scan_response_keys_filter_path`, which other servers know and Bulkhead does not enforce.
 */
import { parseDuration } from "../../core/duration.ts";
import { isBulkheadError } from "../../core/errors.ts";
import { parseHcl } from "./hcl.ts";
import { parseJson } from "./json.ts";
import { hasForbiddenWildcards, templateSlots } from "./pattern.ts";
import { type Item, type Key, type Node, checkText, invalid, quoted } from "./tree.ts";
import {
  CAPABILITY_BITS,
  type Capability,
  type CompiledPolicy,
  type ParameterLists,
  type ParameterValue,
  type PathRule,
} from "./types.ts";

const isCapability = (name: string): name is Capability => Object.hasOwn(CAPABILITY_BITS, name);

/** The old `policy = "…"` form. */
const LEGACY: Readonly<Record<string, readonly Capability[]>> = {
  deny: ["deny"],
  read: ["read", "list"],
  write: ["create", "read", "update", "delete", "list"],
  sudo: ["create", "read", "update", "delete", "list", "sudo"],
};
const UNENFORCED = new Set(["control_group", "mfa_methods", "list_scan_response_keys_filter_path"]);

interface Draft {
  capabilities: readonly Capability[];
  legacy: readonly Capability[];
  requiredParameters: readonly string[];
  allowedParameters: ParameterLists | null;
  deniedParameters: ParameterLists | null;
  minWrappingTtl: number | null;
  maxWrappingTtl: number | null;
  paginationLimit: number | null;
  expiration: number | null;
}

/** Throws `policy.invalid`. An empty text is a policy that grants nothing. */
export function parsePolicy(name: string, text: string): CompiledPolicy {
  checkText(text);
  const rules = new PolicyReader(text).rules();
  return { name, rules, templated: rules.some((rule) => rule.slots !== null) };
}

class PolicyReader {
  readonly #text: string;
  readonly #json: boolean;

  constructor(text: string) {
    this.#text = text;
    this.#json = /^\s*\{/.test(text);
  }

  rules(): PathRule[] {
    const root = this.#json ? parseJson(this.#text) : parseHcl(this.#text);
    const rules: PathRule[] = [];
    const seen = new Set<string>();
    for (const item of root.items) {
      const [key] = item.keys as [Key];
      if (key.name !== "path") this.#unique(seen, key);
      else if (this.#json) this.#unique(seen, key);
      if (key.name === "path")
        for (const [path, body] of this.#blocks(item)) rules.push(this.#rule(path, body));
      else if (key.name === "name") this.#string(item.value, "name");
      else this.#fail(key, `invalid key ${quoted(key.name)}, expected path or name`);
    }
    return rules;
  }

  #fail(where: { readonly at: number }, problem: string): never {
    throw invalid(this.#text, where.at, problem);
  }

  #unique(seen: Set<string>, key: Key, name = key.name): void {
    if (seen.has(name)) this.#fail(key, `the key ${quoted(name)} is written twice`);
    seen.add(name);
  }

  /** The `path` blocks of an item: one in HCL; in JSON an object (or a list of them) by path, each a body or a list of bodies. */
  #blocks(item: Item): [Key, Node][] {
    if (!this.#json) {
      const [, path] = item.keys;
      if (path === undefined) this.#fail(item, 'expected `path "…" { … }`');
      return [[path, item.value]];
    }
    return this.#each(item.value).flatMap((byPath) => {
      if (byPath.kind !== "object") this.#fail(byPath, "expected an object whose keys are paths");
      const seen = new Set<string>();
      return byPath.items.flatMap((one) => {
        const [path] = one.keys as [Key];
        this.#unique(seen, path);
        return this.#each(one.value).map((body): [Key, Node] => [path, body]);
      });
    });
  }

  #each(node: Node): readonly Node[] {
    return node.kind === "list" ? node.items : [node];
  }

  #rule(key: Key, body: Node): PathRule {
    const path = key.name.startsWith("/") ? key.name.slice(1) : key.name;
    const label = `path ${quoted(path)}`;
    if (hasForbiddenWildcards(path))
      this.#fail(key, `${label}: invalid use of wildcards ('+*' is forbidden)`);
    const slots = templateSlots(path);
    if (slots === "unbalanced") this.#fail(key, `${label}: unbalanced templating characters`);
    if (body.kind !== "object") this.#fail(body, `${label}: expected { … }`);
    const draft: Draft = {
      capabilities: [],
      legacy: [],
      requiredParameters: [],
      allowedParameters: null,
      deniedParameters: null,
      minWrappingTtl: null,
      maxWrappingTtl: null,
      paginationLimit: null,
      expiration: null,
    };
    const seen = new Set<string>();
    for (const item of body.items) {
      const [field] = item.keys as [Key];
      this.#unique(seen, field);
      if (UNENFORCED.has(field.name))
        this.#fail(field, `${label}: ${field.name} is not enforced by Bulkhead, so it is not accepted`);
      const read = Object.hasOwn(FIELDS, field.name) ? FIELDS[field.name] : undefined;
      if (read === undefined || item.keys.length !== 1)
        this.#fail(field, `${label}: invalid key ${quoted(field.name)}`);
      read(this.#values, item.value, draft);
    }
    return this.#finish(key, label, { path, slots, draft });
  }

  #finish(
    key: Key,
    label: string,
    { path, slots, draft }: { path: string; slots: readonly string[] | null; draft: Draft },
  ): PathRule {
    const { legacy, ...limits } = draft;
    const granted = new Set([...draft.capabilities, ...legacy]);
    if (granted.has("deny"))
      return {
        path,
        slots,
        capabilities: ["deny"],
        requiredParameters: [],
        allowedParameters: null,
        deniedParameters: null,
        minWrappingTtl: null,
        maxWrappingTtl: null,
        paginationLimit: null,
        expiration: draft.expiration,
      };
    const { minWrappingTtl: least, maxWrappingTtl: most } = draft;
    if (least !== null && most !== null && most < least)
      this.#fail(key, `${label}: max_wrapping_ttl cannot be less than min_wrapping_ttl`);
    return { path, slots, ...limits, capabilities: [...granted].sort() };
  }

  /** The typed readers the fields below use; each fails at its node. */
  readonly #values: Values = {
    string: (node, field) => this.#string(node, field),
    strings: (node, field) => this.#strings(node, field),
    capability: (node) => {
      const name = this.#string(node, "capabilities");
      if (!isCapability(name)) this.#fail(node, `invalid capability ${quoted(name)}`);
      return name;
    },
    legacy: (node) => {
      const name = this.#string(node, "policy");
      if (name === "") return [];
      const found = Object.hasOwn(LEGACY, name) ? LEGACY[name] : undefined;
      if (found === undefined)
        this.#fail(node, `invalid policy ${quoted(name)}, expected read, write, sudo or deny`);
      return found;
    },
    items: (node, field) => {
      if (node.kind !== "list") this.#fail(node, `${field} must be a list`);
      return node.items;
    },
    parameters: (node, field) => this.#parameters(node, field),
    duration: (node, field) => {
      if (node.kind !== "string" && node.kind !== "number") this.#fail(node, `${field} must be a duration`);
      try {
        // Vault takes 0 for "not set"
        return parseDuration(node.value) || null;
      } catch (error) {
        if (!isBulkheadError(error)) throw error;
        return this.#fail(node, `error parsing ${field}: ${error.message}`);
      }
    },
    whole: (node, field) => {
      if (node.kind !== "number" || !Number.isSafeInteger(node.value))
        this.#fail(node, `${field} must be a whole number`);
      return node.value;
    },
    time: (node, field) => {
      const found =
        node.kind === "number"
          ? node.value * 1_000
          : node.kind === "string"
            ? timeOf(node.value)
            : Number.NaN;
      if (!Number.isFinite(found))
        this.#fail(node, `${field} must be an RFC 3339 time or seconds since the epoch`);
      return found;
    },
  };

  #string(node: Node, field: string): string {
    if (node.kind !== "string") this.#fail(node, `${field} must be a string`);
    return node.value;
  }

  #strings(node: Node, field: string): string[] {
    return this.#values.items(node, field).map((item) => this.#string(item, `each of ${field}`));
  }

  #parameters(node: Node, field: string): ParameterLists {
    const lists = new Map<string, readonly ParameterValue[]>();
    const seen = new Set<string>();
    for (const object of this.#json ? this.#each(node) : [node]) {
      if (object.kind !== "object") this.#fail(object, `${field} must be an object of lists`);
      for (const item of object.items) {
        const [key] = item.keys as [Key];
        if (item.keys.length !== 1) this.#fail(item, `${field}: expected a name and a list`);
        this.#unique(seen, key, key.name.toLowerCase());
        if (item.value.kind !== "list")
          this.#fail(item.value, `${field}: the values of ${quoted(key.name)} must be a list`);
        lists.set(
          key.name.toLowerCase(),
          item.value.items.map((value) => {
            if (value.kind === "list" || value.kind === "object")
              this.#fail(
                value,
                `${field}: the values of ${quoted(key.name)} must be strings, numbers or booleans`,
              );
            return value.kind === "null" ? null : value.value;
          }),
        );
      }
    }
    return lists;
  }
}

interface Values {
  string(node: Node, field: string): string;
  strings(node: Node, field: string): string[];
  capability(node: Node): Capability;
  legacy(node: Node): readonly Capability[];
  items(node: Node, field: string): readonly Node[];
  parameters(node: Node, field: string): ParameterLists;
  duration(node: Node, field: string): number | null;
  whole(node: Node, field: string): number;
  time(node: Node, field: string): number;
}

/** What may stand in a `path` block. */
const FIELDS: Readonly<Record<string, (values: Values, node: Node, draft: Draft) => void>> = {
  comment: (values, node) => void values.string(node, "comment"),
  capabilities: (values, node, draft) => {
    draft.capabilities = values.items(node, "capabilities").map((item) => values.capability(item));
  },
  policy: (values, node, draft) => {
    draft.legacy = values.legacy(node);
  },
  required_parameters: (values, node, draft) => {
    const names = values.strings(node, "required_parameters").map((name) => name.toLowerCase());
    draft.requiredParameters = [...new Set(names)];
  },
  allowed_parameters: (values, node, draft) => {
    draft.allowedParameters = values.parameters(node, "allowed_parameters");
  },
  denied_parameters: (values, node, draft) => {
    draft.deniedParameters = values.parameters(node, "denied_parameters");
  },
  min_wrapping_ttl: (values, node, draft) => {
    draft.minWrappingTtl = values.duration(node, "min_wrapping_ttl");
  },
  max_wrapping_ttl: (values, node, draft) => {
    draft.maxWrappingTtl = values.duration(node, "max_wrapping_ttl");
  },
  pagination_limit: (values, node, draft) => {
    const limit = values.whole(node, "pagination_limit");
    draft.paginationLimit = limit > 0 ? limit : null;
  },
  expiration: (values, node, draft) => {
    draft.expiration = values.time(node, "expiration");
  },
};

function timeOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1_000;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text)
    ? Date.parse(text)
    : Number.NaN;
}
