/**
 * Rights of a key in a few words that are the same for every provider, and which of them a declaration covers. `allow:` may name any
 * word; those that are not here stand for themselves.
 */

/** What each word includes, besides itself. */
const INCLUDES: Readonly<Record<string, readonly string[]>> = {
  admin: ["write", "read", "delete", "inference", "publish", "deploy", "keys", "billing", "sign"],
  write: ["read"],
  delete: ["read"],
  publish: ["read"],
  deploy: ["read"],
  artifacts: ["read"],
  "write-artifacts": ["artifacts", "read"],
  inference: [],
  read: [],
};

function covered(allow: readonly string[]): Set<string> {
  const all = new Set<string>();
  const waiting = [...allow];
  for (let word = waiting.pop(); word !== undefined; word = waiting.pop()) {
    if (all.has(word)) continue;
    all.add(word);
    waiting.push(...(Object.hasOwn(INCLUDES, word) ? (INCLUDES[word] ?? []) : []));
  }
  return all;
}

/** What a key may beyond what is declared; empty where nothing is declared: there is nothing to compare with. */
export function excess(rights: readonly string[], allow: readonly string[]): readonly string[] {
  if (allow.length === 0) return [];
  const may = covered(allow);
  return [...new Set(rights)].filter((right) => !may.has(right)).sort();
}
