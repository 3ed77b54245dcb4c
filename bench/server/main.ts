/**
 * `npm run bench:server`: OpenBao and Bulkhead side by side, one after the other on the same CPU, the load generator on the other,
 * with the same requests, durable writes and a file audit log. Prints requests a CPU second, latencies, memory, and ratios; the limit is
 * a bare `node:http` answer of the same size.
 *
 * `-- --seconds 5 --connections 64 --secrets 10000 --only read --no-tls --no-postgres`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Postgres, startPostgres } from "../../test/support/postgres.ts";
import { call, cases, request, seeding } from "./cases.ts";
import { type Measured, measure } from "./process.ts";
import {
  type Subject,
  type SubjectOptions,
  makeCertificate,
  startBare,
  startBulkhead,
  startOpenBao,
} from "./servers.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64" },
    secrets: { type: "string", default: "10000" },
    only: { type: "string", default: "" },
    "no-tls": { type: "boolean", default: false },
    "no-postgres": { type: "boolean", default: false },
  },
});
const [seconds, connections, secrets] = [
  Number(values.seconds),
  Number(values.connections),
  Number(values.secrets),
];
/** Bytes of a KV v2 read's answer. */
const BARE_ANSWER = 420;

type Row = ReadonlyMap<string, Measured>;

function task(subject: Subject, requests: readonly string[], once = false) {
  const { hostname, port, protocol } = new URL(subject.address);
  const load = { connections: once ? 32 : connections, seconds, warmup: 1, once };
  return { host: hostname, port: Number(port), tls: protocol === "https:", requests, ...load };
}

async function run(name: string, tls: SubjectOptions["tls"], postgres: Postgres | null): Promise<void> {
  const rows = new Map<string, Map<string, Measured>>();
  for (const start of [startOpenBao, startBulkhead]) {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
    try {
      if (postgres !== null)
        await postgres.sql(
          "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS bulkhead CASCADE",
        );
      const subject = await start({ folder, tls, postgres });
      if (subject === null) continue;
      try {
        await all(subject, rows);
      } finally {
        await subject.stop();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const bare = await limit(tls);
  print(name, rows, bare);
}

async function all(subject: Subject, rows: Map<string, Map<string, Measured>>): Promise<void> {
  await call(subject, "POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  for (let tries = 0; tries < 100; tries++) {
    // OpenBao is upgrading a new mount for a moment
    const { status } = await call(subject, "POST", "secret/data/ready", { data: { a: "b" } });
    if (status < 300) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  progress(`${subject.name}: ${secrets} secrets`);
  const seeded = await measure(task(subject, seeding(subject, secrets), true), subject.pid);
  if (seeded.failed > 0) throw new Error(`${subject.name}: ${seeded.firstFailure}`);
  for (const one of cases.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))) {
    const requests = await one.prepare(subject, { secrets });
    if (requests === null) continue;
    progress(`${subject.name}: ${one.name}`);
    const measured = await measure(task(subject, requests), subject.pid);
    if (measured.failed > 0) throw new Error(`${subject.name}, ${one.name}: ${measured.firstFailure}`);
    const row = rows.get(one.name) ?? new Map<string, Measured>();
    rows.set(one.name, row.set(subject.name, measured));
  }
}

async function limit(tls: SubjectOptions["tls"]): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
  const subject = await startBare({ folder, tls, postgres: null }, BARE_ANSWER);
  try {
    return await measure(task(subject, [request(subject, "GET", "anything")]), subject.pid);
  } finally {
    await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const number = (value: number): string =>
  value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 1 : 0 });

function print(name: string, rows: ReadonlyMap<string, Row>, bare: Measured): void {
  const cell = (one: Measured | undefined): string[] =>
    one === undefined
      ? ["–", "–", "–", "–"]
      : [number(one.perCpuSecond), number(one.p50), number(one.p99), number(one.memory)];
  const lines = [...rows].map(([what, row]) => {
    const [peer, own] = [row.get("openbao"), row.get("bulkhead")];
    const faster = peer && own ? `${number(own.perCpuSecond / peer.perCpuSecond)} ×` : "–";
    const p99 = peer && own ? `${number(own.p99 / peer.p99)} ×` : "–";
    const share = own ? `${Math.round((100 * own.perCpuSecond) / bare.perCpuSecond)} %` : "–";
    return [what, ...cell(peer), ...cell(own), faster, p99, share];
  });
  const head = [
    "",
    "OpenBao/s",
    "p50",
    "p99",
    "MiB",
    "Bulkhead/s",
    "p50",
    "p99",
    "MiB",
    "faster",
    "p99",
    "of limit",
  ];
  const table = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...table.map((line) => (line[column] ?? "").length)));
  const text = table.map((line) =>
    line
      .map((one, column) => (column === 0 ? one.padEnd(widths[0] ?? 0) : one.padStart(widths[column] ?? 0)))
      .join("  "),
  );
  process.stdout.write(
    `\n${name}: ${connections} connections, ${seconds} s each; requests a CPU second of the server, milliseconds, MiB resident\n${text.join("\n")}\nlimit: a bare node:http answer of ${BARE_ANSWER} bytes: ${number(bare.perCpuSecond)} a CPU second, p50 ${number(bare.p50)}, p99 ${number(bare.p99)} ms\n`,
  );
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
process.stdout.write(`${cpus()[0]?.model ?? ""}, ${cpus().length} CPUs, Node ${process.version}\n`);
try {
  await run("SQLite against raft", null, null);
  const certificate = values["no-tls"] ? null : makeCertificate(folder);
  if (certificate !== null) {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"; // for preparing; the certificate was made just now
    await run("with TLS: SQLite against raft", certificate, null);
  }
  const postgres = values["no-postgres"] ? null : await startPostgres();
  if (postgres !== null)
    try {
      await run("PostgreSQL against PostgreSQL", null, postgres);
    } finally {
      await postgres.stop();
    }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
