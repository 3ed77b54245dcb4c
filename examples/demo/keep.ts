/**
 * What stays with `npm start -- --keep`: a process of its own with the vendors, the sink and `bulkhead server` on the
 * demonstration's folder. It removes the folder when it is ended, or when its time is up.
 */
import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { startServices, type ServicesOptions } from "../services/index.ts";
import type { Page } from "./page.ts";
import { bulkheadEnv, BUNDLE, DemoError, type Scene } from "./scene.ts";
import { startServer } from "./server.ts";
import type { Workspace } from "./workspace.ts";

const HOURS = 2;
const READY_MS = 30_000;

/** Handed over on standard input: keys never stand in arguments. */
interface Handover {
  readonly workspace: Pick<Workspace, "root" | "project" | "home" | "store">;
  readonly keys: readonly (readonly [string, string])[];
  readonly ports: NonNullable<ServicesOptions["ports"]>;
}

interface Kept {
  readonly pid: number;
  readonly address: string;
}

const announcement = (root: string): string => join(root, "kept.json");

/** Stops the scene's services and starts the process that carries them on, on the same ports. */
export async function keep({ workspace, services }: Scene, page: Page): Promise<Kept> {
  const port = (url: string): number => Number(new URL(url).port);
  const ports = {
    ...Object.fromEntries(Object.entries(services.urls).map(([name, url]) => [name, port(url)])),
    sink: port(services.sinkUrl),
  };
  const { root, project, home, store } = workspace;
  const handover: Handover = {
    workspace: { root, project, home, store },
    keys: [...workspace.secrets],
    ports,
  };
  await services.stop();
  const log = openSync(join(root, "kept.log"), "a", 0o600);
  const child = spawn(process.execPath, [import.meta.filename], {
    cwd: root,
    detached: true,
    stdio: ["pipe", log, log],
  });
  closeSync(log);
  child.stdin?.end(JSON.stringify(handover));
  const deadline = Date.now() + READY_MS;
  while (!existsSync(announcement(root))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGTERM");
      throw new DemoError(
        `nothing could be left running: ${readFileSync(join(root, "kept.log"), "utf8").trim()}`,
      );
    }
    await sleep(50);
  }
  child.unref();
  const kept = JSON.parse(readFileSync(announcement(root), "utf8")) as Kept;
  const command = writeWrapper(workspace);
  page.line();
  page.say(`Left running: a server at ${kept.address}, and the project in ${project}. Try:`);
  page.line();
  page.say(`  ${command} run serve --explain-env`);
  page.say(`  ${command} audit tail`);
  page.say(
    `  printf 'X-Vault-Token: %s' "$(${command} token create --orphan --ttl 10m)" | curl -H @- '${kept.address}/v1/secret/metadata/fraud-detector/dev?list=true'`,
  );
  page.line();
  page.say(
    `\`kill ${kept.pid}\` stops it and removes the folder; after ${HOURS} hours it does so by itself.`,
  );
  return kept;
}

/** A `bulkhead` for this demonstration alone: its own home, its own store, started in the project. */
function writeWrapper(workspace: Workspace): string {
  const path = join(workspace.root, "bulkhead");
  const env = Object.entries(bulkheadEnv(workspace)).map(([name, value]) => `${name}=${quoted(value)}`);
  writeFileSync(
    path,
    `#!/bin/sh\ncd ${quoted(workspace.project)} || exit 1\nexec env ${env.join(" ")} ${quoted(BUNDLE)} "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

async function main(): Promise<void> {
  const { workspace, keys, ports } = (await json(process.stdin)) as Handover;
  const { root } = workspace;
  if (!basename(root).startsWith("bulkhead-demo-"))
    throw new DemoError(`not a folder of a demonstration: ${root}`);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const services = await startServices({ keys: new Map(keys), ports });
  const server = await startServer(workspace as Workspace);
  const beside = `${announcement(root)}.tmp`;
  writeFileSync(beside, JSON.stringify({ pid: process.pid, address: server.address } satisfies Kept));
  renameSync(beside, announcement(root));
  const over = new AbortController();
  const late = sleep(HOURS * 3_600_000, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([stopped, server.ended, late]);
  over.abort();
  await server.stop();
  await services.stop();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

if (import.meta.main) await main();
