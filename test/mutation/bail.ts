/** Runs test files one after the other and ends with 1 at the first that fails: what a mutant is judged by. */
import { run } from "node:test";

for (const file of process.argv.slice(2)) {
  let failed = false;
  const stream = run({ files: [file], concurrency: 1, timeout: 120_000, forceExit: false });
  stream.on("test:fail", () => {
    failed = true;
    process.exit(1);
  });
  stream.resume();
  await new Promise((resolve) => stream.once("end", resolve).once("close", resolve));
  if (failed) process.exit(1);
}
process.exit(0);
