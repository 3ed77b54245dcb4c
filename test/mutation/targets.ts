/** What is mutated, and which tests may notice. */
import { globSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** Folders whose guards everything hangs on. */
export const FOLDERS: readonly string[] = ["src/trust", "src/auth", "src/kernel"];

/** Files without a guard of their own: declarations of shapes, and a table of tests. */
const SHAPES = /(^|\/)(plugin|services|types|policies\/table)\.ts$/;

/**
 * Not asked: other suites and this tool's own tests; what only looks at files or runs the bundle, which has no mutant in it; and
 * engines and stores that the guards do not hang on, whose tests are long.
 */
const NOT_ASKED: readonly RegExp[] = [
  /^test\/(carriers|peers|long|mutation|cli|support)\//,
  /^test\/(ci-audit|docs|layers|plugins|deploy|self-scan)\.test/,
  /^test\/acceptance\/(attack|audit|auto-unseal|ci-entry|ci-goat|executable|policy-server|run-\w+)\.test/,
  /^test\/compat\/(database|dynamic|kv|pki|policy|rest|transit)-/,
  /^src\/(audit-log|ci(?!\/trust\/)|cli|core|detect|egress|formats|managers|mask|match|providers|report|scan|run|store|x509)\//,
  /^src\/engines\/(aws|database|findings|pki|transit)\//,
];

export function targetFiles(words: readonly string[] = []): string[] {
  return FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }).sort())
    .filter((file) => !file.endsWith(".test.ts") && !SHAPES.test(file))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
}

export const testFiles = (): string[] =>
  ["src/**/*.test.ts", "test/**/*.test.ts"]
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((file) => !NOT_ASKED.some((one) => one.test(file)))
    .sort();

/** Tests that prove a file's guards and stand elsewhere. */
const PROVED_BY: Readonly<Record<string, readonly RegExp[]>> = {
  "src/engines/identity/identity.test.ts": [/^src\/kernel\/identity\//],
  "src/auth/exists.test.ts": [/^src\/auth\/(role-rows|kubernetes\/(config|roles)|userpass\/users)\.ts$/],
  "src/kernel/audit-entries.test.ts": [/^src\/kernel\/audit(-hash|-vault)?\.ts$/],
  "src/kernel/identity/rows.test.ts": [/^src\/kernel\/identity\//],
  "src/kernel/mount-info.test.ts": [/^src\/kernel\/lockouts\.ts$/],
  "src/kernel/seal/guards.test.ts": [/^src\/kernel\/seal\//],
  "src/kernel/settle.test.ts": [/^src\/kernel\/router\.ts$/],
  "src/kernel/tokens/alone.test.ts": [/^src\/kernel\/tokens\//],
  "test/acceptance/people-and-machines.test.ts": [
    /^src\/kernel\/(approvals|tokens\/(ended|issue)|identity\/person)\.ts$/,
    /^src\/auth\/approle\/(login|secret-ids)\.ts$/,
  ],
  "test/compat/cert-oracle.test.ts": [/^src\/auth\/cert\//],
  "test/compat/kubernetes-oracle.test.ts": [/^src\/auth\/kubernetes\//],
};

/** How near a test stands to a file: 0 named like it or known to prove it, 1 in its folder, 2 in its area, 3 elsewhere. */
export function distance(test: string, file: string): number {
  if (test === file.replace(/\.ts$/, ".test.ts")) return 0;
  if (PROVED_BY[test]?.some((one) => one.test(file)) === true) return 0;
  if (dirname(test) === dirname(file)) return 1;
  const area = FOLDERS.find((one) => file.startsWith(`${one}/`));
  return area !== undefined && test.startsWith(`${area}/`) ? 2 : 3;
}
