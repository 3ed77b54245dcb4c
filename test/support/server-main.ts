/**
 * A real server as a program of its own. Prints one line of JSON when it listens (`{address, token}`) or when it cannot start
 * (`{error, message}`, exit 1); logs on standard error; ends in order at SIGTERM. The store is `$BULKHEAD_HOME`, or the address in
 * `$BULKHEAD_STORE`. `TEST_TIDY=every,life of the lock` (milliseconds) lets it do background work, `TEST_LEDGER` is for ledger-engine.ts.
 */
import { ApiClient } from "../../src/client/index.ts";
import { isBulkheadError } from "../../src/core/errors.ts";
import { Secret } from "../../src/core/secret.ts";
import { startHttpServer } from "../../src/server/http.ts";
import { openLocal } from "../../src/server/local.ts";
import { createLog } from "../../src/server/log.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { ledgerEngine } from "./ledger-engine.ts";

const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const log = createLog("debug");
  const [every = "", lockTtl = ""] = process.env.TEST_TIDY?.split(",") ?? [];
  const tidy = {
    every: Number(every),
    lockTtl: Number(lockTtl),
    onError: (error: unknown) => log.error({ where: "tidy", reason: (error as Error).message }),
  };
  const local = await openLocal({
    ...(process.env.TEST_LEDGER && { engines: [ledgerEngine(process.env.TEST_LEDGER)] }),
    ...(every !== "" && { tidy }),
    home: process.env.BULKHEAD_HOME ?? "",
    storeAddress: process.env.BULKHEAD_STORE ? Secret.copy(process.env.BULKHEAD_STORE) : undefined,
    onInternalError: (error, id) =>
      log.error({ where: id, reason: error instanceof Error ? (error.stack ?? error.message) : "unknown" }),
  });
  const http = await startHttpServer({
    handle: local.handle,
    listen: process.env.TEST_LISTEN ?? "127.0.0.1:0",
    log,
    metrics: createMetrics({ version: "test", sealed: () => local.kernel.sealed }),
    ...(process.env.TEST_MAX_BODY && { maxBody: Number(process.env.TEST_MAX_BODY) }),
  }).catch(async (error: unknown) => {
    await local.close();
    throw error;
  });
  const api = new ApiClient({ transport: local.handle, token: local.operatorToken });
  const mounts = await api.read("sys/mounts");
  if (mounts !== null && !Object.hasOwn(mounts, "secret/")) {
    await api.write("sys/mounts/secret", { type: "kv", options: { version: "2" } });
    await api.write("sys/auth/approle", { type: "approle" });
  }
  process.once("SIGTERM", () => {
    const end = async (): Promise<void> => {
      await http.stop(2_000);
      await local.close();
    };
    end().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  say({ address: http.address, token: (await local.kernel.mintRoot()).revealText() });
} catch (error) {
  say({
    error: isBulkheadError(error) ? error.code : "internal.unexpected",
    message: error instanceof Error ? error.message : String(error),
    hint: isBulkheadError(error) ? error.hint : "",
  });
  process.exit(1);
}
