/** YAML's tags, which the readers of nodes pass over: they stand right before a node. */
import type { YamlNode } from "../yaml/types.ts";

/** `reference` of `!reference [a, b]`; null for none. */
export function tagOf(node: YamlNode): string | null {
  const before = node.file.text.slice(Math.max(0, node.start - 80), node.start);
  return /(?:^|[\s,[{:-])!([\w:.-]+)[ \t]*(?:[|>][-+\d]*[ \t]*)?(?:\r?\n[ \t]*)?$/.exec(before)?.[1] ?? null;
}
