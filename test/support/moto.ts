/**
 * A real AWS-shaped server for tests: moto (PyPI) on a free port of 127.0.0.1, with authentication on: after `freeActions` unsigned-for
 * calls it looks at keys, signatures and policies. Whether it is up is asked by TCP, since a call by HTTP would count. Gives null
 * where pip is absent (`NO_PIP` in python.ts).
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./port.ts";
import { pythonPackages } from "./python.ts";

export const MOTO_PACKAGES = ["moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

export interface Moto {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly address: string;
  /** Ends the server; may be called twice. */
  stop(): Promise<void>;
}

export interface MotoOptions {
  /** So many calls are taken from anybody; then keys and policies count. Without it nothing is checked. */
  readonly freeActions?: number;
}

export async function startMoto({ freeActions }: MotoOptions = {}): Promise<Moto | null> {
  const packages = await pythonPackages(MOTO_PACKAGES);
  if (packages === null) return null;
  const home = mkdtempSync(join(tmpdir(), "bulkhead-moto-"));
  const port = await freePort();
  const child = spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    cwd: home,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      HOME: home,
      PYTHONPATH: packages,
      ...(freeActions !== undefined && { INITIAL_NO_AUTH_ACTION_COUNT: String(freeActions) }),
    },
  });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log = (log + chunk.toString("utf8")).slice(-4_000)));
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const stop = async (): Promise<void> => {
    process.removeListener("exit", killWithUs);
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const forced = setTimeout(() => child.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(forced);
    }
    rmSync(home, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) break;
    if (await listens(port)) return { address: `http://127.0.0.1:${port}`, stop };
    await delay(100);
  }
  await stop();
  throw new Error(`moto did not start: ${log}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
