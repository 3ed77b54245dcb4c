/** In the process of a test file: which of its tests has been where, by V8's block coverage, taken after each. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "node:test";
import { fileURLToPath } from "node:url";
import { root, targetFiles } from "./targets.ts";

/** For each target file: offsets at which "was here" (1) and "was not" (0) begin. */
export type Visits = Readonly<Record<string, readonly (readonly [number, 0 | 1])[]>>;

export interface Recorded {
  /** While the modules were loaded, before the first test. */
  readonly load: Visits;
  readonly tests: readonly { readonly name: string; readonly ms: number; readonly files: Visits }[];
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
interface Profile {
  readonly result: readonly { url: string; functions: readonly { ranges: readonly Range[] }[] }[];
}
type Marks = Map<string, Uint8Array>;

/** Writes a `Recorded` to `path` when the process ends. */
export function record(path: string): void {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const targets = new Set(targetFiles());
  const children = mkdtempSync(join(tmpdir(), "v8-"));
  process.env.NODE_V8_COVERAGE = children; // too late for this process, in time for those it starts
  const load: Marks = new Map();
  const tests = new Map<string, { ms: number; marks: Marks }>();
  let started: number | undefined;
  const take = (into: Marks): void => {
    session.post("Profiler.takePreciseCoverage", (error, profile) => {
      if (error !== null) throw error;
      add(into, profile as unknown as Profile, targets);
    });
    for (const name of readdirSync(children)) {
      const profile = parse(join(children, name));
      if (profile !== undefined) add(into, profile, targets);
      rmSync(join(children, name));
    }
  };
  beforeEach(() => {
    if (started === undefined) take(load);
    started = performance.now();
  });
  afterEach((context) => {
    const [name = ""] = context.fullName.split(" > ");
    const test = tests.get(name) ?? { ms: 0, marks: new Map() };
    test.ms += performance.now() - (started ?? 0);
    started = performance.now();
    take(test.marks);
    tests.set(name, test);
  });
  process.on("exit", () => {
    const recorded: Recorded = {
      load: visits(load),
      tests: [...tests].map(([name, { ms, marks }]) => ({ name, ms: Math.round(ms), files: visits(marks) })),
    };
    writeFileSync(path, JSON.stringify(recorded));
    rmSync(children, { recursive: true, force: true });
  });
}

function add(into: Marks, { result }: Profile, targets: ReadonlySet<string>): void {
  for (const { url, functions } of result) {
    const file = url.startsWith("file:") ? fileURLToPath(url).slice(root.length + 1) : "";
    if (!targets.has(file)) continue;
    // ranges nest; the innermost says whether code ran
    const ranges = functions
      .flatMap((one) => one.ranges)
      .sort((a, b) => b.endOffset - b.startOffset - (a.endOffset - a.startOffset));
    const before = into.get(file);
    const marks = new Uint8Array(Math.max(before?.length ?? 0, ...ranges.map(({ endOffset }) => endOffset)));
    for (const { startOffset, endOffset, count } of ranges)
      marks.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    for (const [index, mark] of before?.entries() ?? []) marks[index] = mark | (marks[index] ?? 0);
    into.set(file, marks);
  }
}

function visits(marks: Marks): Visits {
  const changes = (bytes: Uint8Array): [number, 0 | 1][] => {
    const found: [number, 0 | 1][] = [];
    for (const [index, mark] of bytes.entries())
      if (mark !== (found.at(-1)?.[1] ?? 0)) found.push([index, mark === 1 ? 1 : 0]);
    return found;
  };
  return Object.fromEntries(
    [...marks]
      .map(([file, bytes]) => [file, changes(bytes)] as const)
      .filter(([, found]) => found.length > 0),
  );
}

/** A process that was killed while it wrote leaves half a file. */
function parse(path: string): Profile | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Profile;
  } catch {
    return undefined;
  }
}
