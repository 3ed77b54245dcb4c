/** Which stored credential a finding is: the store answers by the hash of the value, the value itself is never sent. */
import type { Finding, StoredSecretRef } from "../core/finding.ts";

/** Handed in by cli/ or server/; keys of the answer are the hashes that are known. */
export interface Identifier {
  lookup(sha256s: string[]): Promise<Map<string, StoredSecretRef[]>>;
}

/** A finding with the hashes under which its value may be stored (a key file is often stored with a line end more). */
export interface Identifiable {
  readonly finding: Finding;
  readonly hashes: readonly string[];
}

export async function identify(
  found: readonly Identifiable[],
  identifier: Identifier | undefined,
): Promise<Finding[]> {
  if (identifier === undefined || found.length === 0) return found.map(({ finding }) => finding);
  const known = await identifier.lookup([...new Set(found.flatMap(({ hashes }) => hashes))]);
  return found.map(({ finding, hashes }) => {
    const stored = hashes.flatMap((hash) => known.get(hash) ?? [])[0];
    return stored === undefined ? finding : { ...finding, stored };
  });
}
