/**
 * `npm run bench:mask`: what masking costs beside `cat`, pipe to pipe, and beside others that replace strings. Prints wall and CPU
 * seconds a GiB (medians of interleaved rounds; CPU is the subject's own, its start included) and the ratio to `cat`. With cargo at
 * hand Rust's aho-corasick is built and takes part, over the very patterns that the masker looks for. At the end: how long a line
 * that is written by itself takes through each.
 *
 * `-- --mib 256 --repeat 4 --rounds 5 --secrets 1,100,10000 --inputs text,json,random --subjects cat,bulkhead`
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import { formsOf } from "../../src/mask/index.ts";
import { inputFile, inputs, secrets } from "./inputs.ts";
import { latency } from "./latency.ts";

const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "256" },
    rounds: { type: "string", default: "5" },
    secrets: { type: "string", default: "1,100,10000" },
    inputs: { type: "string", default: inputs.join(",") },
    subjects: { type: "string", default: "" },
    repeat: { type: "string", default: "4" },
  },
});

const SMALL_MIB = 8;
const kept = join(tmpdir(), "bulkhead-bench-mask");
const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));

interface Subject {
  readonly id: string;
  readonly title: string;
  /** Words of a shell; null where it does not take part. */
  command(count: number): string | null;
}

const quote = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
const filterCall = (mode: string, count: number): string =>
  `${quote(process.execPath)} ${quote(filterBundle())} ${mode} ${quote(valuesFile(count))}`;

const subjects: readonly Subject[] = [
  { id: "cat", title: "cat", command: () => "cat" },
  { id: "copy", title: "the same loop without values", command: (count) => filterCall("copy", count) },
  { id: "exact", title: "masker, unbroken values only", command: (count) => filterCall("exact", count) },
  { id: "breaks", title: "masker, also broken values", command: (count) => filterCall("breaks", count) },
  {
    id: "bulkhead",
    title: "bulkhead mask",
    command: (count) =>
      `sh ${quote(join(root, "dist", "bulkhead"))} mask --secrets-from ${quote(valuesFile(count))}`,
  },
  {
    id: "rust",
    title: "Rust's aho-corasick, same patterns",
    command: (count) => (rust === null ? null : `${quote(rust)} ${quote(patternsFile(count))}`),
  },
  {
    id: "sed",
    title: "sed, values as they are",
    command: (count) => (count > 100 ? null : `sed -f ${quote(sedFile(count))}`),
  },
];

const made = new Map<string, string>();
function file(name: string, content: () => string): string {
  let path = made.get(name);
  if (path === undefined) {
    path = join(folder, name);
    writeFileSync(path, content());
    chmodSync(path, 0o600);
    made.set(name, path);
  }
  return path;
}
/** One file, as what is installed is: taking the types out of the sources at each start is no part of masking. */
const filterBundle = (): string =>
  file("filter.cjs", () => {
    const entryPoints = [join(import.meta.dirname, "filter.ts")];
    const { outputFiles } = buildSync({ entryPoints, bundle: true, platform: "node", write: false });
    return outputFiles[0]?.text ?? "";
  });
const valuesFile = (count: number): string => file(`values-${count}`, () => JSON.stringify(secrets(count)));
const patternsFile = (count: number): string =>
  file(`patterns-${count}`, () => {
    const all = secrets(count).flatMap((value) =>
      formsOf(Buffer.from(value)).map((form) => form.toString("hex")),
    );
    return [...new Set(all)].join("\n");
  });
const sedFile = (count: number): string =>
  file(`sed-${count}`, () =>
    secrets(count)
      .map((value) => `s/${value}/***/g`)
      .join("\n"),
  );

/** Null without cargo, or where it cannot build. */
function buildRust(): string | null {
  const source = join(import.meta.dirname, "aho-corasick");
  const target = join(root, ".cache", "bench-mask");
  const args = [
    "build",
    "--release",
    "--quiet",
    "--manifest-path",
    join(source, "Cargo.toml"),
    "--target-dir",
    target,
  ];
  const { status } = spawnSync("cargo", args, { stdio: ["ignore", "ignore", "inherit"] });
  return status === 0 ? join(target, "release", "replace") : null;
}

interface Used {
  readonly wall: number;
  readonly cpu: number;
}

/** Of the subject alone, in seconds; its start is part of it. */
function run(command: string, path: string, repeat: number): Used {
  const input = Array.from({ length: repeat }, () => quote(path)).join(" ");
  const script = `TIMEFORMAT='%R %U %S'; cat ${input} | { time ${command} 2>/dev/null; } | cat >/dev/null`;
  const { stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8", timeout: 600_000 });
  const [wall = NaN, user = NaN, system = NaN] =
    stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return { wall, cpu: user + system };
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN;

const rust = values.subjects === "" || values.subjects.includes("rust") ? buildRust() : null;
const wanted = subjects.filter(({ id }) => values.subjects === "" || values.subjects.split(",").includes(id));
const repeat = Number(values.repeat);
const gib = (Number(values.mib) * repeat) / 1024;
if (rust === null) process.stdout.write("no cargo here: Rust's aho-corasick does not take part\n");
try {
  for (const kind of inputs.filter((one) => values.inputs.split(",").includes(one)))
    for (const count of values.secrets.split(",").map(Number)) {
      const [path, little] = [Number(values.mib), SMALL_MIB].map((mib) => inputFile(kept, kind, mib)) as [
        string,
        string,
      ];
      const calls = wanted.flatMap((one) => {
        const command = one.command(count);
        return command === null ? [] : [{ ...one, command, used: [] as Used[] }];
      });
      for (let round = 0; round < Number(values.rounds); round++)
        for (const { id, command, used } of calls) {
          // The slow one gets little: its figures are a GiB's as well.
          const small = id === "sed";
          const { wall, cpu } = small ? run(command, little, 1) : run(command, path, repeat);
          const size = small ? SMALL_MIB / 1024 : gib;
          used.push({ wall: wall / size, cpu: cpu / size });
        }
      const base = median(calls.find(({ id }) => id === "cat")?.used.map(({ wall }) => wall) ?? [NaN]);
      process.stdout.write(`\n${kind}, ${count} secrets, a GiB\n`);
      for (const { title, used } of calls) {
        const wall = median(used.map((one) => one.wall));
        const cpu = median(used.map((one) => one.cpu));
        const cells = [wall.toFixed(2), cpu.toFixed(2), `${(wall / base).toFixed(2)}×`];
        process.stdout.write(`${title.padEnd(36)} wall ${cells[0]} s  CPU ${cells[1]} s  ${cells[2]} cat\n`);
      }
    }
  process.stdout.write(
    "\na line by itself, 100 secrets, microseconds to and fro (median, 99th percentile)\n",
  );
  for (const { id, title, command } of wanted) {
    const words = command(100);
    if (words === null || id === "sed" || id === "rust") continue;
    const { median: half, p99 } = await latency(words);
    process.stdout.write(
      `${title.padEnd(36)} ${half.toFixed(0).padStart(6)} ${p99.toFixed(0).padStart(6)}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
