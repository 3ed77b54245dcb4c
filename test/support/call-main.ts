/** One call of /v1 in a process of its own, which a test may kill: folder as argument, root key, token and call as JSON on standard input. */
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { openAuditLog } from "../../src/audit-log/index.ts";
import { authMethods } from "../../src/auth/index.ts";
import { ManualClock } from "../../src/core/clock.ts";
import type { ApiMethod } from "../../src/core/ports/api.ts";
import { engines } from "../../src/engines/index.ts";
import { openKernel } from "../../src/kernel/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/index.ts";

interface Asked {
  readonly rootKey: string;
  readonly token: string;
  readonly method: ApiMethod;
  readonly path: string;
  readonly body?: unknown;
  /** Milliseconds since the epoch: the clock of whoever starts it. */
  readonly now: number;
}

const folder = process.argv[2] ?? "";
const asked = JSON.parse(await text(process.stdin)) as Asked;
const store = await openSqliteStore({ path: join(folder, "store.db") });
const audit = await openAuditLog({ folder: join(folder, "audit") });
const kernel = await openKernel({
  store,
  audit,
  engines,
  authMethods,
  clock: new ManualClock(asked.now),
  version: "0.0.0-test",
});
await kernel.unseal(Buffer.from(asked.rootKey, "hex"));
const { status } = await kernel.handle({
  method: asked.method,
  path: asked.path,
  query: new URLSearchParams(),
  headers: { "x-vault-token": asked.token },
  body: asked.body === undefined ? null : Buffer.from(JSON.stringify(asked.body)),
  remote: "local",
});
process.stdout.write(`${status}\n`);
await kernel.close();
await store.close();
