/** AWS KMS as moto plays it: its own process on a free port of 127.0.0.1, from PyPI. Null without pip. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./port.ts";
import { pythonPackages } from "./python.ts";

const PACKAGES = ["moto==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

export interface Kms {
  readonly endpoint: string;
  /** A new symmetric key's id. */
  createKey(): Promise<string>;
  stop(): Promise<void>;
}

export async function startKms(): Promise<Kms | null> {
  const packages = await pythonPackages(PACKAGES);
  if (packages === null) return null;
  const port = await freePort();
  const main = "import sys; from moto.server import main; main(sys.argv[1:])";
  const child = spawn("python3", ["-c", main, "-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
    env: { PATH: process.env.PATH ?? "", PYTHONPATH: packages, HOME: "/nonexistent" },
  });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const endpoint = `http://127.0.0.1:${port}/`;
  const call = async (target: string, body: object): Promise<Record<string, unknown>> => {
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `TrentService.${target}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${target}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  await listening(port, () => child.exitCode !== null);
  return {
    endpoint,
    createKey: async () => ((await call("CreateKey", {})).KeyMetadata as { KeyId: string }).KeyId,
    stop: async () => {
      process.removeListener("exit", killWithUs);
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function listening(port: number, over: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (over()) throw new Error("moto ended");
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (open) return;
    await delay(100);
  }
  throw new Error("moto did not start");
}
