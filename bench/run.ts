/**
 * What `bulkhead run -- true` costs: on the embedded store and with a warm server, in the sandbox and without one, against the bare `true` and
 * a bare `node -e 0`, run in turn so that what else the machine does hits all alike. Prints medians in milliseconds, and where the
 * time goes. `npm run bench:run [-- ROUNDS]`
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const rounds = Number(process.argv[2] ?? 21);
const bulkhead = join(import.meta.dirname, "..", "dist", "bulkhead");
const home = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
// NODE_EXTRA_CA_CERTS costs every Node some 30 ms and would hide the rest.
const env = {
  PATH: `${join(process.execPath, "..")}:${process.env.PATH}`,
  HOME: home,
  BULKHEAD_HOME: join(home, "store"),
};
const MANIFEST = `project: bench
environments: { dev: { people: true } }
secrets: { openai: { provider: openai, purpose: measures, owner: bench@example.com } }
stages: { train: { run: "true", use: [openai] } }
`;

type Env = Readonly<Record<string, string>>;

function time(words: readonly string[], more: Env = {}, input = ""): number {
  const [program = "", ...rest] = words;
  const started = process.hrtime.bigint();
  const done = spawnSync(program, rest, { env: { ...env, ...more }, input, cwd: home });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stderr.toString()}`);
  return ms;
}

function prepare(more: Env = {}): void {
  time([bulkhead, "apply"], more);
  time([bulkhead, "secret", "put", "openai"], more, "a-value-of-some-length-for-the-bench");
}

/** A server of its own on a free port, and what a client of it needs. */
async function warmServer(): Promise<{ child: ChildProcess; client: Env }> {
  const child = spawn(bulkhead, ["server", "--dev", "--listen", "127.0.0.1:0"], {
    env,
    cwd: home,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let out = "";
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error("the server ended")));
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (/root token: \S+/.test(out)) resolve();
    });
  });
  const BULKHEAD_ADDR = /listening on (\S+)/.exec(out)?.[1] ?? "";
  const BULKHEAD_TOKEN = /root token: (\S+)/.exec(out)?.[1] ?? "";
  return { child, client: { BULKHEAD_ADDR, BULKHEAD_TOKEN } };
}

const median = (list: readonly number[]): number =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

let server: ChildProcess | null = null;
try {
  writeFileSync(join(home, "bulkhead.yaml"), MANIFEST);
  prepare();
  const { child, client } = await warmServer();
  server = child;
  prepare(client);
  const run = [bulkhead, "run", "train"];
  const cases: Readonly<Record<string, () => number>> = {
    true: () => time(["true"]),
    "node -e 0": () => time([process.execPath, "-e", "0"]),
    "bulkhead --help": () => time([bulkhead, "--help"]),
    "run, embedded store": () => time([...run, "--", "true"]),
    "  without a sandbox": () => time([...run, "--no-isolation", "--", "true"]),
    "run, warm server": () => time([...run, "--", "true"], client),
    "  without a sandbox ": () => time([...run, "--no-isolation", "--", "true"], client),
  };
  const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const [name, measure] of Object.entries(cases)) times.get(name)?.push(measure());
  const bare = median(times.get("node -e 0") ?? []);
  for (const [name, list] of times) {
    const ms = median(list);
    process.stdout.write(
      `${name.padEnd(22)} ${ms.toFixed(1).padStart(7)} ms  ${(ms / bare).toFixed(2)} x node\n`,
    );
  }
} finally {
  server?.kill("SIGTERM");
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
