/**
 * Policy text for literal paths. Only paths of a small safe alphabet are written at all, so nothing in a name can end a
 * string, open a block, stand for other paths, or climb: whatever else happened to a name on its way here, it is refused.
 */
import { BulkheadError } from "../core/errors.ts";

/** Each segment begins with a letter or digit: no `..`, no wildcard segment, no `*` at the end, no quote, no template. */
const SAFE_PATH = /^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9][A-Za-z0-9_.-]*)+$/;

export interface Grant {
  readonly path: string;
  readonly capability: "read" | "update";
}

/** HCL for exactly these grants, in order of their paths. Throws `manifest.unsafe-name`. */
export function policyText(title: string, grants: readonly Grant[]): string {
  if (!/^[a-z0-9][a-z0-9. -]*$/.test(title))
    throw new BulkheadError("manifest.unsafe-name", { name: title.slice(0, 80) });
  const blocks = [...grants]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map(({ path, capability }) => {
      if (!SAFE_PATH.test(path) || path.length > 512)
        throw new BulkheadError("manifest.unsafe-name", { name: JSON.stringify(path.slice(0, 80)) });
      return `path "${path}" {\n  capabilities = ["${capability}"]\n}\n`;
    });
  return `# ${title}, written by bulkhead apply\n${blocks.join("")}`;
}
