/**
 * Which test has been where: each test file once, kept in `.cache/mutation/coverage` until it changes. Of a target that changed
 * since, it is only known who loaded it: all tests of such a file count as having been everywhere in it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE, runTests } from "./process.ts";
import type { Recorded, Visits } from "./recorder.ts";
import { root, targetFiles } from "./targets.ts";

export interface TestCoverage extends Recorded {
  /** Digest of the test file. */
  readonly of: string;
  readonly ms: number;
  readonly passed: boolean;
  /** Digests of the targets as they were. */
  readonly targets: Readonly<Record<string, string>>;
}

const LIMIT = 600_000;
const FOLDER = join(CACHE, "coverage");

export interface CoverageOptions {
  readonly jobs?: number;
  /** Also those that are known. */
  readonly anew?: boolean;
  readonly onMeasured?: (test: string, one: TestCoverage) => void;
}

export async function coverageOf(
  tests: readonly string[],
  { jobs = 2, anew = false, onMeasured }: CoverageOptions = {},
): Promise<ReadonlyMap<string, TestCoverage>> {
  mkdirSync(FOLDER, { recursive: true });
  const found = new Map<string, TestCoverage>();
  const waiting = [...tests];
  const worker = async (): Promise<void> => {
    for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) {
      const known = anew ? undefined : read(test);
      const one = known?.of === digest(test) ? known : await measure(test);
      found.set(test, one);
      if (one !== known) onMeasured?.(test, one);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return found;
}

/** The names of the tests in a file that have been there, with the milliseconds they take; null: all of them, or nobody knows. */
export function whoWasAt(
  { load, tests, targets }: TestCoverage,
  file: string,
  offset: number,
): readonly { readonly name: string; readonly ms: number }[] | null {
  if (load[file] === undefined && !tests.some(({ files }) => files[file] !== undefined)) return [];
  if (targets[file] !== digest(file) || isAt(load, file, offset)) return null;
  return tests.filter(({ files }) => isAt(files, file, offset));
}

export function isAt(visits: Visits, file: string, offset: number): boolean {
  let was = 0;
  for (const [start, count] of visits[file] ?? []) {
    if (start > offset) break;
    was = count;
  }
  return was === 1;
}

async function measure(test: string): Promise<TestCoverage> {
  const path = pathOf(test);
  rmSync(path, { force: true });
  const { fate, ms } = await runTests({ files: [test], limit: LIMIT, env: { BULKHEAD_RECORD: path } });
  const recorded = recordedAt(path);
  const targets = Object.fromEntries(targetFiles().map((file) => [file, digest(file)]));
  const one = { of: digest(test), ms, passed: fate === "passed", targets, ...recorded };
  writeFileSync(path, JSON.stringify(one));
  return one;
}

const pathOf = (test: string): string => join(FOLDER, `${test.replaceAll("/", "__")}.json`);

function recordedAt(path: string): Recorded {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Recorded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { load: {}, tests: [] };
    throw error;
  }
}

function read(test: string): TestCoverage | undefined {
  const known = recordedAt(pathOf(test));
  return "of" in known ? (known as TestCoverage) : undefined;
}

const digests = new Map<string, string>();

/** As it was when this process first asked. */
function digest(file: string): string {
  const known = digests.get(file);
  if (known !== undefined) return known;
  const made = createHash("sha256")
    .update(readFileSync(join(root, file)))
    .digest("hex")
    .slice(0, 16);
  digests.set(file, made);
  return made;
}
