// Installs the locked dependencies when node_modules does not match package-lock.json, and does nothing otherwise,
// so that `npm start` and `npm test` work on a fresh clone and stay quick on a used one.
// Plain JavaScript for whatever Node the machine has (20 or later); everything after it runs on the pinned one.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const stamp = join(root, "node_modules", ".bulkhead-lock");
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
let have = "";
try {
  have = readFileSync(stamp, "utf8");
} catch {
  // nothing installed yet
}
if (have !== lock) {
  process.stderr.write("bulkhead: installing dependencies (npm ci) …\n");
  const npm = process.env.npm_execpath;
  const [command, args] = npm && npm.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const done = spawnSync(command, [...args, "ci", "--ignore-scripts", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) {
    process.stderr.write(
      "bulkhead: error: npm ci failed\nbulkhead: hint: see the lines above; the npm registry must be reachable once\n",
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
