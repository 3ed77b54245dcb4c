/** Judges the mutants of a folder together in one process (`worker.ts`), a new one after each that hangs or ends it. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type TestCoverage, isAt, whoWasAt } from "./coverage.ts";
import { PRIOR, type Judged } from "./judge.ts";
import type { Mutant } from "./mutants.ts";
import { CACHE, endGroup } from "./process.ts";
import { isSwitchable, switched } from "./switched.ts";
import { distance, root } from "./targets.ts";
import type { Said, Task, Test } from "./worker.ts";

export interface TogetherOptions {
  readonly mutants: readonly Mutant[];
  readonly coverage: ReadonlyMap<string, TestCoverage>;
  readonly jobs: number;
  /** Milliseconds of tests for one mutant. */
  readonly budget: number;
  /** The same for tests in its folder. */
  readonly near: number;
  readonly onJudged: (judged: Judged) => void;
}

/** Longer tests, and those that start processes, are asked one mutant at a time. */
const LONGEST = 2_000;
/** Tests in the folder may take longer. */
const NEAR = 1;
const LONGEST_NEAR = 6_000;
const ALONE = /-oracle\.test|-clients\.test|^test\/acceptance\/(kill|nodes|two-nodes|vault-ml)/;
const START = 60_000;

/** Gives those about which nothing is certain this way. */
export async function judgeTogether({
  mutants,
  coverage,
  jobs,
  budget,
  near,
  onJudged,
}: TogetherOptions): Promise<Mutant[]> {
  const left: Mutant[] = [];
  const numbered = new Map(mutants.filter(isSwitchable).map((mutant, index) => [index, mutant]));
  left.push(...mutants.filter((mutant) => !isSwitchable(mutant)));
  const waiting = [...Map.groupBy(numbered, ([, { file }]) => dirname(file)).values()];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const own = new Map(one);
      let tasks: Task[] = one.map(([number, mutant]) => ({
        number,
        ...testsAt(mutant, coverage, { budget, near }),
      }));
      while (tasks.length > 0) {
        const told = new Set<number>();
        const stuck = await inProcess(own, tasks, ({ number, fate, by }) => {
          const mutant = own.get(number);
          if (mutant === undefined) return;
          told.add(number);
          const asked = tasks.find((task) => task.number === number)?.tests.length ?? 0;
          if (fate === "unsure") left.push(mutant);
          else onJudged({ mutant, fate, by, asked });
        });
        tasks = tasks.filter(({ number }) => !told.has(number));
        const culprit = own.get(stuck ?? tasks[0]?.number ?? -1);
        if (culprit === undefined) continue;
        left.push(culprit);
        tasks = tasks.filter(({ number }) => own.get(number) !== culprit);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return left;
}

function testsAt(
  { file, witness }: Mutant,
  coverage: ReadonlyMap<string, TestCoverage>,
  budgets: { readonly budget: number; readonly near: number },
): Omit<Task, "number"> {
  const found: Test[] = [];
  let some = false;
  for (const [test, one] of coverage) {
    if (!one.passed || ALONE.test(test)) continue;
    const there = whoWasAt(one, file, witness);
    some ||= there === null; // while it was loaded: the switch comes too late for that
    const own = there ?? one.tests.filter(({ files }) => isAt(files, file, witness));
    const far = distance(test, file);
    const short = own.filter(({ ms }) => ms <= (far <= NEAR ? LONGEST_NEAR : LONGEST));
    found.push(...short.map(({ name, ms }) => ({ file: test, name, ms, prior: PRIOR[far] ?? 0 })));
  }
  const left = { ...budgets };
  const near = PRIOR[NEAR] ?? 0;
  const worth = ({ ms, prior }: Test): number => prior / (ms + 20);
  const fits = ({ ms, prior }: Test): boolean => (left[prior >= near ? "near" : "budget"] -= ms) >= 0;
  return { some, tests: found.sort((a, b) => worth(b) - worth(a)).filter(fits) };
}

/** The mutant at which it ended before its time, if it did and there was one. */
async function inProcess(
  numbered: ReadonlyMap<number, Mutant>,
  tasks: readonly Task[],
  onSaid: (said: Extract<Said, { number: number }>) => void,
): Promise<number | null> {
  const folder = mkdtempSync(join(CACHE, "mutants-"));
  const temporary = mkdtempSync(join(tmpdir(), "bulkhead-mutation-"));
  const places: Record<string, string> = {};
  for (const [file, own] of Map.groupBy(numbered, ([, mutant]) => mutant.file)) {
    const original = join(root, file);
    const path = join(folder, file.replaceAll("/", "__"));
    writeFileSync(path, switched(readFileSync(original, "utf8"), new Map(own)));
    places[pathToFileURL(original).href] = path;
  }
  try {
    return await new Promise((done, fail) => {
      const child = spawn(
        process.execPath,
        ["--max-old-space-size=2000", join(import.meta.dirname, "worker.ts")],
        {
          cwd: root,
          stdio: ["ignore", "ignore", "ignore", "ipc"],
          detached: true,
          env: {
            ...process.env,
            BULKHEAD_MUTANT: JSON.stringify(places),
            NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "hook.ts")).href}`,
            NODE_COMPILE_CACHE: join(CACHE, "compiled"),
            TMPDIR: temporary,
          },
        },
      );
      let at: number | null = null;
      const late = (): void => endGroup(child.pid);
      let timer = setTimeout(late, START);
      child.on("message", (said: Said) => {
        clearTimeout(timer);
        timer = setTimeout(late, "limit" in said ? said.limit : START);
        if ("limit" in said) at = said.at;
        else onSaid(said);
      });
      child.once("error", fail);
      child.once("exit", () => {
        clearTimeout(timer);
        endGroup(child.pid);
        done(at);
      });
      child.send(tasks);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
  }
}
