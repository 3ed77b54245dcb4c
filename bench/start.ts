/**
 * Start-up: `bulkhead --version` and `bulkhead secret get` on the embedded store against a bare `node -e 0` of the same Node, run in
 * turn so that what else the machine does hits all alike. Prints medians in milliseconds and ratios. `npm run bench:start [-- ROUNDS]`
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const rounds = Number(process.argv[2] ?? 31);
const bulkhead = join(import.meta.dirname, "..", "dist", "bulkhead");
const home = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
// NODE_EXTRA_CA_CERTS costs every Node some 30 ms and would hide the rest.
const env = {
  PATH: `${join(process.execPath, "..")}:${process.env.PATH}`,
  HOME: home,
  BULKHEAD_HOME: join(home, "store"),
};

function time(command: string, args: readonly string[], input = ""): number {
  const started = process.hrtime.bigint();
  const done = spawnSync(command, args, { env, input, cwd: home });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr.toString()}`);
  return ms;
}

try {
  time(bulkhead, ["secret", "put", "secret/bench/dev/key"], "a-value-of-some-length");
  const cases = {
    "node -e 0": () => time(process.execPath, ["-e", "0"]),
    "bulkhead --version": () => time(bulkhead, ["--version"]),
    "bulkhead secret get": () => time(bulkhead, ["secret", "get", "secret/bench/dev/key"]),
  };
  const times = new Map(Object.keys(cases).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(cases)) times.get(name)?.push(run());
  const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  const bare = median(times.get("node -e 0") ?? []);
  for (const [name, list] of times)
    process.stdout.write(
      `${name.padEnd(22)} ${median(list).toFixed(1).padStart(7)} ms  ${(median(list) / bare).toFixed(2)} x\n`,
    );
} finally {
  rmSync(home, { recursive: true, force: true });
}
