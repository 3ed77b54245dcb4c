/** From a path to the mount that serves it and the declaration that matches there. What is missing is told only after authorization. */
import type { MountTable, Mounted } from "./mounts.ts";
import { type PathMatch, matchPath } from "./pattern.ts";

export interface Route {
  readonly mounted: Mounted | null;
  /** Relative to the mount. */
  readonly path: string;
  readonly match: PathMatch | null;
}

export async function routeTo(mounts: MountTable, path: string, seen?: string): Promise<Route> {
  const mounted = await mounts.route(path, seen);
  if (mounted === null) return { mounted, path, match: null };
  const relative = path.slice(mounted.info.path.length);
  return { mounted, path: relative, match: matchPath(mounted.paths, relative) };
}
