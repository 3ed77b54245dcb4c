/**
 * Which test file has been where: each test file once with V8's block coverage, kept in `.cache/mutation` until the test file
 * changes. Of a target that changed since, it is only known who loaded it: they count as having been everywhere in it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CACHE, runTests } from "./process.ts";
import { root, targetFiles } from "./targets.ts";

export interface Visits {
  /** Digest of the target as it was. */
  readonly of: string;
  /** Offsets at which "was here" (1) and "was not" (0) begin. */
  readonly marks: readonly (readonly [number, 0 | 1])[];
}

export interface TestCoverage {
  readonly of: string;
  readonly ms: number;
  readonly passed: boolean;
  /** For each target file it loaded. */
  readonly files: Readonly<Record<string, Visits>>;
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
interface Profile {
  readonly result: readonly { url: string; functions: readonly { ranges: readonly Range[] }[] }[];
}

const LIMIT = 120_000;
const PATH = join(CACHE, "coverage.json");

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
  const known = read();
  const waiting = tests.filter((test) => anew || known[test]?.of !== digest(test));
  const worker = async (): Promise<void> => {
    for (let test = waiting.shift(); test !== undefined; test = waiting.shift()) {
      const one = { of: digest(test), ...(await measure(test)) };
      known[test] = one;
      write(known);
      onMeasured?.(test, one);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return new Map(
    tests.flatMap((test) => {
      const one = known[test];
      return one === undefined ? [] : [[test, one] as const];
    }),
  );
}

export function wasAt({ files }: TestCoverage, file: string, offset: number): boolean {
  const visits = files[file];
  if (visits === undefined) return false;
  if (visits.of !== digest(file)) return true;
  let was = 0;
  for (const [start, count] of visits.marks) {
    if (start > offset) break;
    was = count;
  }
  return was === 1;
}

async function measure(test: string): Promise<Omit<TestCoverage, "of">> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "v8-"));
  try {
    const { fate, ms } = await runTests({ files: [test], limit: LIMIT, env: { NODE_V8_COVERAGE: folder } });
    const covered = new Map<string, Uint8Array>();
    const targets = new Set(targetFiles());
    for (const name of readdirSync(folder)) {
      const profile = parse(join(folder, name));
      for (const { url, functions } of profile?.result ?? []) {
        if (!url.startsWith("file:")) continue;
        const file = fileURLToPath(url).slice(root.length + 1);
        if (targets.has(file))
          add(
            covered,
            file,
            functions.flatMap(({ ranges }) => ranges),
          );
      }
    }
    const files = Object.fromEntries(
      [...covered].map(([file, marks]) => [file, { of: digest(file), marks: changes(marks) }]),
    );
    return { ms, passed: fate === "passed", files };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ranges nest, the outer first; the innermost says whether code ran. Several processes: whoever was there. */
function add(covered: Map<string, Uint8Array>, file: string, ranges: readonly Range[]): void {
  const length = Math.max(...ranges.map(({ endOffset }) => endOffset));
  const marks = new Uint8Array(length);
  const outerFirst = [...ranges].sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
  for (const { startOffset, endOffset, count } of outerFirst)
    marks.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const before = covered.get(file);
  if (before !== undefined)
    for (const [index, mark] of before.entries()) marks[index] = mark | (marks[index] ?? 0);
  covered.set(file, marks);
}

function changes(marks: Uint8Array): [number, 0 | 1][] {
  const found: [number, 0 | 1][] = [];
  for (const [index, mark] of marks.entries())
    if (mark !== (found.at(-1)?.[1] ?? 0)) found.push([index, mark === 1 ? 1 : 0]);
  return found;
}

/** A process that was killed while it wrote leaves half a file. */
function parse(path: string): Profile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Profile;
  } catch {
    return undefined;
  }
}

function read(): Record<string, TestCoverage> {
  try {
    return JSON.parse(readFileSync(PATH, "utf8")) as Record<string, TestCoverage>;
  } catch {
    return {};
  }
}

const write = (known: Readonly<Record<string, TestCoverage>>): void =>
  writeFileSync(PATH, JSON.stringify(known));

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
