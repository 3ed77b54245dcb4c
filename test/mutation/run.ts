/**
 * Mutation testing of the security modules: `npm run mutate [-- WORD…]` takes the files whose path contains a word, all without one.
 * Each test file is run once to see where its tests go; each mutant is then judged by those that have been at its place, in the real
 * tree, where only the test's own processes see the mutant. Those that run the bundle in `dist/` do not. The mutants of a folder share a
 * process, each behind a switch (`together.ts`); what is not settled there is judged one mutant to a process (`judge.ts`).
 *
 * First come the guards that have a name (`guards.ts`; `--guards` takes these alone), then the mutants that rules make.
 *
 * `--all` judges also what the default leaves out because other mutants of the same place say as much (`implied` in `mutants.ts`);
 * `--budget N` gives each N seconds of test files (20), `--every N` takes each Nth mutant, `--jobs N` so many at once; `--resume` takes the verdicts over that stand in
 * `.cache/mutation/verdicts.jsonl` for the same code and tests.
 *
 * `--measure` asks every test file anew where it goes, not only those that changed. `--quick` judges together alone and leaves open what
 * that does not settle. `--table` judges nothing: it writes what is known into `verdicts.json`.
 *
 * A mutant that no test noticed must stand in `survivors.json` with its reason, else this ends with 1.
 */
import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { coverageOf, type TestCoverage } from "./coverage.ts";
import { guards } from "./guards.ts";
import { type Fate, type Judged, judge, judgeBy, witnesses } from "./judge.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { CACHE } from "./process.ts";
import { judgeTogether } from "./together.ts";
import { type Verdict, readTable, tableOf, writeTable } from "./table.ts";
import { root, targetFiles, testFiles } from "./targets.ts";

const VERDICTS = join(CACHE, "verdicts.jsonl");

/** How much of the budget mutants are given that are judged together, and, in haste, of tests in their folder. */
const QUICK = 1 / 16;
const QUICK_NEAR = 1 / 8;

export const survivors = (): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(import.meta.dirname, "survivors.json"), "utf8")) as Record<string, string>;

export const allMutants = (words: readonly string[] = []): Mutant[] =>
  targetFiles(words).flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")));

function verdicts(): ReadonlyMap<string, Verdict> {
  try {
    const lines = readFileSync(VERDICTS, "utf8").trim().split("\n");
    return new Map(lines.map((line) => JSON.parse(line) as Verdict).map((one) => [one.key, one]));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}

function stateOf(mutant: Mutant, fate: Fate, coverage: ReadonlyMap<string, TestCoverage>): string {
  const hash = createHash("sha256").update(readFileSync(join(root, mutant.file)));
  if (fate === "survived")
    for (const file of witnesses(mutant, coverage)
      .map((one) => one.file)
      .sort())
      hash.update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 16);
}

/** Each guard that has a name against the one test that must notice. Gives how many did not. */
async function runGuards(words: readonly string[], jobs: number): Promise<number> {
  const named = guards().filter(
    ({ mutant }) => words.length === 0 || words.some((word) => mutant.file.includes(word)),
  );
  let unproved = 0;
  const waiting = [...named];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const { mutant, provedBy } = one;
      if ((await judgeBy(mutant, provedBy)) !== "survived") continue;
      unproved++;
      process.stdout.write(`${mutant.file}:${mutant.line}: ${provedBy} passes without: ${mutant.says}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  process.stdout.write(`${named.length} guards with a name: ${named.length - unproved} proved\n`);
  return unproved;
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      budget: { type: "string", default: "20" },
      every: { type: "string", default: "1" },
      guards: { type: "boolean", default: false },
      from: { type: "string", default: "0" },
      jobs: { type: "string", default: "2" },
      measure: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      resume: { type: "boolean", default: false },
      table: { type: "boolean", default: false },
    },
  });
  if (values.table) {
    const needed = allMutants().filter((mutant) => mutant.needed);
    writeTable(tableOf(needed, verdicts(), { reasons: survivors(), before: readTable() }));
    process.exit(0);
  }
  const jobs = Number(values.jobs);
  const budget = Number(values.budget) * 1_000;
  const least = values.quick ? QUICK * budget : budget;
  const progress = (text: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  };
  const unproved = values.quick ? 0 : await runGuards(positionals, jobs);
  if (values.guards) process.exit(unproved > 0 ? 1 : 0);
  const coverage = await coverageOf(testFiles(), {
    jobs,
    anew: values.measure,
    onMeasured: (test, { passed }) => {
      if (!passed) process.stdout.write(`${test} fails without a mutant and is not asked\n`);
      progress(test);
    },
  });
  const every = Number(values.every);
  const mutants = allMutants(positionals)
    .filter(({ needed }) => needed || values.all)
    .filter((_, index) => index % every === Number(values.from) % every);
  const known = survivors();
  const counts: Record<Fate, number> = { killed: 0, timeout: 0, survived: 0 };
  let done = 0;
  let unexplained = 0;
  const tell = ({ mutant, fate, asked }: Omit<Judged, "by">): void => {
    counts[fate]++;
    progress(`${++done} of ${mutants.length}`);
    if (fate !== "survived") return;
    const reason = known[mutant.key];
    if (reason === undefined) unexplained++;
    process.stdout.write(
      `${mutant.file}:${mutant.line}: ${mutant.says}\n    ${reason ?? `not explained (${asked} test files): ${mutant.key}`}\n`,
    );
  };
  mkdirSync(CACHE, { recursive: true });
  const before = values.resume ? verdicts() : new Map<string, Verdict>();
  if (!values.resume) writeFileSync(VERDICTS, "");
  const waiting = mutants.filter((mutant) => {
    const verdict = before.get(mutant.key);
    if (verdict === undefined || verdict.of !== stateOf(mutant, verdict.fate, coverage)) return true;
    if (verdict.fate === "survived" && verdict.budget < least) return true;
    tell({ mutant, fate: verdict.fate, asked: verdict.asked });
    return false;
  });
  const settle = (judged: Judged, spent = budget): void => {
    const { mutant, fate, by, asked } = judged;
    const of = stateOf(mutant, fate, coverage);
    const verdict: Verdict = { key: mutant.key, of, fate, by, asked, budget: spent };
    appendFileSync(VERDICTS, `${JSON.stringify(verdict)}\n`);
    tell(judged);
  };
  const left: Mutant[] = [];
  const together = async (some: readonly Mutant[]): Promise<void> => {
    const onJudged = (judged: Judged): void => {
      // without a reason, it gets another chance in processes of its own, with more tests
      const again = judged.fate === "survived" && !(judged.mutant.key in known);
      if (!again) settle(judged);
      else if (values.quick) settle(judged, least);
      else left.push(judged.mutant);
    };
    for (const mutant of await judgeTogether({
      mutants: some,
      coverage,
      jobs,
      budget: QUICK * budget,
      near: values.quick ? QUICK_NEAR * budget : Number.POSITIVE_INFINITY,
      onJudged,
    }))
      if (mutant.key in known) settle({ mutant, fate: "survived", by: "", asked: 0 });
      else left.push(mutant);
  };
  // those that are thought to survive last: they cost most
  await together(waiting.filter(({ key }) => !(key in known)));
  await together(waiting.filter(({ key }) => key in known));
  if (values.quick)
    for (const { file, line, says } of left) process.stdout.write(`${file}:${line}: ${says}\n    open\n`);
  else await judge({ mutants: left, coverage, jobs, budget, onJudged: (judged) => settle(judged) });
  process.stdout.write(
    `${mutants.length} mutants: ${counts.killed} killed, ${counts.timeout} timed out, ${counts.survived} survived, ${unexplained} of them not explained\n`,
  );
  process.exitCode = unexplained + unproved > 0 ? 1 : 0;
}
