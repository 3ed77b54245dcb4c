import { globSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { BulkheadError } from "../../../core/errors.ts";
import { cleanNotebook } from "../../../scan/notebook/clean.ts";
import { command, jsonFlag } from "../../command.ts";
import { cleaned, described, keepOptions, keepFlags, readNotebook } from "./clean.ts";

const SKIPPED = new Set(["node_modules", ".ipynb_checkpoints", ".git"]);

export default command({
  details: "Says which notebooks hold outputs, execution counts or attachments, and changes nothing.",
  flags: { ...keepFlags, ...jsonFlag },
  args: [{ name: "path", brief: "notebooks or folders (default: this folder)", optional: true, many: true }],
  examples: [{ line: "bulkhead notebook check", says: "every notebook below this folder" }],
  exits: { 3: "a notebook is not clean" },
  async run({ flags, args, context }) {
    const options = keepOptions(flags, "notebook check");
    const dirty = (args.length === 0 ? ["."] : args)
      .flatMap((path) => notebooksAt(context.cwd, path))
      .flatMap((path) => {
        const bytes = readNotebook(resolve(context.cwd, path), path);
        const done = cleaned(path, bytes, () => cleanNotebook(bytes, options));
        return done.bytes === bytes ? [] : [{ path, removed: done.removed, says: described(done) }];
      });
    if (flags.json) context.out.json(dirty.map(({ path, removed }) => ({ path, ...removed })));
    else for (const { path, says } of dirty) context.out.print(`${path}: ${says}\n`);
    if (dirty.length === 0) return 0;
    context.out.hint(
      "`bulkhead notebook clean FILE` takes them out; `bulkhead notebook install` does so at each commit",
    );
    return 3;
  },
});

function notebooksAt(cwd: string, path: string): string[] {
  const stats = statSync(resolve(cwd, path), { throwIfNoEntry: false });
  if (stats === undefined)
    throw new BulkheadError("io.failed", { action: "read", path, reason: "there is no such file or folder" });
  if (!stats.isDirectory()) return [path];
  return globSync("**/*.ipynb", {
    cwd: resolve(cwd, path),
    exclude: (name) => SKIPPED.has(name.split("/").at(-1) ?? ""),
  })
    .map((found) => join(path, found))
    .sort();
}
