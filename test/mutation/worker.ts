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
  /** What comes next takes no longer. */
  | { readonly limit: number }
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

/** The error it ends with, or null. */
async function failure(kept: Kept, ms: number): Promise<unknown> {
  stray = undefined;
  process.send?.({ limit: 20_000 + 10 * ms } satisfies Said);
  try {
    await runKept(kept);
  } catch (error) {
    return error ?? new Error("thrown");
  }
  return stray ?? null;
}

async function judge({ number, some, tests }: Task): Promise<Said> {
  const worth = ({ file, name, ms, prior }: Test): number => {
    const { asked = 0, killed = 0 } = record.get(`${file} ${name}`) ?? {};
    return (killed + prior) / (asked + 1) / (ms + 20);
  };
  let unsure = some;
  for (const { file, name, ms } of [...tests].sort((a, b) => worth(b) - worth(a))) {
    const id = `${file} ${name}`;
    if (unusable.has(id)) {
      unsure = true;
      continue;
    }
    choose(null);
    const kept = (await testsOf(file)).get(name);
    const known = record.get(id) ?? { asked: 0, killed: 0 };
    if (kept === undefined || (known.asked === 0 && (await failure(kept, ms)) !== null)) {
      unusable.add(id);
      unsure = true;
      continue;
    }
    choose(number);
    const error = await failure(kept, ms);
    choose(null);
    record.set(id, { asked: known.asked + 1, killed: known.killed + (error === null ? 0 : 1) });
    if (error === null) continue;
    if ((await failure(kept, ms)) === null) return { number, fate: "killed", by: `${file}: ${name}` };
    unusable.add(id);
    unsure = true;
  }
  return { number, fate: unsure ? "unsure" : "survived", by: "" };
}

const unsure = (number: number): Said => ({ number, fate: "unsure", by: "" });
const judgeAll = async (tasks: readonly Task[]): Promise<void> => {
  for (const task of tasks) await tell(await judge(task).catch(() => unsure(task.number)));
};
process.on("message", (tasks: readonly Task[]) => {
  judgeAll(tasks).then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
// whoever asked is gone
process.on("disconnect", () => process.exit(1));
