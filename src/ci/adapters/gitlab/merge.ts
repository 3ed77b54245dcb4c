/** How GitLab puts maps together: included files, `extends`, `!reference`. https://docs.gitlab.com/ci/yaml/yaml_optimization/ */
import { list, map } from "../../yaml/nodes.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../../yaml/types.ts";
import { type Reader, get } from "../reader.ts";
import { tagOf } from "../tags.ts";

/** GitLab's own limits. */
const MAX_EXTENDS = 11;
const MAX_REFERENCES = 10;
/** Nodes that `!reference` may bring into one file. */
const MAX_BROUGHT = 200_000;

/** Maps are merged key by key, everything else is replaced; the span is the later one's. */
export function merged(base: YamlMap, over: YamlMap): YamlMap {
  const names = new Map(base.entries.map((entry) => [entry.name, entry]));
  for (const entry of over.entries) {
    const known = names.get(entry.name);
    names.set(
      entry.name,
      known?.value.kind === "map" && entry.value.kind === "map"
        ? renamed(entry, merged(known.value, entry.value))
        : entry,
    );
  }
  return map(over.file, [...names.values()], over.start, over.end);
}

/** The key stays where it stands; the value may come from elsewhere. */
export function renamed(entry: YamlEntry, value: YamlNode, name = entry.name): YamlEntry {
  const { nameSpan, nameStart, file, start, end } = entry;
  return { name, nameSpan, nameStart, value, file, start, end };
}

/** Jobs of a merged file, with everything they take from others. */
export class Jobs {
  readonly #root: YamlMap;
  readonly #reader: Reader;
  /** Something was included that nobody knows: what is missing may stand there. */
  readonly #open: boolean;
  readonly #extended = new Map<string, YamlMap | null>();
  readonly #entries: ReadonlyMap<string, YamlEntry>;
  #brought = 0;

  constructor(root: YamlMap, reader: Reader, open: boolean) {
    this.#root = root;
    this.#reader = reader;
    this.#open = open;
    this.#entries = new Map(root.entries.map((entry) => [entry.name, entry]));
  }

  /** A job's map after `extends` and `!reference`. */
  job(name: string): YamlMap | null {
    const extended = this.#extend(name, []);
    return extended === null ? null : (this.resolve(extended, 0) as YamlMap);
  }

  #extend(name: string, through: readonly string[]): YamlMap | null {
    const known = this.#extended.get(name);
    if (known !== undefined) return known;
    const entry = this.#entries.get(name);
    if (entry?.value.kind !== "map") return null;
    const body = entry.value;
    const wanted = get(body, "extends");
    let result: YamlMap = body;
    const bases: YamlMap[] = [];
    for (const item of textsOf(wanted?.value)) {
      if (item.value === name || through.includes(item.value)) {
        this.#reader.say("cycle", `\`${name}\` extends itself through this`, item);
        continue;
      }
      if (through.length >= MAX_EXTENDS) {
        this.#reader.say("too-large", `more than ${MAX_EXTENDS} levels of \`extends\``, item);
        continue;
      }
      const base = this.#extend(item.value, [...through, name]);
      if (base !== null) bases.push(base);
      else if (!this.#open) this.#reader.say("unresolved", `there is no job \`${item.value}\` here`, item);
    }
    const [first, ...others] = bases;
    if (first !== undefined) result = merged(others.reduce(merged, first), body);
    this.#extended.set(name, result);
    return result;
  }

  /** The same nodes again where nothing is referenced. */
  resolve(node: YamlNode, depth: number): YamlNode {
    if (node.kind === "scalar" || !this.#mayRefer(node)) return node;
    if (node.kind === "map") {
      let changed = false;
      const entries = node.entries.map((entry) => {
        const value = this.resolve(entry.value, depth);
        if (value === entry.value) return entry;
        changed = true;
        return renamed(entry, value);
      });
      return changed ? map(node.file, entries, node.start, node.end) : node;
    }
    if (tagOf(node) === "reference") return this.#referenced(node, depth);
    let changed = false;
    const items = node.items.map((item) => {
      const value = this.resolve(item, depth);
      if (value !== item) changed = true;
      return value;
    });
    return changed ? list(node.file, items, node.start, node.end) : node;
  }

  #mayRefer(node: YamlNode): boolean {
    // A merged map may hold nodes of several files: only those of a file without the tag are surely done.
    return node.kind === "map" || node.file.text.includes("!reference");
  }

  #referenced(node: Extract<YamlNode, { kind: "list" }>, depth: number): YamlNode {
    const nothing = list(node.file, [], node.start, node.end);
    const path = textsOf(node).map(({ value }) => value);
    if (depth >= MAX_REFERENCES) {
      this.#reader.say("cycle", "a `!reference` that reaches itself, or more than 10 of them in a row", node);
      return nothing;
    }
    let found: YamlNode | undefined =
      this.#extend(path[0] ?? "", []) ?? get(this.#root, path[0] ?? "")?.value;
    for (const name of path.slice(1)) found = found?.kind === "map" ? get(found, name)?.value : undefined;
    if (found === undefined || path.length === 0) {
      if (!this.#open) this.#reader.say("unresolved", `there is no \`${path.join(".")}\` here`, node);
      return nothing;
    }
    this.#brought += sizeOf(found, MAX_BROUGHT - this.#brought);
    if (this.#brought >= MAX_BROUGHT) {
      this.#reader.say("too-large", "too many nodes behind `!reference`", node);
      return nothing;
    }
    return this.resolve(found, depth + 1);
  }
}

export const textsOf = (node: YamlNode | undefined): Extract<YamlNode, { kind: "scalar" }>[] =>
  node === undefined
    ? []
    : node.kind === "scalar"
      ? node.value === ""
        ? []
        : [node]
      : node.kind === "list"
        ? node.items.filter((item) => item.kind === "scalar")
        : [];

/** How many nodes a walk over it visits, counted up to `most`. */
function sizeOf(node: YamlNode, most: number): number {
  let count = 1;
  const children =
    node.kind === "map" ? node.entries.map(({ value }) => value) : node.kind === "list" ? node.items : [];
  for (const child of children) {
    if (count >= most) return count;
    count += sizeOf(child, most - count);
  }
  return count;
}
