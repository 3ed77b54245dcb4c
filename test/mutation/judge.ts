/** Judges mutants: the tests that have been at the changed place, the likeliest first, until one fails. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type TestCoverage, wasAt } from "./coverage.ts";
import { type Mutant, mutated } from "./mutants.ts";
import { CACHE, runTests } from "./process.ts";
import { distance, root } from "./targets.ts";

export type Fate = "killed" | "timeout" | "survived";

export interface Judged {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** The first failure; empty for a survivor. */
  readonly by: string;
  /** How many test files were run. None: no test has been there. */
  readonly asked: number;
}

export interface JudgeOptions {
  readonly mutants: readonly Mutant[];
  readonly coverage: ReadonlyMap<string, TestCoverage>;
  readonly jobs?: number;
  /** Milliseconds of test files for one mutant (one file is always asked); 20,000. */
  readonly budget?: number;
  readonly onJudged?: (judged: Judged) => void;
}

/** A test file slower than this that does not stand beside the file is asked only where no other has been. */
const SLOW = 15_000;
/** Those that start OpenBao beside us come last. */
const ORACLES = /-oracle\.test\.ts$/;
/** How many files a process takes: the likeliest alone, then more at once. */
const BATCHES: readonly number[] = [1, 4, Number.POSITIVE_INFINITY];
/** How likely a test notices, by its distance, before any has been asked about this file. */
const PRIOR: readonly number[] = [0.8, 0.5, 0.25, 0.1];

export async function judge({
  mutants,
  coverage,
  jobs = 2,
  budget = 20_000,
  onJudged,
}: JudgeOptions): Promise<Judged[]> {
  const waiting = [...mutants];
  const judged: Judged[] = [];
  const record = new Map<string, { asked: number; killed: number }>();
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const one = await judgeOne(
        mutant,
        within(budget, witnesses(mutant, coverage, record), coverage),
        coverage,
        record,
      );
      judged.push(one);
      onJudged?.(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, worker));
  return judged;
}

type TestRecord = Map<string, { asked: number; killed: number }>;

/** The test files that have been at the mutant's place, the likeliest to notice in a given time first. */
export function witnesses(
  mutant: Mutant,
  coverage: ReadonlyMap<string, TestCoverage>,
  record: TestRecord = new Map(),
): string[] {
  const there = [...coverage].filter(([, one]) => one.passed && wasAt(one, mutant.file, mutant.witness));
  const quick = there.filter(([test, { ms }]) => distance(test, mutant.file) < 2 || ms <= SLOW);
  return (quick.length > 0 ? quick : there)
    .map(([test, { ms }]) => {
      const { asked = 0, killed = 0 } = record.get(`${test} ${mutant.file}`) ?? {};
      const prior = PRIOR[distance(test, mutant.file)] ?? 0;
      return { test, ms, last: ORACLES.test(test), worth: (killed + prior) / (asked + 1) / ms };
    })
    .sort((a, b) => Number(a.last) - Number(b.last) || b.worth - a.worth)
    .map(({ test }) => test);
}

function within(
  budget: number,
  tests: readonly string[],
  coverage: ReadonlyMap<string, TestCoverage>,
): readonly string[] {
  let spent = 0;
  return tests.filter((test) => {
    const ms = coverage.get(test)?.ms ?? 0;
    const fits = spent === 0 || spent + ms <= budget;
    if (fits) spent += ms;
    return fits;
  });
}

async function judgeOne(
  mutant: Mutant,
  tests: readonly string[],
  coverage: ReadonlyMap<string, TestCoverage>,
  record: TestRecord,
): Promise<Judged> {
  const original = join(root, mutant.file);
  const folder = mkdtempSync(join(CACHE, "mutant-"));
  const path = join(folder, "mutant.ts");
  writeFileSync(path, mutated(readFileSync(original, "utf8"), mutant));
  const env = { BULKHEAD_MUTANT: JSON.stringify({ url: pathToFileURL(original).href, path }) };
  try {
    let asked = 0;
    for (const size of BATCHES) {
      const files = tests.slice(asked, asked + size);
      if (files.length === 0) break;
      asked += files.length;
      const usual = files.reduce((sum, file) => sum + (coverage.get(file)?.ms ?? 0), 0);
      const { fate, said } = await runTests({ files, limit: 4 * usual + 15_000, env });
      const killer = files.find((file) => said.includes(file)) ?? (files.length === 1 ? files[0] : undefined);
      for (const file of files) {
        const entry = record.get(`${file} ${mutant.file}`) ?? { asked: 0, killed: 0 };
        const killed = file === killer && fate !== "passed" ? 1 : 0;
        record.set(`${file} ${mutant.file}`, { asked: entry.asked + 1, killed: entry.killed + killed });
        if (killed > 0) break;
      }
      if (fate !== "passed")
        return { mutant, fate: fate === "late" ? "timeout" : "killed", by: said || files.join(" "), asked };
    }
    return { mutant, fate: "survived", by: "", asked };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
