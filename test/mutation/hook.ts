/**
 * Preloaded into the processes of test files. Files of the tree are read from elsewhere where mutants
 * of them stand (`BULKHEAD_MUTANT`: places by address); the tree stays as it is. When it
 * is asked where tests go (`recorder.ts`), that is recorded.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const { BULKHEAD_MUTANT, BULKHEAD_RECORD, NODE_V8_COVERAGE } = process.env;
if (BULKHEAD_MUTANT !== undefined) {
  const places = new Map(Object.entries(JSON.parse(BULKHEAD_MUTANT) as Record<string, string>));
  registerHooks({
    load: (asked, context, next) => {
      const loaded = next(asked, context);
      const path = places.get(asked);
      return path === undefined ? loaded : { ...loaded, source: readFileSync(path, "utf8") };
    },
  });
}
// what a test starts writes down for itself where it was (recorder.ts sets the second variable)
if (BULKHEAD_RECORD !== undefined && NODE_V8_COVERAGE === undefined) {
  const { record } = await import("./recorder.ts");
  record(BULKHEAD_RECORD);
}
