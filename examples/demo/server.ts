/** `bulkhead server` on the demonstration's store, as a child process on a free loopback port. */
import { spawn } from "node:child_process";
import { bulkheadEnv, BUNDLE, DemoError } from "./scene.ts";
import type { Workspace } from "./workspace.ts";

export interface ServerProcess {
  readonly address: string;
  readonly pid: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const READY_MS = 20_000;

export async function startServer(workspace: Workspace): Promise<ServerProcess> {
  const child = spawn(BUNDLE, ["server", "--listen", "127.0.0.1:0", "--log-level", "error"], {
    cwd: workspace.project,
    env: bulkheadEnv(workspace),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve()).once("error", () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
  };
  const address = await new Promise<string | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), READY_MS);
    const settle = (found: string | null): void => {
      clearTimeout(timer);
      resolve(found);
    };
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const found = /^listening on (http:\S+)$/m.exec(text)?.[1];
      if (found !== undefined) settle(found);
    });
    ended.then(
      () => settle(null),
      () => settle(null),
    );
  });
  if (address === null || child.pid === undefined) {
    await stop();
    throw new DemoError(`\`bulkhead server\` did not start:\n${said.trim()}`);
  }
  return { address, pid: child.pid, ended, stop };
}
