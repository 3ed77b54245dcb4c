/**
 * The test runner behind `npm test`: node's own, over every `*.test.ts` beside the code and in `test/`, with a plain
 * closing line. `--peers` runs `test/peers/` in its place; `--long` runs everything with full counts (test/support/scale.ts), and
 * `test/long/` besides. Further words filter by path.
 */
import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const root = join(import.meta.dirname, "..");
const words = process.argv.slice(2);
const suite = words.includes("--peers") ? "peers" : words.includes("--long") ? "long" : "unit";
const filters = words.filter((word) => !word.startsWith("--"));
const everything = ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts", "tools/**/*.test.ts"];
const elsewhere = { unit: /^test\/(peers|long)\//, long: /^test\/peers\//, peers: /^(?!test\/peers\/)/ }[
  suite
];
const files = everything
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .filter((file) => !elsewhere.test(file))
  .filter((file) => filters.length === 0 || filters.some((word) => file.includes(word)))
  .sort()
  .map((file) => join(root, file));

if (suite === "long") process.env.BULKHEAD_TEST_SCALE = "long";
let passed = 0;
let failed = 0;
let skipped = 0;
const skips: string[] = [];
const failures: string[] = [];
const stream = run({ files, concurrency: 2, timeout: 1_800_000, cwd: root });
interface TestEvent {
  readonly name: string;
  readonly file?: string | undefined;
  readonly skip?: string | boolean | undefined;
  readonly todo?: unknown;
  readonly details?: { readonly type?: string | undefined };
}
const count = (event: TestEvent, ok: boolean): void => {
  if (event.details?.type === "suite") return;
  // A file as a whole is no test; one that broke before or beside its tests is a failure.
  if (ok && event.file !== undefined && event.name === event.file) return;
  const place = `${event.file === undefined ? "" : `${relative(root, event.file)}: `}${event.name}`;
  if (event.skip !== undefined && event.skip !== false) {
    skipped++;
    skips.push(`${place} (${event.skip === true || event.skip === "" ? "no reason given" : event.skip})`);
  } else if (ok) passed++;
  else {
    failed++;
    failures.push(place);
  }
};
stream.on("test:pass", (event) => count(event as TestEvent, true));
stream.on("test:fail", (event) => count(event as TestEvent, false));
stream.compose(spec).pipe(process.stdout, { end: false });
await new Promise<void>((resolve) => stream.on("end", resolve).on("close", resolve));
await new Promise((resolve) => setTimeout(resolve, 50));
if (skips.length > 0) process.stdout.write(`skipped:\n${skips.map((line) => `  ${line}\n`).join("")}`);
if (failures.length > 0) process.stdout.write(`failed:\n${failures.map((line) => `  ${line}\n`).join("")}`);
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
