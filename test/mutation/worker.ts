/**
 * Judges the mutants of one file in one process, which holds them all behind a switch (`switched.ts`) and runs single tests as often as
 * it is asked (`node-test.ts`). A test that fails must pass again without the mutant at once, or it says nothing here.
 */
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Kept } from "./node-test.ts";
import { SWITCH } from "./switched.ts";

export interface Test {
  readonly file: string;
  readonly name: string;
  /** As it was measured. */
  readonly ms: number;
  /** How likely it notices, before it has been asked. */
  readonly prior: number;
}

export interface Task {
  readonly number: number;
  /** These are not all that could notice. */
  readonly some: boolean;
  readonly tests: readonly Test[];
}

export type Said =
  /** What comes next, and for which mutant, takes no longer. */
  | { readonly limit: number; readonly at: number | null }
  | { readonly number: number; readonly fate: "killed" | "survived" | "unsure"; readonly by: string };

const shim = new URL("node-test.ts", import.meta.url).href;
registerHooks({
  resolve: (asked, context, next) =>
    asked === "node:test"
      ? { url: shim, format: "module-typescript", shortCircuit: true }
      : next(asked, context),
});
const { beforesTaken, runKept, taken } = await import("./node-test.ts");

const tell = (said: Said): Promise<void> =>
  new Promise((sent) => process.send?.(said, undefined, undefined, () => sent()));
const choose = (number: number | null): void => {
  (globalThis as Record<string, unknown>)[SWITCH] = number;
};

let stray: unknown;
process.on("unhandledRejection", (error) => (stray ??= error ?? new Error("rejected")));
process.on("uncaughtException", (error) => (stray ??= error));

const files = new Map<string, Promise<ReadonlyMap<string, Kept>>>();
const unusable = new Set<string>();
const record = new Map<string, { asked: number; killed: number }>();

function testsOf(file: string): Promise<ReadonlyMap<string, Kept>> {
  const known = files.get(file);
  if (known !== undefined) return known;
  const read = (async () => {
    await import(pathToFileURL(resolve(file)).href);
    const all = taken();
    for (const one of beforesTaken()) await one();
    return new Map(all.map((one) => [one.name, one]));
  })();
  files.set(file, read);
  return read;
}

type Ending = "failed" | "late" | "passed";

async function endingOf(kept: Kept, { ms, number }: { ms: number; number: number | null }): Promise<Ending> {
  stray = undefined;
  const limit = 20_000 + 30 * ms; // a busy machine is slow
  process.send?.({ limit: 2 * limit, at: number } satisfies Said);
  choose(number);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Ending>((done) => {
    timer = setTimeout(() => done("late"), limit);
  });
  try {
    const ending = await Promise.race([runKept(kept).then((): Ending => "passed"), late]);
    return stray === undefined ? ending : "failed";
  } catch {
    return "failed";
  } finally {
    clearTimeout(timer);
    choose(null);
  }
}

/** Failures of a test that count once it passes again: with another mutant, or with none. */
const pending = new Map<string, { readonly kept: Kept; readonly test: Test; readonly numbers: number[] }>();
const MOST_PENDING = 8;

async function confirm(id: string, passes?: boolean): Promise<void> {
  const found = pending.get(id);
  if (found === undefined) return;
  const { kept, test, numbers } = found;
  const sound = passes ?? (await endingOf(kept, { ms: test.ms, number: null })) === "passed";
  pending.delete(id);
  if (!sound) unusable.add(id);
  for (const number of numbers) await tell({ number, fate: sound ? "killed" : "unsure", by: id });
}

/** Tells what is known of it, now or when the test that noticed has passed again. */
async function judge({ number, some, tests }: Task): Promise<void> {
  const worth = ({ file, name, ms, prior }: Test): number => {
    const { asked = 0, killed = 0 } = record.get(idOf({ file, name })) ?? {};
    return (killed + prior) / (asked + 1) / (ms + 20);
  };
  let unsure = some;
  for (const test of [...tests].sort((a, b) => worth(b) - worth(a))) {
    const id = idOf(test);
    choose(null);
    const kept = unusable.has(id) ? undefined : (await testsOf(test.file)).get(test.name);
    const ending = kept === undefined ? "late" : await endingOf(kept, { ms: test.ms, number });
    const known = record.get(id) ?? { asked: 0, killed: 0 };
    record.set(id, { asked: known.asked + 1, killed: known.killed + (ending === "failed" ? 1 : 0) });
    if (kept !== undefined && ending === "failed") {
      const { numbers } = pending.get(id) ?? { numbers: [] };
      pending.set(id, { kept, test, numbers: [...numbers, number] });
      if (numbers.length >= MOST_PENDING) await confirm(id);
      return;
    }
    if (ending === "passed") await confirm(id, true);
    else unsure = true;
  }
  await tell({ number, fate: unsure ? "unsure" : "survived", by: "" });
}

const idOf = ({ file, name }: { file: string; name: string }): string => `${file}: ${name}`;

async function judgeAll(tasks: readonly Task[]): Promise<void> {
  for (const task of tasks)
    await judge(task).catch(() => tell({ number: task.number, fate: "unsure", by: "" }));
  for (const id of [...pending.keys()]) await confirm(id);
}

process.on("message", (tasks: readonly Task[]) => {
  judgeAll(tasks).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
// whoever asked is gone
process.on("disconnect", () => process.exit(1));
