/**
 * What `bulkhead run -- true` costs: on the embedded store and with a warm server, at each level of isolation, against the bare `true` and
 * a bare `node -e 0`. A level that this machine does not reach is timed as what it falls to. `npm run bench:run [-- ROUNDS]`
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Bench, type Env } from "./interleaved.ts";
import { MANIFEST, RUN, RUN_PREPARATION, SERVER } from "./launches.ts";

/** A server of its own on a free port, and what a client of it needs. */
async function warmServer({ bulkhead, env, home }: Bench): Promise<{ child: ChildProcess; client: Env }> {
  const child = spawn(bulkhead, SERVER, { env, cwd: home, stdio: ["ignore", "pipe", "ignore"] });
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

using bench = new Bench();
writeFileSync(join(bench.home, "bulkhead.yaml"), MANIFEST);
for (const launch of RUN_PREPARATION) bench.time(launch);
const { child, client } = await warmServer(bench);
try {
  for (const launch of RUN_PREPARATION) bench.time(launch, client);
  bench.table(RUN, Number(process.argv[2] ?? 21), client);
} finally {
  const over = once(child, "exit");
  child.kill("SIGTERM");
  await over;
}
