/**
 * `npm run bench:scan`: Bulkhead and the scanners that install from public registries, side by side on the same files, and the limits:
 * what reading alone costs. Prints wall and CPU seconds (medians), MB/s, peak memory, findings, and for each row Bulkhead's ratio to the
 * fastest peer. Corpora and peers are made once, in the ignored cache.
 *
 * `-- --only tree,history --rounds 3 --log-mib 1024 --history-share 1 --limit 300 --subjects bulkhead,cat`
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Corpus, history, log, minified, notebooks, small, tree } from "./corpora.ts";
import { type Call, type Input, type Subject, subjects } from "./subjects.ts";
import { type Used, median, usageOf } from "../usage.ts";
import { installTools } from "./tools.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    subjects: { type: "string", default: "" },
    rounds: { type: "string", default: "3" },
    limit: { type: "string", default: "300" },
    "log-mib": { type: "string", default: "1024" },
    "notebook-mib": { type: "string", default: "80" },
    "history-share": { type: "string", default: "1" },
  },
});

interface Row {
  readonly id: string;
  readonly title: string;
  readonly input: Input;
  corpus(): Promise<Corpus>;
}

const rows: readonly Row[] = [
  { id: "start", title: "start and ten files", input: "files", corpus: small },
  { id: "staged", title: "ten staged files", input: "staged", corpus: small },
  { id: "tree", title: "source tree", input: "files", corpus: tree },
  {
    id: "notebooks",
    title: "notebooks",
    input: "files",
    corpus: () => notebooks(Number(values["notebook-mib"])),
  },
  { id: "log", title: "one log", input: "log", corpus: () => log(Number(values["log-mib"])) },
  { id: "minified", title: "minified JavaScript", input: "files", corpus: minified },
  {
    id: "history",
    title: "history",
    input: "history",
    corpus: () => history(Number(values["history-share"])),
  },
];

interface Judged {
  readonly subject: Subject;
  readonly wall: number;
  readonly cpu: number;
  readonly mib: number;
  readonly findings: number | null;
  /** Did not end in time, or failed. */
  readonly failed: string | null;
}

const wanted = (list: string, word: string): boolean => list === "" || list.split(",").includes(word);

const ended = ({ found = [] }: Call, code: number): boolean =>
  (code >= 0 && code <= 4) || found.includes(code);

/** Rounds in turn, so that what else the machine does hits all alike; one that took long is not repeated. */
function judge(row: Row, path: string, all: readonly Subject[], folder: string): Judged[] {
  const used = new Map<Subject, Used[]>();
  const counts = new Map<Subject, number | null>();
  const failures = new Map<Subject, string>();
  const rounds = Number(values.rounds) * (row.id === "start" || row.id === "staged" ? 5 : 1);
  for (let round = 0; round < rounds; round++)
    for (const subject of all) {
      const report = join(folder, `${row.id}-report`);
      const call = subject.call(row.input, path, report);
      const before = used.get(subject) ?? [];
      if (
        call === null ||
        before.some(({ wall, late, code }) => late || !ended(call, code) || (wall > 30 && round > 0))
      )
        continue;
      const one = usageOf({ command: call.command, env: call.env, limit: values.limit, folder });
      used.set(subject, [...before, one]);
      if (one.late) failures.set(subject, "too late");
      else if (!ended(call, one.code)) failures.set(subject, `ended with ${one.code}`);
      else counts.set(subject, call.count?.(report) ?? null);
      rmSync(report, { force: true });
      rmSync(`${report}.jsonl`, { force: true });
    }
  return [...used].map(([subject, list]) => ({
    subject,
    wall: median(list.map(({ wall }) => wall)),
    cpu: median(list.map(({ cpu }) => cpu)),
    mib: Math.max(...list.map(({ mib }) => mib)),
    findings: counts.get(subject) ?? null,
    failed: failures.get(subject) ?? null,
  }));
}

function print(row: Row, corpus: Corpus, bytes: number, judged: readonly Judged[]): void {
  const peers = judged.filter(
    ({ subject, failed }) => subject.limit !== true && subject.name !== "bulkhead" && failed === null,
  );
  const fastest = {
    wall: Math.min(...peers.map(({ wall }) => wall)),
    cpu: Math.min(...peers.map(({ cpu }) => cpu)),
  };
  const planted = corpus.planted === 0 ? "" : `, ${corpus.planted} keys planted`;
  process.stdout.write(`\n${row.title}: ${(bytes / 1e6).toFixed(1)} MB${planted}\n`);
  process.stdout.write(
    `${"".padEnd(20)}    wall s    CPU s     MB/s      MiB  findings  wall and CPU beside the fastest peer\n`,
  );
  for (const { subject, wall, cpu, mib, findings, failed } of judged) {
    const cells =
      failed === null
        ? [wall.toFixed(3), cpu.toFixed(3), (bytes / 1e6 / wall).toFixed(0)]
        : [`over ${wall.toFixed(0)}`, "", failed];
    const ratio =
      failed === null && peers.length > 0
        ? `${(wall / fastest.wall).toFixed(2)} ${(cpu / fastest.cpu).toFixed(2)}`
        : "";
    const line = [
      ...cells.map((cell) => cell.padStart(9)),
      mib.toFixed(0).padStart(9),
      String(findings ?? "").padStart(9),
    ];
    process.stdout.write(`${subject.name.padEnd(20)} ${line.join("")}  ${ratio}\n`);
  }
}

/** Of what is read: files as they are, of a history all its objects. */
function bytesOf(row: Row, path: string): number {
  const script =
    row.input === "history"
      ? `git -C "$1" cat-file --batch-all-objects --batch-check='%(objectsize)' | awk '{ n += $1 } END { print n }'`
      : `find "$1" -type f -not -path '*/.git/*' -printf '%s\\n' | awk '{ n += $1 } END { print n }'`;
  return Number(spawnSync("sh", ["-c", script, "sh", path]).stdout.toString());
}

const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-scan-"));
try {
  const all = subjects(await installTools()).filter(({ name }) => wanted(values.subjects, name));
  for (const row of rows.filter(({ id }) => wanted(values.only, id))) {
    const corpus = await row.corpus();
    print(row, corpus, bytesOf(row, corpus.path), judge(row, corpus.path, all, folder));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
