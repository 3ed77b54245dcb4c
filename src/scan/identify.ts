/** Which stored credential a finding is: the store answers by the hash of the value, the value itself is never sent. */
import type { StoredSecretRef } from "../core/finding.ts";
import type { Trace } from "./finding.ts";

/** Handed in by cli/ or server/; keys of the answer are the hashes that are known. */
export interface Identifier {
  lookup(sha256s: string[]): Promise<Map<string, StoredSecretRef[]>>;
}

/** The stored secret each value is; a value in several places is named by the one in use. Values that are not stored are left out. */
export async function identify(
  traces: readonly Trace[],
  identifier: Identifier | undefined,
): Promise<Map<Trace, StoredSecretRef>> {
  const found = new Map<Trace, StoredSecretRef>();
  if (identifier === undefined || traces.length === 0) return found;
  const known = await identifier.lookup([...new Set(traces.flatMap(({ digests }) => digests))]);
  for (const trace of traces) {
    const refs = trace.digests.flatMap((hash) => known.get(hash) ?? []);
    const best =
      refs.find(({ current, production }) => current && production) ??
      refs.find(({ current }) => current) ??
      refs[0];
    if (best !== undefined) found.set(trace, best);
  }
  return found;
}
