/**
 * Preloaded into the processes of test files. With a mutant, one file of the tree is read with it; the tree stays as it is. When it
 * is asked where tests go (`recorder.ts`), that is recorded.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const { BULKHEAD_MUTANT, BULKHEAD_RECORD, NODE_V8_COVERAGE } = process.env;
if (BULKHEAD_MUTANT !== undefined) {
  const { url, path } = JSON.parse(BULKHEAD_MUTANT) as { url: string; path: string };
  registerHooks({
    load: (asked, context, next) => {
      const loaded = next(asked, context);
      return asked === url ? { ...loaded, source: readFileSync(path, "utf8") } : loaded;
    },
  });
}
// what a test starts writes down for itself where it was (recorder.ts sets the second variable)
if (BULKHEAD_RECORD !== undefined && NODE_V8_COVERAGE === undefined) {
  const { record } = await import("./recorder.ts");
  record(BULKHEAD_RECORD);
}
