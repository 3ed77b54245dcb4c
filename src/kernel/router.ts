/** From a path to the mount that serves it and the declaration that matches there. What is missing is told only after authorization. */
import type { MountTable, Mounted } from "./mounts.ts";
import type { ParsedRequest } from "./request.ts";
import type { PathMatch } from "./pattern.ts";

export interface Route {
  readonly mounted: Mounted | null;
  /** Relative to the mount. */
  readonly path: string;
  readonly match: PathMatch | null;
}

/**
 * The path that policies are asked about. Outside of lists and free paths a slash at the end means nothing to a handler, so it must
 * mean nothing to a policy either: `sys/seal/` is no way around a rule on `sys/seal`.
 */
export function policyPath(
  { path, operation }: Pick<ParsedRequest, "path" | "operation">,
  route: Route,
): string {
  const lists = operation === "list" || operation === "scan";
  const fixed = route.match !== null && !route.match.declaration.pattern.endsWith("*}");
  return fixed && !lists && route.path !== "" && path.endsWith("/") ? path.slice(0, -1) : path;
}

export async function routeTo(mounts: MountTable, path: string, seen?: string): Promise<Route> {
  const mounted = await mounts.route(path, seen);
  if (mounted === null) return { mounted, path, match: null };
  const relative = path.slice(mounted.info.path.length);
  return { mounted, path: relative, match: mounted.paths.match(relative) };
}
