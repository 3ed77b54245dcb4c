/** Versions of actions: `v4`, `4.1`, a commit whose comment or lock names one. */
import { lockEntry } from "../../fixes/pin.ts";
import type { ActionRef, CiLock } from "../../model.ts";

/** What the reference stands for, as far as the text or the lock says; null for a branch or a bare commit. */
export function versionOf(ref: ActionRef, lock: CiLock): string | null {
  const known = lockEntry(ref, lock)?.version ?? null;
  const text = known ?? (ref.pin === "sha" ? ref.comment : ref.ref);
  return text !== null && /^v?\d/.test(text) ? text.replace(/^v/, "") : null;
}

const numbers = (version: string): number[] => version.split(/[.+-]/).map(Number).filter(Number.isInteger);

/** Whether `version` is certainly below `fixed`: `v4` follows its newest release and is below 5 only. */
export function isBelow(version: string, fixed: string): boolean {
  const [a, b] = [numbers(version), numbers(fixed)];
  for (const [at, wanted] of b.entries()) {
    const own = a[at];
    if (own === undefined) return false;
    if (own !== wanted) return own < wanted;
  }
  return false;
}
