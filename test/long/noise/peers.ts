/**
 * `node test/long/noise/peers.ts [--minutes N] [--write] SCANNER…`: what other scanners count in the same packages, one package at a
 * time and each with a bound, so that one that does not end costs its own count only. Counts are kept in `.cache/noise/peers`: a run
 * that was stopped goes on where it was. At the end, or at once with `--write`, they go to `verdicts.json`, from where
 * `node tools/docs.ts` takes them.
 */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Call, subjects } from "../../../bench/scan/subjects.ts";
import { installTools } from "../../../bench/scan/tools.ts";
import { archives, cache, fetchMissing, packageOf } from "./archives.ts";
import { loadVerdicts, saveVerdicts } from "./verdicts.ts";

/** Findings by package; null where the scanner did not end in time. */
type Counts = Record<string, number | null>;

const keptFile = (scanner: string): string => join(cache, "peers", `${scanner}.json`);
const read = (scanner: string): Counts =>
  existsSync(keptFile(scanner)) ? (JSON.parse(readFileSync(keptFile(scanner), "utf8")) as Counts) : {};

/** Null where it did not end in time. */
async function count(call: Call, report: string, milliseconds: number): Promise<number | null> {
  const [command = "", ...args] = call.command;
  const child = spawn("nice", ["-n", "10", command, ...args], {
    stdio: "ignore",
    detached: true,
    env: { ...process.env, ...call.env },
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    // A group of its own: a scanner's helpers end with it.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, milliseconds);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearTimeout(timer);
  if (late) return null;
  if (code === null || (code > 4 && call.found?.includes(code) !== true))
    throw new Error(`${call.command.join(" ")} ended with ${code}`);
  return call.count?.(report) ?? 0;
}

async function countAll(scanner: string, milliseconds: number): Promise<Counts> {
  const subject = subjects(await installTools()).find(({ name }) => name === scanner);
  if (subject === undefined) throw new Error(`no scanner is called ${scanner}`);
  mkdirSync(join(cache, "peers"), { recursive: true });
  const counts = read(scanner);
  // Small ones first: what takes long holds up few.
  const size = (archive: string): number => statSync(join(cache, archive)).size;
  for (const archive of archives().sort((a, b) => size(a) - size(b))) {
    const name = packageOf(archive);
    if (name in counts) continue;
    const folder = mkdtempSync(join(tmpdir(), "noise-peer-"));
    try {
      const data = join(folder, "data");
      mkdirSync(data);
      execFileSync("tar", ["xzf", join(cache, archive), "-C", data]);
      const report = join(folder, "report.json");
      const call = subject.call("files", data, report);
      if (call === null) throw new Error(`${scanner} is not on this machine`);
      const began = performance.now();
      counts[name] = await count(call, report, milliseconds);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stdout.write(`${scanner} ${name}: ${counts[name] ?? "did not end"}, ${seconds} s\n`);
      writeFileSync(keptFile(scanner), JSON.stringify(counts));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return counts;
}

/** `20 in 3 of 5 packages; not in time: a, b`. */
function summary(counts: Counts): string {
  const all = archives().map((archive) => [packageOf(archive), counts[packageOf(archive)]] as const);
  const ended = all.filter(([, found]) => typeof found === "number");
  const sum = ended.reduce((total, [, found]) => total + (found ?? 0), 0);
  const names = (of: typeof all): string => of.map(([name]) => name).join(", ");
  const late = all.filter(([, found]) => found === null);
  const left = all.filter(([, found]) => found === undefined);
  return [
    all.length === ended.length ? `${sum}` : `${sum} in ${ended.length} of ${all.length} packages`,
    ...(late.length > 0 ? [`did not end in ${values.minutes} minutes: ${names(late)}`] : []),
    ...(left.length > 0 ? [`not tried, for want of time: ${names(left)}`] : []),
  ].join("; ");
}

const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "20" }, write: { type: "boolean", default: false } },
  allowPositionals: true,
});
fetchMissing();
for (const scanner of positionals) {
  const findings = summary(
    values.write ? read(scanner) : await countAll(scanner, Number(values.minutes) * 60_000),
  );
  const verdicts = loadVerdicts();
  saveVerdicts({
    ...verdicts,
    peers: verdicts.peers.map((peer) => (peer.name === scanner ? { ...peer, findings } : peer)),
  });
}
