/**
 * `rotate: { script: … }`: a program of the user's own, named in the declaration. It is given JSON on its standard input and an
 * environment without credentials; what it writes to standard error is thrown away, since it may hold a value; one that hangs is ended.
 */
import { spawn } from "node:child_process";
import { BulkheadError } from "../../core/errors.ts";
import { exchanging } from "./exchange.ts";
import type { DriverContext } from "./types.ts";

const TIMEOUT_MS = 60_000;
const MOST_OUTPUT = 1_048_576;
const KEPT = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "HTTPS_PROXY",
  "NO_PROXY",
];

async function ask(
  { script, secret, scripts, signal, timeout = TIMEOUT_MS }: DriverContext & { readonly timeout?: number },
  question: string,
  what: string,
): Promise<unknown> {
  if (script === undefined)
    throw new BulkheadError("rotation.bad-driver", { secret, problem: "no script is declared" });
  if (scripts !== true)
    throw new BulkheadError("rotation.bad-driver", {
      secret,
      problem: "this server starts no programs: rotate it where the store is local, or declare a webhook",
    });
  const provider = "the script";
  const env = Object.fromEntries(
    KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = spawn("/bin/sh", ["-c", script], { env, stdio: ["pipe", "pipe", "ignore"], detached: true });
  const chunks: Buffer[] = [];
  let size = 0;
  const end = (): void => {
    // its whole group: what it started must not outlive it
    if (child.pid !== undefined && child.exitCode === null) {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // it is gone
      }
    }
  };
  const timer = setTimeout(end, timeout);
  signal?.addEventListener("abort", end, { once: true });
  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MOST_OUTPUT) end();
    else chunks.push(chunk);
  });
  child.stdin.on("error", () => undefined); // it need not read
  child.stdin.end(question);
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (exit) => resolve(exit));
  });
  clearTimeout(timer);
  const output = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0);
  try {
    if (code === null)
      throw new BulkheadError("rotation.unavailable", { provider, what, reason: "it did not end in time" });
    if (code !== 0)
      throw new BulkheadError("rotation.unavailable", { provider, what, reason: `exit code ${code}` });
    try {
      return JSON.parse(output.toString("utf8")) as unknown;
    } catch {
      throw new BulkheadError("rotation.bad-answer", { provider, what, problem: "what it wrote is no JSON" });
    }
  } finally {
    output.fill(0);
  }
}

export const script = exchanging("script", ask);
