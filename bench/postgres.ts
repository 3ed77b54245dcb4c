/**
 * What a request costs on PostgreSQL: statements sent, round trips waited for, and requests a second in this process alone, for
 * audited KV v2 reads and AppRole logins, one at a time and 64 at once. `node bench/postgres.ts [SECONDS]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { ApiClient } from "../src/client/index.ts";
import { Secret } from "../src/core/secret.ts";
import { openLocal } from "../src/server/local.ts";
import { startPostgres } from "../test/support/postgres.ts";

const seconds = Number(process.argv[2] ?? 3);
let statements = 0;
let flights = 0;
let open = 0;
type AnyQuery = (...args: unknown[]) => unknown;
const prototype = pg.Client.prototype as unknown as { query: AnyQuery };
const real = prototype.query;
prototype.query = function (...args) {
  statements++;
  if (open++ === 0) flights++; // sent while nothing else is under way: one more wait
  const answer = real.apply(this, args);
  const ended = (): void => void open--;
  if (answer instanceof Promise) answer.then(ended, ended);
  else ended();
  return answer;
};

const postgres = await startPostgres();
if (postgres === null) throw new Error("no PostgreSQL here");
const home = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
try {
  const local = await openLocal({ home, storeAddress: Secret.copy(postgres.dsn()) });
  const api = new ApiClient({ transport: local.handle, token: local.operatorToken });
  await api.write("sys/mounts/secret", { type: "kv", options: { version: "2" } });
  await api.write("sys/auth/approle", { type: "approle" });
  await api.write("secret/data/x", { data: { value: "a-value-of-some-length" } });
  await api.write("sys/policies/acl/reader", { policy: 'path "secret/*" { capabilities = ["read"] }' });
  await api.write("auth/approle/role/r", { token_policies: "reader", token_ttl: "1h" });
  const role = (await api.read("auth/approle/role/r/role-id"))?.role_id;
  const secretId = await local.handle({
    method: "POST",
    path: "auth/approle/role/r/secret-id",
    query: new URLSearchParams(),
    headers: { "x-vault-token": local.operatorToken.revealText() },
    body: Buffer.from("{}"),
    remote: "local",
  });
  const { data } = JSON.parse(Buffer.concat([...secretId.body]).toString()) as {
    data: { secret_id: string };
  };
  const login = JSON.stringify({ role_id: role, secret_id: data.secret_id });
  const ask = async (method: "GET" | "POST", path: string, token: string, body?: string): Promise<string> => {
    const answer = await local.handle({
      method,
      path,
      query: new URLSearchParams(),
      headers: token === "" ? {} : { "x-vault-token": token },
      body: body === undefined ? null : Buffer.from(body),
      remote: "local",
    });
    const text = Buffer.concat([...answer.body]).toString();
    if (answer.status !== 200) throw new Error(text);
    return text;
  };
  const auth = JSON.parse(await ask("POST", "auth/approle/login", "", login)) as {
    auth: { client_token: string };
  };
  const cases = {
    "KV v2 read": () => ask("GET", "secret/data/x", auth.auth.client_token),
    "AppRole login": () => ask("POST", "auth/approle/login", "", login),
  };
  for (const [name, request] of Object.entries(cases))
    for (const connections of [1, 64]) {
      for (let warm = 0; warm < 50; warm++) await request();
      statements = 0;
      flights = 0;
      let count = 0;
      const cpu = process.cpuUsage();
      const end = performance.now() + seconds * 1_000;
      const times: number[] = [];
      const work = async (): Promise<void> => {
        while (performance.now() < end) {
          const begun = performance.now();
          await request();
          times.push(performance.now() - begun);
          count++;
        }
      };
      await Promise.all(Array.from({ length: connections }, work));
      const used = process.cpuUsage(cpu);
      times.sort((a, b) => a - b);
      const at = (part: number): string => (times[Math.floor(times.length * part)] ?? 0).toFixed(1);
      const waits = connections === 1 ? `${(flights / count).toFixed(2)} round trips, ` : "";
      process.stdout.write(
        `${name.padEnd(14)} ${String(connections).padStart(2)} at once: ${(statements / count).toFixed(2)} statements, ${waits}` +
          `${Math.round(count / seconds)} a second (${Math.round((count * 1e6) / (used.user + used.system))} a CPU second), ` +
          `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms\n`,
      );
    }
  await local.close();
} finally {
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}
