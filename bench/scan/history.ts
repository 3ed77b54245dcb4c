/**
 * A history scanned against git printing it: `node bench/scan/history.ts REPOSITORY [THREADS]`. Seconds of wall time and, for the
 * scans, of this process's processors. Memory is the most that the process took.
 */
import { spawn } from "node:child_process";
import { scanHistory } from "../../src/scan/history/index.ts";
import { workerFile } from "../../src/scan/worker-file.ts";
import { ruleSet } from "../../src/scan/rules.ts";
import { historyScanner } from "../../src/scan/scanner.ts";

const [root, threads = "2"] = process.argv.slice(2);
if (root === undefined) throw new Error("which repository?");

const scanner = historyScanner((await ruleSet()).detector);

async function timed(name: string, work: () => Promise<string>): Promise<void> {
  const start = performance.now();
  const before = process.cpuUsage();
  const says = await work();
  const cpu = process.cpuUsage(before);
  const seconds = [(performance.now() - start) / 1e3, (cpu.user + cpu.system) / 1e6].map((one) =>
    one.toFixed(2),
  );
  process.stdout.write(`${name}: ${seconds.join(" / ")} s, ${says}\n`);
}

await timed("git cat-file", async () => {
  const args = ["-C", root, "cat-file", "--batch-all-objects", "--batch", "--unordered"];
  const child = spawn("git", args, { stdio: ["ignore", "pipe", "inherit"] });
  let bytes = 0;
  for await (const chunk of child.stdout) bytes += (chunk as Buffer).length;
  return `${bytes} bytes`;
});
for (const mode of ["deltas", "blobs"] as const)
  await timed(mode, async () => {
    const scan = scanHistory({
      root,
      mode,
      threads: Number(threads),
      scanner: () => scanner,
      worker: { file: workerFile },
    });
    let findings = 0;
    for await (const { found } of scan) {
      found.match.value.fill(0);
      findings++;
    }
    const { blobs, bytes, bytesScanned, unread } = scan.summary;
    const memory = Math.round(process.resourceUsage().maxRSS / 1024);
    return `${findings} findings, ${blobs} blobs, ${bytesScanned} of ${bytes} bytes, ${unread.length} unread, ${memory} MB`;
  });
