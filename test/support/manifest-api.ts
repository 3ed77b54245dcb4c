/** What `plan` and `apply` speak to, on a real kernel, with every write noted and a connection that can be lost at any of them. */
import { manifestApi } from "../../src/cli/manifest-api.ts";
import { ApiClient } from "../../src/client/index.ts";
import type { JsonObject, ManifestApi } from "../../src/core/ports/manifest-api.ts";
import { Secret } from "../../src/core/secret.ts";
import { type TestKernel, openTestKernel } from "./kernel.ts";

export interface TrackedApi extends ManifestApi {
  readonly kernel: TestKernel;
  /** `POST path`, in order; the lock's calls are not among them. */
  readonly writes: string[];
  /** Paths of reads. */
  readonly reads: string[];
  /** The write after so many more is lost before it reaches the server; null: none. */
  failAt: number | null;
  /** Every policy and role of the project, with its content. */
  state(project: string): Promise<Record<string, JsonObject>>;
}

export async function kernelApi(): Promise<TrackedApi> {
  const kernel = await openTestKernel();
  const transport = kernel.kernel.handle.bind(kernel.kernel);
  const real = manifestApi(new ApiClient({ transport, token: Secret.copy(kernel.root) }));
  const api: TrackedApi = {
    kernel,
    writes: [],
    reads: [],
    failAt: null,
    read: async (path) => {
      api.reads.push(path);
      return await real.read(path);
    },
    write: async (method, path, body) => {
      if (!/\/(?:un)?lock$/.test(path)) {
        if (api.failAt !== null && api.failAt-- <= 0) throw new Error("the connection was lost");
        api.writes.push(`${method} ${path}`);
      }
      return await real.write(method, path, body);
    },
    state: async (project) => {
      const out: Record<string, JsonObject> = {};
      for (const folder of ["sys/policies/acl", "auth/approle/role", "auth/github/role"]) {
        const { json } = await kernel.call("LIST", folder);
        const keys = ((json as { data?: { keys?: string[] } } | null)?.data?.keys ?? []).filter((key) =>
          key.startsWith(`${project}.`),
        );
        for (const key of keys) out[`${folder}/${key}`] = (await real.read(`${folder}/${key}`)) ?? {};
      }
      return out;
    },
  };
  return api;
}
