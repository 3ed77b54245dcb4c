import { readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { BulkheadError } from "../../../core/errors.ts";
import {
  type CleanOptions,
  type Cleaned,
  type NotebookPart,
  PARTS,
  cleanNotebook,
} from "../../../scan/notebook/clean.ts";
import { type FlagSet, type FlagValues, command } from "../../command.ts";
import { replaceFile } from "../../output-file.ts";

export const keepFlags = {
  keep: { kind: "list", placeholder: "part", brief: `leave it: ${PARTS.join(", ")}` },
  keepTag: { kind: "list", placeholder: "tag", brief: "leave the outputs of cells with this tag" },
} as const satisfies FlagSet;

export default command({
  details:
    "Takes outputs, execution counts, attachments and the state of widgets out of notebooks and leaves every other byte as it is. Without FILE it is a filter from standard input to output, which is how git calls it after `bulkhead notebook install`. Cells tagged `keep_output` keep their outputs.",
  flags: keepFlags,
  args: [{ name: "file", brief: "notebooks, changed in place", optional: true, many: true }],
  examples: [
    { line: "bulkhead notebook clean analysis.ipynb", says: "in place" },
    { line: "bulkhead notebook clean < in.ipynb > out.ipynb", says: "as a filter" },
  ],
  async run({ flags, args, context }) {
    const options = keepOptions(flags, "notebook clean");
    if (args.length === 0) {
      const bytes = readFileSync(0);
      writeAll(cleaned("-", bytes, () => cleanNotebook(bytes, options)).bytes);
      return;
    }
    for (const path of args) {
      const absolute = resolve(context.cwd, path);
      const bytes = readNotebook(absolute, path);
      const done = cleaned(path, bytes, () => cleanNotebook(bytes, options));
      if (done.bytes === bytes) continue;
      replaceFile(absolute, done.bytes);
      context.out.print(`${path}: ${described(done)} removed\n`);
    }
  },
});

export function readNotebook(absolute: string, shown: string): Buffer {
  try {
    return readFileSync(absolute);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path: shown, reason }, { cause });
  }
}

/** An empty file is a notebook that has not been written yet. */
export function cleaned(path: string, bytes: Buffer, work: () => Cleaned): Cleaned {
  if (bytes.length === 0) return { bytes, removed: { outputs: 0, counts: 0, attachments: 0, metadata: 0 } };
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new BulkheadError("notebook.unreadable", { path, reason: cause.message }, { cause });
  }
}

/** `3 outputs, 1 attachments` */
export const described = ({ removed }: Cleaned): string =>
  PARTS.filter((part) => removed[part] > 0)
    .map((part) => `${removed[part]} ${part}`)
    .join(", ");

export function keepOptions(flags: FlagValues<typeof keepFlags>, name: string): CleanOptions {
  const unknown = flags.keep.find((text) => !(PARTS as readonly string[]).includes(text));
  if (unknown !== undefined)
    throw new BulkheadError("usage.invalid", {
      problem: `--keep takes ${PARTS.join(", ")}, not ${unknown}`,
      command: name,
    });
  return { keep: new Set(flags.keep as readonly NotebookPart[]), keepTags: new Set(flags.keepTag) };
}

function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; )
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
}
