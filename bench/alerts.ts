/**
 * A month of audit history through the anomaly rules: time for each entry, memory and the size of what is remembered must not grow with the
 * number of entries. `node --expose-gc bench/alerts.ts [ENTRIES]`
 */
import { foldOf } from "../src/inventory/anomalies/index.ts";
import { DAY, START, cell, recordsOf } from "../test/support/access-history.ts";

const most = Number(process.argv[2] ?? 1_000_000);
const PROJECTS = 40;
const STAGES = 5;
const BATCH = 2_000;

interface Result {
  readonly entries: number;
  /** Processor time. */
  readonly ms: number;
  readonly found: number;
  readonly saved: number;
}

/** Two entries a request, evenly over the month: every stage of every project, each run with a token of its own. */
function measure(entries: number): Result {
  const fold = foldOf();
  const requests = entries / 2;
  const waiting: ReturnType<typeof recordsOf>[number][] = [];
  let [found, ms] = [0, 0];
  for (let n = 0; n < requests; n++) {
    const [project, stage] = [n % PROJECTS, Math.floor(n / PROJECTS) % STAGES];
    const metadata = {
      ...cell(`stage-${stage}`, "prod"),
      ...{
        project: `project-${project}`,
        run: String(n),
        job: `stage-${stage}.yml`,
        commit: `${n}`.padStart(40, "a"),
      },
      ...{
        actor: `person-${n % 3}`,
        ref: "refs/heads/main",
        workflow: `acme/p/.github/workflows/${stage}.yml@refs/heads/main`,
      },
    };
    const records = recordsOf(
      {
        at: START + (n * 30 * DAY) / requests,
        path: `secret/data/project-${project}/prod/key-${stage}`,
        token: `token ${n}`,
        metadata,
        remote: `10.${project}.${stage}.7`,
        version: 1,
      },
      2 * n + 1,
    );
    waiting.push(...records);
    if (waiting.length < BATCH && n + 1 < requests) continue;
    const begun = process.cpuUsage();
    for (const record of waiting.splice(0)) found += fold.take(record).length;
    const { user, system } = process.cpuUsage(begun);
    ms += (user + system) / 1_000;
  }
  return { entries, ms, found, saved: fold.save().length };
}

for (const entries of [most / 100, most / 10, most]) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const { ms, found, saved } = measure(entries);
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed - before;
  const each = ((ms * 1_000) / entries).toFixed(2);
  process.stdout.write(
    `${String(entries).padStart(9)} entries  ${ms.toFixed(0).padStart(6)} ms  ${each} µs each  ${(saved / 1e6).toFixed(2)} MB remembered  ${(heap / 1e6).toFixed(1)} MB of heap left  ${found} anomalies\n`,
  );
}
