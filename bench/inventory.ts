/**
 * What the inventory and the blast radius cost: the whole command as a person starts it, over growing stores and audit logs; the first
 * look (which reads the whole log) and the next ones. `node bench/inventory.ts [SECRETS] [ENTRIES]`
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuditLog } from "../src/audit-log/index.ts";
import { openLocal } from "../src/server/local.ts";

const BIN = join(import.meta.dirname, "..", "dist", "bulkhead");
const [most = 10_000, entries = 1_000_000] = process.argv.slice(2).map(Number);
const A_PROJECT = 100;
const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
const say = (what: string, ms: number): boolean =>
  process.stdout.write(`${what.padEnd(58)} ${ms.toFixed(0).padStart(7)} ms\n`);

async function fill(home: string, secrets: number, uses: number): Promise<void> {
  const local = await openLocal({ home });
  const ask = async (path: string, body: object): Promise<void> => {
    const answer = await local.handle({
      method: "POST",
      path,
      query: new URLSearchParams(),
      headers: { "x-vault-token": local.operatorToken.revealText() },
      body: Buffer.from(JSON.stringify(body)),
      remote: "local",
    });
    if (answer.status >= 300) throw new Error(Buffer.concat([...answer.body]).toString());
  };
  await ask("sys/mounts/secret", { type: "kv", options: { version: "2" } });
  const names = Array.from({ length: A_PROJECT }, (_, index) => `s${index}`);
  const environments = [{ name: "prod", people: false, production: true }];
  const paths: string[] = [];
  for (let project = 0; project < secrets / A_PROJECT; project++) {
    const name = `p${project}`;
    const stages = [{ name: "train", use: names.map((secret) => ({ variable: secret, secret })) }];
    await ask(`bulkhead/projects/${name}`, {
      manifest: {
        environments: { prod: { production: true } },
        secrets: Object.fromEntries(names.map((one) => [one, { kind: "generic", plain: [] }])),
        stages: { train: { use: names } },
      },
      declaration: {
        project: name,
        environments,
        secrets: names.map((one) => ({ name: one, kind: "generic", rotate: { every: "90d" } })),
        stages,
      },
    });
    paths.push(...names.map((one) => `secret/data/${name}/prod/${one}`));
  }
  for (let at = 0; at < paths.length; at += 50)
    await Promise.all(
      paths.slice(at, at + 50).map((path) => ask(path, { data: { value: `${path}-${Math.random()}` } })),
    );
  await local.close();
  const log = await openAuditLog({ folder: join(home, "audit") });
  const common = { id: "0".repeat(36), operation: "read", mount_type: "kv", remote: "local" };
  const waiting: Promise<void>[] = [];
  for (let index = 0; index < uses / 2; index++) {
    const path = paths[index % paths.length];
    const auth = {
      accessor: `hmac-sha256:${"0".repeat(64)}`,
      display_name: "approle",
      policies: ["p.train.prod"],
      metadata: { project: "p0", stage: `train${index % 7}`, environment: "prod" },
    };
    const seen = { ...common, path, auth };
    waiting.push(log.append({ type: "request", ...seen, data: {} }));
    waiting.push(log.append({ type: "response", ...seen, status: 200 }));
    if (waiting.length >= 2_000) await Promise.all(waiting.splice(0));
  }
  await Promise.all(waiting);
  await log.close();
}

try {
  for (const share of [0.01, 0.1, 1]) {
    const home = join(folder, String(share));
    mkdirSync(home, { mode: 0o700 });
    const [secrets, uses] = [Math.max(A_PROJECT, most * share), entries * share];
    await fill(home, secrets, uses);
    process.stdout.write(`\n${secrets} secrets, ${uses} entries\n`);
    const run = (...args: string[]): number => {
      const begun = performance.now();
      execFileSync(process.execPath, [BIN, ...args], {
        cwd: folder,
        env: { PATH: process.env.PATH, HOME: folder, BULKHEAD_HOME: home },
        stdio: ["ignore", "pipe", "pipe"],
        maxBuffer: 1 << 30,
      });
      return performance.now() - begun;
    };
    say("inventory, the first look (reads the whole log)", run("inventory", "--json"));
    for (const args of [
      ["inventory", "--json"],
      ["inventory", "--unused"],
    ])
      say(args.join(" "), median(Array.from({ length: 5 }, () => run(...args))));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
