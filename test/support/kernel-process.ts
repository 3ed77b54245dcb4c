/** A kernel in a process of its own for src/kernel/processes.test.ts: root key, then tokens on standard input, a status for each. */
import { join } from "node:path";
import { createInterface } from "node:readline";
import { openAuditLog } from "../../src/audit-log/index.ts";
import { authMethods } from "../../src/auth/index.ts";
import { ManualClock } from "../../src/core/clock.ts";
import { engines } from "../../src/engines/index.ts";
import { openKernel } from "../../src/kernel/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/index.ts";

const folder = process.argv[2] ?? "";
const store = await openSqliteStore({ path: join(folder, "store.db") });
const audit = await openAuditLog({ folder: join(folder, "audit") });
const kernel = await openKernel({
  store,
  audit,
  engines,
  authMethods,
  clock: new ManualClock(),
  version: "0.0.0-test",
});
for await (const line of createInterface(process.stdin)) {
  if (kernel.sealed) {
    await kernel.unseal(Buffer.from(line, "hex"));
    continue;
  }
  const { status } = await kernel.handle({
    method: "GET",
    path: "auth/token/lookup-self",
    query: new URLSearchParams(),
    headers: { "x-vault-token": line },
    body: null,
    remote: "local",
  });
  process.stdout.write(`${status}\n`);
}
await kernel.close();
await store.close();
