/**
 * What many live leases cost: how long a server takes to open and how much memory it has with 10^5 of them and with none, what a
 * round of background work costs while none is due, the operator's counts, and a backlog that fell due while nobody was there.
 * `node --expose-gc bench/leases.ts [LEASES]`
 */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocal } from "../src/server/local.ts";
import { ledgerEngine } from "../test/support/ledger-engine.ts";

const many = Number(process.argv[2] ?? 100_000);
const home = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
const ledger = join(home, "ledger");
writeFileSync(ledger, "");
appendFileSync(ledger, "");
const memory = (): string => {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return `${(heapUsed / 1e6).toFixed(0)} MB of heap, ${(rss / 1e6).toFixed(0)} MB in all`;
};
const say = (what: string, ms: number, more = ""): boolean =>
  process.stdout.write(`${what.padEnd(42)} ${ms.toFixed(0).padStart(7)} ms  ${more}\n`);
async function timed<T>(what: string, work: () => Promise<T>, more = (_: T): string => memory()): Promise<T> {
  const begun = performance.now();
  const result = await work();
  say(what, performance.now() - begun, more(result));
  return result;
}
const open = () => openLocal({ home, engines: [ledgerEngine(ledger)] });

try {
  const first = await timed("open, no lease", open);
  const ask = async (method: "GET" | "POST", path: string, body?: object): Promise<void> => {
    const answer = await first.handle({
      method,
      path,
      query: new URLSearchParams(),
      headers: { "x-vault-token": first.operatorToken.revealText() },
      body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      remote: "local",
    });
    if (answer.status >= 300) throw new Error(Buffer.concat([...answer.body]).toString());
  };
  await ask("POST", "sys/mounts/ledger", { type: "ledger" });
  const late = Math.floor(many / 100);
  await timed(`make ${many} leases, 100 at once`, async () => {
    let made = 0;
    const work = async (): Promise<void> => {
      while (made++ < many) await ask("GET", `ledger/creds/${made <= late ? 1 : 3_600_000}`);
    };
    await Promise.all(Array.from({ length: 100 }, work));
  });
  await first.close();

  const again = await timed(`open, ${many} leases`, open);
  await timed(`the ${late} that are late`, () => again.kernel.tidy());
  await timed("a round with nothing due", () => again.kernel.tidy());
  await timed(
    "the operator's counts",
    () => again.kernel.services.leases.counts(),
    ({ total, irrevocable }) => `${total} leases, ${irrevocable} irrevocable; ${memory()}`,
  );
  await again.close();
} finally {
  rmSync(home, { recursive: true, force: true });
}
