/** What is mutated, and which tests must notice: first those beside the file, then the wider ones. */
import { globSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** Folders whose guards everything hangs on. */
export const FOLDERS: readonly string[] = ["src/kernel", "src/auth", "src/trust"];

/** Files without a guard of their own: declarations of shapes. */
const SHAPES = /(^|\/)(plugin|services|types)\.ts$/;

export function targetFiles(words: readonly string[] = []): string[] {
  return FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
    .filter((file) => !file.endsWith(".test.ts") && !SHAPES.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}

const tests = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort();

/** Tests that prove a file's guards but stand elsewhere. */
const PROVED_BY: Readonly<Record<string, readonly string[]>> = {
  "src/kernel/approvals.ts": ["test/acceptance/people-and-machines.test.ts"],
  "src/kernel/tokens/ended.ts": ["test/acceptance/people-and-machines.test.ts"],
  "src/auth/token-parameters.ts": ["src/auth/approle/approle.test.ts", "src/auth/userpass/userpass.test.ts"],
};

/** Rounds of test files, from those named like the file to the wider ones; a mutant that passes all of them has survived. */
export function testRounds(file: string): readonly (readonly string[])[] {
  const folder = dirname(file);
  const area = FOLDERS.find((one) => file.startsWith(one)) ?? folder;
  const rounds = [
    [...tests(file.replace(/\.ts$/, ".test.ts")), ...(PROVED_BY[file] ?? [])],
    tests(`${folder}/*.test.ts`),
    tests(`${area}/**/*.test.ts`),
    [
      ...tests("src/kernel/**/*.test.ts"),
      ...tests("src/engines/{sys,kv,cubbyhole,runs,identity}/**/*.test.ts"),
      ...tests("test/acceptance/{people-and-machines,audit}.test.ts"),
    ],
  ];
  const seen = new Set<string>();
  return rounds
    .map((round) => round.filter((one) => !seen.has(one) && seen.add(one)))
    .filter((round) => round.length > 0);
}
