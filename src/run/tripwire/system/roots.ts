import { statSync } from "node:fs";

/**
 * Whether these belong to whom the root folder belongs to (the system's administrator), and nobody else may write there: only then is
 * what they say the system's word. False also where one is not there.
 */
export function isRoots(paths: readonly string[], root: string): boolean {
  try {
    const { uid } = statSync(root);
    return paths.every((path) => {
      const stat = statSync(path);
      return stat.uid === uid && (stat.mode & 0o022) === 0;
    });
  } catch {
    return false;
  }
}
