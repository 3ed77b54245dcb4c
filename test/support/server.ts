/** A real Bulkhead server on loopback with a store of its own in a temporary folder, in this process. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiClient } from "../../src/client/index.ts";
import type { HomePaths } from "../../src/server/home.ts";
import { type HttpServerOptions, startHttpServer } from "../../src/server/http.ts";
import { openLocal } from "../../src/server/local.ts";
import { createLog } from "../../src/server/log.ts";
import { createMetrics } from "../../src/server/metrics.ts";

export interface TestServer {
  readonly address: string;
  /** A stored root token, as a client would be given it. */
  readonly rootToken: string;
  /** In the same process, as root. */
  readonly api: ApiClient;
  readonly paths: HomePaths;
  /** Stops and leaves the folder when `keep`. */
  stop(options?: { keep?: boolean }): Promise<void>;
}

/** KV v2 at `secret/` and AppRole at `approle/`, as `bulkhead server --dev` and `apply` leave them. */
export async function startTestServer(
  home = mkdtempSync(join(tmpdir(), "bulkhead-test-")),
  tls?: HttpServerOptions["tls"],
): Promise<TestServer> {
  const local = await openLocal({ home });
  const http = await startHttpServer({
    handle: local.handle,
    listen: "127.0.0.1:0",
    tls,
    log: createLog("silent"),
    metrics: createMetrics({ version: "test", sealed: () => local.kernel.sealed }),
  });
  const api = new ApiClient({ transport: local.handle, token: local.operatorToken });
  const mounts = await api.read("sys/mounts");
  if (mounts !== null && !Object.hasOwn(mounts, "secret/")) {
    await api.write("sys/mounts/secret", { type: "kv", options: { version: "2" } });
    await api.write("sys/auth/approle", { type: "approle" });
  }
  const rootToken = (await local.kernel.mintRoot()).revealText();
  return {
    address: http.address,
    rootToken,
    api,
    paths: local.paths,
    stop: async ({ keep = false } = {}) => {
      await http.stop(1_000);
      await local.close();
      if (!keep) rmSync(home, { recursive: true, force: true });
    },
  };
}
