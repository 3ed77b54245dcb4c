/**
 * The parts of the API that `plan` and `apply` write, kept in maps, for tests of the order of writes, crashes and races. What the
 * server itself does with them is tested in `test/` against the real kernel.
 */
import { BulkheadError } from "../../src/core/errors.ts";
import type { JsonObject, ManifestApi } from "../../src/core/ports/manifest-api.ts";

export interface MemoryApi extends ManifestApi {
  /** Path → data, as a GET gives it. */
  readonly data: Map<string, JsonObject>;
  /** `POST path`, in order. */
  readonly writes: string[];
  /** Throws at the n-th write from now on (0: the next), as a crash or lost connection would. */
  failAt: number | null;
  /** Holder of the project lock. */
  locked: string | null;
}

export function memoryApi(): MemoryApi {
  const api: MemoryApi = {
    data: new Map<string, JsonObject>([
      ["sys/mounts", { "cubbyhole/": { type: "cubbyhole", options: {} } }],
      ["sys/auth", { "token/": { type: "token", options: {} } }],
    ]),
    writes: [],
    failAt: null,
    locked: null,
    read: async (path) => {
      await Promise.resolve();
      return structuredClone(api.data.get(path) ?? null);
    },
    write: async (method, path, body = {}) => {
      await Promise.resolve();
      if (path.endsWith("/lock")) {
        if (api.locked !== null && body.token !== api.locked)
          throw new BulkheadError("project.locked", { name: "p", holder: "other", until: "soon" });
        api.locked = `lock-${api.writes.length}`;
        return { token: api.locked };
      }
      if (path.endsWith("/unlock")) {
        api.locked = null;
        return null;
      }
      if (api.failAt !== null && api.failAt-- <= 0) throw new Error("the connection was lost");
      api.writes.push(`${method} ${path}`);
      if (method === "DELETE") api.data.delete(path);
      else store(api, path, structuredClone(body));
      return null;
    },
  };
  return api;
}

function store(api: MemoryApi, path: string, body: JsonObject): void {
  const mount = /^sys\/(mounts|auth)\/(.+)$/.exec(path);
  if (mount !== null) {
    const table = `sys/${mount[1] ?? ""}`;
    api.data.set(table, { ...api.data.get(table), [`${mount[2] ?? ""}/`]: { options: {}, ...body } });
  } else if (path.startsWith("bulkhead/projects/")) {
    const before = api.data.get(path);
    const { cas, lock, ...members } = body;
    if (lock !== (api.locked ?? undefined)) throw new BulkheadError("project.lock-lost", { name: "p" });
    const revision = typeof before?.revision === "number" ? before.revision : 0;
    if (cas !== undefined && cas !== revision)
      throw new BulkheadError("project.stale", { name: "p", revision });
    api.data.set(path, { ...before, ...members, revision: revision + 1 });
  } else if (path !== "bulkhead/runs/revoke") {
    // The server answers with more than was written.
    api.data.set(path, { ...body, token_num_uses: 0, token_bound_cidrs: [], extra: "x" });
  }
}
