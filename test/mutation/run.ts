/**
 * Mutation testing of the security modules: each mutant in a copy of the tree, its tests until one fails. `npm run mutate [-- WORD…]`
 * takes the files whose path contains a word, all without one; `--every N` takes each Nth mutant, `--jobs N` so many at once.
 * A mutant that no test noticed must stand in `survivors.json` with its reason, else this ends with 1.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Mutant, mutantsOf, mutated } from "./mutants.ts";
import { root, targetFiles, testRounds } from "./targets.ts";

export type Fate = "killed" | "timeout" | "survived";

export interface Judged {
  readonly mutant: Mutant;
  readonly fate: Fate;
}

export interface MutationOptions {
  readonly mutants: readonly Mutant[];
  readonly jobs?: number;
  readonly onJudged?: (judged: Judged) => void;
  /** Only the tests beside the file. */
  readonly narrow?: boolean;
}

const COPIED = [
  "src",
  "test",
  "tools",
  "schema",
  "python",
  "docs",
  "examples",
  "package.json",
  "tsconfig.json",
  "dist",
];
const LINKED = ["node_modules", ".cache"];
const TIME_LIMIT = 180_000;

export async function judge({
  mutants,
  jobs = 2,
  onJudged,
  narrow = false,
}: MutationOptions): Promise<Judged[]> {
  const waiting = [...mutants];
  const judged: Judged[] = [];
  const worker = async (): Promise<void> => {
    const copy = makeCopy();
    try {
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const one = { mutant, fate: await fateOf(mutant, copy, narrow) };
        judged.push(one);
        onJudged?.(one);
      }
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, worker));
  return judged;
}

function makeCopy(): string {
  const copy = mkdtempSync(join(tmpdir(), "bulkhead-mutation-"));
  for (const name of COPIED)
    try {
      cpSync(join(root, name), join(copy, name), { recursive: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  for (const name of LINKED) symlinkSync(join(root, name), join(copy, name));
  mkdirSync(join(copy, "tmp"));
  return copy;
}

async function fateOf(mutant: Mutant, copy: string, narrow: boolean): Promise<Fate> {
  const path = join(copy, mutant.file);
  const text = readFileSync(path, "utf8");
  writeFileSync(path, mutated(text, mutant));
  try {
    const rounds = testRounds(mutant.file);
    for (const files of narrow ? rounds.slice(0, 1) : rounds) {
      const fate = await runTests(copy, files);
      if (fate !== "survived") return fate;
    }
    return "survived";
  } finally {
    writeFileSync(path, text);
  }
}

/** One process for each round, ended with all it started when its time is over. */
function runTests(copy: string, files: readonly string[]): Promise<Fate> {
  return new Promise((resolve, reject) => {
    const temporary = join(copy, "tmp");
    const child = spawn(
      process.execPath,
      ["--max-old-space-size=1500", join(copy, "test", "mutation", "bail.ts"), ...files],
      {
        cwd: copy,
        stdio: "ignore",
        detached: true,
        env: { ...process.env, TMPDIR: temporary, NODE_TEST_CONTEXT: undefined },
      },
    );
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL"); // its own group, made above
    }, TIME_LIMIT);
    child.once("error", reject);
    child.once("exit", (code) => {
      clearTimeout(timer);
      rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
      mkdirSync(temporary, { recursive: true });
      resolve(late ? "timeout" : code === 0 ? "survived" : "killed");
    });
  });
}

export const survivors = (): Readonly<Record<string, string>> =>
  JSON.parse(readFileSync(join(import.meta.dirname, "survivors.json"), "utf8")) as Record<string, string>;

export const allMutants = (words: readonly string[] = []): Mutant[] =>
  targetFiles(words).flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")));

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      every: { type: "string", default: "1" },
      from: { type: "string", default: "0" },
      jobs: { type: "string", default: "2" },
      narrow: { type: "boolean", default: false },
    },
  });
  const every = Number(values.every);
  const mutants = allMutants(positionals).filter((_, index) => index % every === Number(values.from) % every);
  const known = survivors();
  const counts: Record<Fate, number> = { killed: 0, timeout: 0, survived: 0 };
  let done = 0;
  let unexplained = 0;
  await judge({
    mutants,
    jobs: Number(values.jobs),
    narrow: values.narrow,
    onJudged: ({ mutant, fate }) => {
      counts[fate]++;
      done++;
      if (fate === "survived") {
        const reason = known[mutant.key];
        if (reason === undefined) unexplained++;
        process.stdout.write(
          `${mutant.file}:${mutant.line}: ${mutant.says}\n    ${reason ?? `not explained: ${mutant.key}`}\n`,
        );
      }
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done} of ${mutants.length}`);
    },
  });
  process.stdout.write(
    `${mutants.length} mutants: ${counts.killed} killed, ${counts.timeout} timed out, ${counts.survived} survived, ${unexplained} of them not explained\n`,
  );
  process.exitCode = unexplained > 0 ? 1 : 0;
}
