/** `spec:inputs` of components and included files: `$[[ inputs.name ]]` becomes what was given, or the default. */
import { list, map, scalar } from "../../yaml/nodes.ts";
import type { YamlMap, YamlNode } from "../../yaml/types.ts";
import { type Reader, get } from "../reader.ts";
import { renamed } from "./merge.ts";

const INPUT = /\$\[\[\s*inputs\.([\w-]+)\s*(?:\|[^\]\n]{0,200})?\]\]/g;
/** Of one text after all inputs are put in. */
const MAX_LENGTH = 1_000_000;

/** An input that nobody gave stays as it is written. */
export function withInputs(
  root: YamlMap,
  spec: YamlNode | null,
  given: YamlMap | null,
  reader: Reader,
): YamlMap {
  const declared = get(spec?.kind === "map" ? spec : null, "inputs")?.value;
  if (declared?.kind !== "map") return root;
  const values = new Map<string, YamlNode>();
  for (const { name, value } of declared.entries) {
    const chosen =
      get(given, name)?.value ?? (value.kind === "map" ? get(value, "default")?.value : undefined);
    if (chosen !== undefined) values.set(name, chosen);
  }
  for (const { name, nameSpan } of given?.entries ?? [])
    if (get(declared, name) === undefined)
      reader.say("unknown-key", `\`${name}\` is no input of what is included`, nameSpan);
  return values.size === 0 ? root : (new Inputs(values).put(root) as YamlMap);
}

class Inputs {
  readonly #values: ReadonlyMap<string, YamlNode>;
  /** Aliases give the same object again: so does this. */
  readonly #done = new Map<YamlNode, YamlNode>();

  constructor(values: ReadonlyMap<string, YamlNode>) {
    this.#values = values;
  }

  put(node: YamlNode): YamlNode {
    let made = this.#done.get(node);
    if (made === undefined) {
      made = this.#made(node);
      this.#done.set(node, made);
    }
    return made;
  }

  #made(node: YamlNode): YamlNode {
    if (node.kind === "list")
      return list(
        node.file,
        node.items.map((item) => this.put(item)),
        node.start,
        node.end,
      );
    if (node.kind === "map")
      return map(
        node.file,
        node.entries.map((entry) => renamed(entry, this.put(entry.value), this.#text(entry.name))),
        node.start,
        node.end,
      );
    if (!node.value.includes("$[[")) return node;
    // One that is the whole text brings its own kind: a list stays a list.
    const alone = /^\s*\$\[\[\s*inputs\.([\w-]+)\s*\]\]\s*$/.exec(node.value)?.[1];
    const value = alone === undefined ? undefined : this.#values.get(alone);
    if (value !== undefined && value.kind !== "scalar") return value;
    return scalar(node.file, this.#text(node.value), node.start, node.end, node.style);
  }

  #text(text: string): string {
    if (!text.includes("$[[")) return text;
    let length = text.length;
    return text.replace(INPUT, (whole, name: string) => {
      const value = this.#values.get(name);
      if (value?.kind !== "scalar" || (length += value.value.length) > MAX_LENGTH) return whole;
      return value.value;
    });
  }
}
