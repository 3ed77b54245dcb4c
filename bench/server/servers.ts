/**
 * What is measured: OpenBao on its embedded raft, Bulkhead on SQLite, both on the same PostgreSQL, and as the limit a bare
 * `node:http` server with an answer of the same size. All write durably (raft and SQLite fsync each commit, PostgreSQL with
 * synchronous_commit) and keep a file audit log; neither logs requests besides.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { baoPath } from "../../test/support/bao.ts";
import { freePort } from "../../test/support/port.ts";
import type { Postgres } from "../../test/support/postgres.ts";
import { SERVER_CPU, spawnOn, untilSays } from "./process.ts";

export interface Subject {
  readonly name: string;
  readonly address: string;
  readonly token: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface SubjectOptions {
  /** Of its own, made before, removed by the caller. */
  readonly folder: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly postgres: Postgres | null;
}

const bundle = join(import.meta.dirname, "..", "..", "dist", "bulkhead");
const path = `${join(process.execPath, "..")}:${process.env.PATH}`;

export async function startBulkhead({ folder, tls, postgres }: SubjectOptions): Promise<Subject> {
  const env: NodeJS.ProcessEnv = { PATH: path, HOME: folder, BULKHEAD_HOME: join(folder, "store") };
  if (postgres !== null) {
    writeFileSync(join(folder, "address"), postgres.dsn(), { mode: 0o600 });
    env.BULKHEAD_STORE_FILE = join(folder, "address");
  }
  const made = spawnSync(bundle, ["token", "create", "--policy", "root"], { env, encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
  const files = tls === null ? [] : ["--tls-cert", tls.cert, "--tls-key", tls.key];
  const server = spawnOn(
    SERVER_CPU,
    [bundle, "server", "--listen", "127.0.0.1:0", "--log-level", "warn", ...files],
    env,
  );
  const [, address = ""] = await untilSays(server, /listening on (\S+)/);
  const { pid = 0 } = server.child;
  return { name: "bulkhead", address, token: made.stdout.trim(), pid, stop: () => server.stop() };
}

/** null without pip. */
export async function startOpenBao({ folder, tls, postgres }: SubjectOptions): Promise<Subject | null> {
  const program = await baoPath();
  if (program === null) return null;
  const [port, cluster] = [await freePort(), await freePort()];
  const address = `${tls === null ? "http" : "https"}://127.0.0.1:${port}`;
  mkdirSync(join(folder, "raft"));
  const storage =
    postgres === null
      ? `storage "raft" { path = "${join(folder, "raft")}"\n node_id = "one" }`
      : `storage "postgresql" { connection_url = "${postgres.dsn({ sslmode: "disable" })}" }`;
  const listener =
    tls === null ? "tls_disable = true" : `tls_cert_file = "${tls.cert}"\n tls_key_file = "${tls.key}"`;
  writeFileSync(
    join(folder, "bao.hcl"),
    `${storage}
listener "tcp" { address = "127.0.0.1:${port}"\n ${listener} }
audit "file" "main" { options { file_path = "${join(folder, "audit.log")}" } }
api_addr = "${address}"
cluster_addr = "https://127.0.0.1:${cluster}"
`,
  );
  const server = spawnOn(
    SERVER_CPU,
    [program, "server", `-config=${join(folder, "bao.hcl")}`, "-log-level=warn"],
    { PATH: path, HOME: folder, GOMAXPROCS: "1" },
  );
  const { pid = 0 } = server.child;
  const subject = { name: "openbao", address, token: "", pid, stop: () => server.stop() };
  try {
    const made = await initialize(address);
    return { ...subject, token: made };
  } catch (error) {
    await server.stop();
    throw new Error(`OpenBao did not start: ${server.output()}`, { cause: error });
  }
}

async function initialize(address: string): Promise<string> {
  const call = async (method: string, where: string, body?: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${address}/v1/${where}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  for (let tries = 0; ; tries++) {
    const up = await call("GET", "sys/seal-status").catch(() => null);
    if (up !== null) break;
    if (tries > 200) throw new Error("it does not listen");
    await delay(100);
  }
  const { keys, root_token } = await call("PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 });
  await call("PUT", "sys/unseal", { key: (keys as string[])[0] });
  for (let tries = 0; tries < 300; tries++) {
    const health = await fetch(`${address}/v1/sys/health`);
    await health.arrayBuffer();
    if (health.status === 200) return String(root_token);
    await delay(100);
  }
  throw new Error("it does not become active");
}

/** Answers everything with `bytes` bytes of JSON. */
export async function startBare({ folder, tls }: SubjectOptions, bytes: number): Promise<Subject> {
  const code = `
    const fs = require("node:fs");
    const tls = ${JSON.stringify(tls)};
    const body = Buffer.from(JSON.stringify({ data: "x".repeat(${Math.max(0, bytes - 11)}) }));
    const answer = (request, response) => {
      request.resume();
      request.on("end", () => response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store", "content-length": body.length }).end(body));
    };
    const server = tls === null
      ? require("node:http").createServer(answer)
      : require("node:https").createServer({ cert: fs.readFileSync(tls.cert), key: fs.readFileSync(tls.key) }, answer);
    server.listen(0, "127.0.0.1", () => console.log("listening on " + server.address().port));
  `;
  writeFileSync(join(folder, "bare.cjs"), code);
  const server = spawnOn(SERVER_CPU, [process.execPath, join(folder, "bare.cjs")], {
    PATH: path,
    HOME: folder,
  });
  const [, port = ""] = await untilSays(server, /listening on (\d+)/);
  const address = `${tls === null ? "http" : "https"}://127.0.0.1:${port}`;
  const { pid = 0 } = server.child;
  return { name: "node:http", address, token: "", pid, stop: () => server.stop() };
}

/** A certificate for 127.0.0.1, made by OpenSSL; null where there is none. */
export function makeCertificate(folder: string): { cert: string; key: string } | null {
  const [cert, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const made = spawnSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
  ]);
  if (made.status !== 0) return null;
  return readFileSync(cert).length > 0 ? { cert, key } : null;
}
