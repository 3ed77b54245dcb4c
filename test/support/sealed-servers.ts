/** Servers with nothing in them yet, started by a configuration file as people start them: OpenBao's and ours, each a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { baoPath } from "./bao.ts";
import { freePort } from "./port.ts";

export interface SealedServer {
  readonly address: string;
  readonly folder: string;
  readonly child: ChildProcess;
  /** What it wrote so far. */
  log(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface StartOptions {
  /** Default: in memory. */
  readonly storage?: object;
  readonly seal?: object;
  /** Kept at the end; default: one of its own, removed. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Null without pip. */
export async function startSealedBao(): Promise<SealedServer | null> {
  const path = await baoPath();
  if (path === null) return null;
  return await start({
    command: [path],
    tcp: {
      disable_unauthed_rekey_endpoints: false,
      disable_unauthed_generate_root_endpoints: false,
    },
    options: {},
  });
}

/** `bulkhead server -config=FILE`, from source. */
export const startSealed = (options: StartOptions = {}): Promise<SealedServer> =>
  start({ command: [process.execPath, join(import.meta.dirname, "cli-main.ts")], tcp: {}, options });

interface Start {
  readonly command: readonly string[];
  readonly tcp: object;
  readonly options: StartOptions;
}

async function start({ command, tcp, options }: Start): Promise<SealedServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "bulkhead-sealed-"));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const config = join(folder, "server.json");
  const text = {
    storage: options.storage ?? { inmem: {} },
    ...(options.storage && "postgresql" in options.storage && { audit: { folder: join(folder, "audit") } }),
    listener: { tcp: { address, tls_disable: true, ...tcp } },
    disable_mlock: true,
    default_lease_ttl: "768h",
    max_lease_ttl: "768h",
    ...(options.seal && { seal: options.seal }),
  };
  writeFileSync(config, JSON.stringify(text), { mode: 0o600 });
  const [program = "", ...words] = command;
  const child = spawn(program, [...words, "server", `-config=${config}`], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: folder, BULKHEAD_HOME: folder, ...options.env },
  });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (log += chunk));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    process.removeListener("exit", killWithUs);
    child.kill(signal);
    await ended;
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`http://${address}/v1/sys/seal-status`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return { address: `http://${address}`, folder, child, log: () => log, stop };
    await delay(50);
  }
  await stop("SIGKILL");
  throw new Error(`the server did not start: ${log}`);
}
