/** `.bulkhead/ci-lock.yaml`: remote actions and reusable workflows by commit, so that they can be judged offline. */
import type { CiLock, Diagnostic, SourceFile } from "./model.ts";

export const LOCK_PATH = ".bulkhead/ci-lock.yaml";

export function readLock(
  open: (path: string) => SourceFile | null,
  _report: (diagnostic: Diagnostic) => void,
): CiLock {
  const file = open(LOCK_PATH);
  return { entries: file === null ? [] : [] };
}
