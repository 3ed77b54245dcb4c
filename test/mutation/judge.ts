/** Judges mutants: the tests that have been at the changed place, the likeliest first, until one fails. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type TestCoverage, whoWasAt } from "./coverage.ts";
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
  /** Milliseconds of tests for one mutant (one file is asked always, and so are those nearest); 20,000. */
  readonly budget?: number;
  readonly onJudged?: (judged: Judged) => void;
}

/** Tests of one file that have been at a mutant's place. */
export interface Witness {
  readonly file: string;
  /** Empty: all. */
  readonly names: readonly string[];
  readonly ms: number;
}

/** Tests that start OpenBao beside us come last. */
const ORACLES = /-oracle\.test\.ts$/;
/** How many files a process takes: the likeliest alone, then more at once. */
const BATCHES: readonly number[] = [1, 3, Number.POSITIVE_INFINITY];
/** How likely a test notices, by its distance, before any has been asked about this file. */
export const PRIOR: readonly number[] = [0.8, 0.5, 0.25, 0.1];
/** Milliseconds that a file costs before its first test runs. */
const START = 300;

type TestRecord = Map<string, { asked: number; killed: number }>;

export async function judge({
  mutants,
  coverage,
  jobs = 2,
  budget = 20_000,
  onJudged,
}: JudgeOptions): Promise<Judged[]> {
  const waiting = [...mutants];
  const judged: Judged[] = [];
  const record: TestRecord = new Map();
  const worker = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const asked = within(budget, witnesses(mutant, coverage, record), mutant.file);
      const one = await judgeOne(mutant, asked, record);
      judged.push(one);
      onJudged?.(one);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, worker));
  return judged;
}

/** By one test file alone, wherever that has been. */
export async function judgeBy(mutant: Mutant, file: string): Promise<Fate> {
  return (await judgeOne(mutant, [{ file, names: [], ms: 30_000 }], new Map())).fate;
}

/** Those that have been at the mutant's place, the likeliest to notice in a given time first. */
export function witnesses(
  { file, witness }: Mutant,
  coverage: ReadonlyMap<string, TestCoverage>,
  record: TestRecord = new Map(),
): Witness[] {
  const found: (Witness & { last: boolean; worth: number })[] = [];
  for (const [test, one] of coverage) {
    const there = one.passed ? whoWasAt(one, file, witness) : [];
    if (there?.length === 0) continue;
    const ms = there === null ? one.ms : there.reduce((sum, each) => sum + each.ms, START);
    const { asked = 0, killed = 0 } = record.get(`${test} ${file}`) ?? {};
    const worth = (killed + (PRIOR[distance(test, file)] ?? 0)) / (asked + 1) / ms;
    const names = (there ?? []).map(({ name }) => name);
    found.push({ file: test, names, ms, last: ORACLES.test(test), worth });
  }
  return found.sort((a, b) => Number(a.last) - Number(b.last) || b.worth - a.worth);
}

function within(budget: number, tests: readonly Witness[], file: string): readonly Witness[] {
  let spent = 0;
  return tests.filter(({ file: test, ms }) => {
    const fits = spent === 0 || spent + ms <= budget || distance(test, file) === 0;
    if (fits) spent += ms;
    return fits;
  });
}

async function judgeOne(mutant: Mutant, tests: readonly Witness[], record: TestRecord): Promise<Judged> {
  const original = join(root, mutant.file);
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "mutant-"));
  const path = join(folder, "mutant.ts");
  writeFileSync(path, mutated(readFileSync(original, "utf8"), mutant));
  const env = { BULKHEAD_MUTANT: JSON.stringify({ [pathToFileURL(original).href]: path }) };
  try {
    let asked = 0;
    for (const size of BATCHES) {
      const batch = tests.slice(asked, asked + size);
      if (batch.length === 0) break;
      asked += batch.length;
      const files = batch.map(({ file }) => file);
      const names = batch.some((one) => one.names.length === 0) ? [] : batch.flatMap((one) => one.names);
      const limit = batch.reduce((sum, { ms }) => sum + 4 * ms, 20_000);
      const { fate, said } = await runTests({ files, names, limit, env });
      const killer =
        fate === "passed" ? null : (files.find((file) => said.includes(file)) ?? files[0] ?? null);
      note(record, { target: mutant.file, files, killer });
      // a test that fails without the mutant as well, on a busy machine, says nothing
      const passes = async (): Promise<boolean> =>
        killer !== null && (await runTests({ files: [killer], names, limit })).fate === "passed";
      if (fate === "late" || (fate === "failed" && (await passes())))
        return { mutant, fate: fate === "late" ? "timeout" : "killed", by: said || files.join(" "), asked };
    }
    return { mutant, fate: "survived", by: "", asked };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Noted {
  readonly target: string;
  readonly files: readonly string[];
  readonly killer: string | null;
}

/** Who was asked and who noticed: the next mutants of this file are shown to those first. */
function note(record: TestRecord, { target, files, killer }: Noted): void {
  for (const file of files) {
    const { asked, killed } = record.get(`${file} ${target}`) ?? { asked: 0, killed: 0 };
    record.set(`${file} ${target}`, { asked: asked + 1, killed: killed + (file === killer ? 1 : 0) });
    if (file === killer) return;
  }
}
