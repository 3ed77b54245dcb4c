/**
 * Stands where `node:test` does while mutants of one file share a process (`worker.ts`): keeps the tests of a file instead of running
 * them, so that each can be run as often as there are mutants.
 */
import assert from "node:assert/strict";

type Work = (context: Context) => unknown;

export interface Kept {
  readonly name: string;
  readonly work: Work;
}

export class Skipped extends Error {}

const kept: Kept[] = [];
const befores: (() => unknown)[] = [];

/** What the file that was just read declares; the next one starts anew. */
export const taken = (): readonly Kept[] => kept.splice(0);
export const beforesTaken = (): readonly (() => unknown)[] => befores.splice(0);

class Context {
  readonly name: string;
  readonly fullName: string;
  readonly assert = assert;
  readonly signal = new AbortController().signal;
  readonly #after: (() => unknown)[] = [];
  readonly #each: (() => unknown)[] = [];

  constructor(name: string, fullName: string) {
    this.name = name;
    this.fullName = fullName;
  }

  readonly test = async (...given: unknown[]): Promise<void> => {
    const { name, work } = declared(given);
    for (const one of this.#each) await one();
    await runKept({ name, work }, `${this.fullName} > ${name}`);
  };
  readonly after = (work: () => unknown): void => void this.#after.push(work);
  readonly beforeEach = (work: () => unknown): void => void this.#each.push(work);
  readonly skip = (): void => undefined;
  readonly diagnostic = (): void => undefined;
  get mock(): never {
    throw new Error("no mocks here");
  }

  async end(): Promise<void> {
    for (const one of this.#after) await one();
  }
}

export async function runKept({ name, work }: Kept, fullName = name): Promise<void> {
  const context = new Context(name, fullName);
  try {
    await work(context);
  } finally {
    await context.end();
  }
}

function declared(given: readonly unknown[]): Kept {
  const name = given.find((one) => typeof one === "string") ?? "";
  const work = given.find((one) => typeof one === "function") as Work | undefined;
  const options = given.find((one) => typeof one === "object" && one !== null) as
    | { skip?: unknown }
    | undefined;
  const skipped = work === undefined || (options?.skip !== undefined && options.skip !== false);
  return { name, work: skipped ? () => undefined : work };
}

export function test(...given: unknown[]): Promise<void> {
  kept.push(declared(given));
  return Promise.resolve();
}
export const it = test;

/** Its tests count as one: those inside are kept while it runs. */
export function describe(...given: unknown[]): void {
  const { name, work } = declared(given);
  const start = kept.length;
  void work(new Context(name, name));
  const inner = kept.splice(start);
  kept.push({
    name,
    work: async () => {
      for (const one of inner) await runKept(one, `${name} > ${one.name}`);
    },
  });
}
export const suite = describe;
export const before = (work: () => unknown): void => void befores.push(work);
export const after = (): void => undefined;
export const beforeEach = (): never => {
  throw new Error("not offered here");
};
export const afterEach = beforeEach;
export default test;
