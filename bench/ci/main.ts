/**
 * `npm run bench:ci`: 1,000 generated workflows, whole process, beside the programs that judge workflows. Prints wall and CPU seconds
 * (medians) and peak memory. The corpus and the peers are made once, in the ignored cache; a peer that cannot be installed is left out.
 *
 * `-- --count 1000 --rounds 5 --subjects bulkhead,zizmor`
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pythonPackages } from "../../test/support/python.ts";
import { type Used, goProgram, median, usageOf } from "../usage.ts";
import { workflows } from "./generate.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    rounds: { type: "string", default: "5" },
    subjects: { type: "string", default: "" },
  },
});

const root = join(import.meta.dirname, "..", "..");
const cache = join(root, ".cache", "bench-ci");

interface Subject {
  readonly name: string;
  readonly command: readonly string[];
  /** Exit codes that say it worked: some report findings by theirs. */
  readonly codes: readonly number[];
}

async function subjects(corpus: string): Promise<Subject[]> {
  const flows = join(corpus, ".github", "workflows");
  const all: Subject[] = [
    { name: "bulkhead model", command: [join(root, "dist", "bulkhead"), "ci", "model", corpus], codes: [0] },
  ];
  const python = await pythonPackages(["zizmor==1.32.0"]);
  const zizmor = python === null ? null : join(python, "bin", "zizmor");
  if (zizmor !== null && existsSync(zizmor))
    all.push({
      name: "zizmor",
      command: [zizmor, "--offline", "--no-progress", "--format", "json", corpus],
      codes: [0, 10, 11, 12, 13, 14],
    });
  const actionlint = goProgram(cache, "actionlint", "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12");
  if (actionlint !== null)
    all.push({
      name: "actionlint",
      command: [
        actionlint,
        "-shellcheck=",
        "-pyflakes=",
        ...readdirSync(flows).map((name) => join(flows, name)),
      ],
      codes: [0, 1],
    });
  return all.filter(
    ({ name }) => values.subjects === "" || values.subjects.split(",").some((word) => name.startsWith(word)),
  );
}

function measure({ name, command, codes }: Subject, folder: string): Used | null {
  const used = usageOf({ command, limit: "300", folder });
  if (codes.includes(used.code)) return used;
  process.stdout.write(`${name} ended with ${used.code}\n`);
  return null;
}

mkdirSync(cache, { recursive: true });
const corpus = workflows(cache, Number(values.count));
const flows = join(corpus.path, ".github", "workflows");
const bytes = readdirSync(flows).reduce((sum, name) => sum + statSync(join(flows, name)).size, 0);
process.stdout.write(`${corpus.files} workflows, ${(bytes / 1e6).toFixed(1)} MB\n`);
process.stdout.write(
  `${"".padEnd(18)}${["wall s", "CPU s", "MiB"].map((head) => head.padStart(9)).join("")}\n`,
);
const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-ci-"));
try {
  const all = await subjects(corpus.path);
  const used = new Map<Subject, Used[]>(all.map((subject) => [subject, []]));
  // In turn, so that what else the machine does hits all alike.
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [subject, list] of used) {
      const one = measure(subject, folder);
      if (one !== null) list.push(one);
    }
  for (const [{ name }, list] of used) {
    if (list.length === 0) continue;
    const cells = [
      median(list.map(({ wall }) => wall)).toFixed(3),
      median(list.map(({ cpu }) => cpu)).toFixed(3),
      Math.max(...list.map(({ mib }) => mib)).toFixed(0),
    ];
    process.stdout.write(`${name.padEnd(18)}${cells.map((cell) => cell.padStart(9)).join("")}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
