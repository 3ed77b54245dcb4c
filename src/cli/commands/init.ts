import { constants, closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import { discover } from "../../manifest/init/discover.ts";
import { renderManifest } from "../../manifest/init/render.ts";
import { command } from "../command.ts";
import { count } from "../output.ts";

const NAME = "bulkhead.yaml";

export default command({
  details:
    "Reads code, notebooks, workflows, package lists and .env files of this folder for the variables that each step reads, and writes a first declaration: names, never values. Nothing is stored and nothing is sent.",
  flags: {
    force: { kind: "switch", short: "f", brief: "replace an existing bulkhead.yaml" },
    stdout: { kind: "switch", brief: "print it, and write nothing" },
  },
  examples: [
    { line: "bulkhead init", says: "writes bulkhead.yaml here" },
    { line: "bulkhead init --stdout", says: "to look at first" },
  ],
  async run({ flags, context: { cwd, out } }) {
    const found = await discover(cwd);
    const text = renderManifest(found);
    if (flags.stdout) {
      out.print(text);
      return;
    }
    write(join(cwd, NAME), text, flags.force);
    out.note(
      `wrote ${NAME}: ${count(found.stages.length, "stage")}, ${count(found.secrets.length, "secret")}. Read it, then run \`bulkhead apply\``,
    );
  },
});

function write(path: string, text: string, force: boolean): void {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_EXCL } = constants;
  let file: number;
  try {
    file = openSync(path, O_WRONLY | O_CREAT | (force ? O_TRUNC : O_EXCL), 0o644);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    if (reason === "EEXIST") throw new BulkheadError("manifest.exists", { path: NAME });
    throw new BulkheadError("io.failed", { action: "write", path: NAME, reason }, { cause });
  }
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
