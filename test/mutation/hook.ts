/** Preloaded into the processes of a mutant's tests: one file of the tree is read with the mutant in it. The tree stays as it is. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const { BULKHEAD_MUTANT } = process.env;
if (BULKHEAD_MUTANT !== undefined) {
  const { url, path } = JSON.parse(BULKHEAD_MUTANT) as { url: string; path: string };
  registerHooks({
    load: (asked, context, next) => {
      const loaded = next(asked, context);
      return asked === url ? { ...loaded, source: readFileSync(path, "utf8") } : loaded;
    },
  });
}
