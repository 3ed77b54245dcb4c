/** A thread of a scan that ends at once, as if the system had, when it opens a file called deadly. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { openSync } = fs;
fs.openSync = (path, ...rest) => {
  if (String(path).includes("deadly")) process.exit(7);
  return openSync(path, ...rest);
};
syncBuiltinESMExports();
await import("../../src/scan/worker.ts");
