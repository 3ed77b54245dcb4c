/** `--baseline`, `--update-baseline`, `--prune`. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { type Baseline, newBaseline, readBaseline, updateBaseline } from "../../scan/baseline/index.ts";
import type { Settled } from "../../scan/session.ts";
import type { Context } from "../context.ts";
import { count } from "../output.ts";
import { writeFile } from "../output-file.ts";

export interface BaselineFlags {
  readonly baseline?: string | undefined;
  readonly updateBaseline: boolean;
  readonly prune: boolean;
}

/** undefined without `--baseline`; a new one where there is no file yet and it is to be written. */
export function openBaseline(flags: BaselineFlags, cwd: string): Baseline | undefined {
  const { baseline: path, updateBaseline: update, prune } = flags;
  const usage = (problem: string): never => {
    throw new BulkheadError("usage.invalid", { problem, command: "scan" });
  };
  if (path === undefined)
    return update || prune ? usage("--update-baseline and --prune need --baseline FILE") : undefined;
  if (prune && !update) return usage("--prune needs --update-baseline");
  const file = resolve(cwd, path);
  if (!existsSync(file) && update) return newBaseline(path);
  try {
    return readBaseline(readFileSync(file, "utf8"), path);
  } catch (cause) {
    if (isBulkheadError(cause)) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}

/** `whole`: everything could be read; else nothing is dropped, since what was not seen may still be there. */
export async function writeBaseline(
  baseline: Baseline,
  settled: Settled,
  options: {
    readonly prune: boolean;
    readonly whole: boolean;
    readonly context: Context;
    readonly today: string;
  },
): Promise<void> {
  const { context, today } = options;
  const prune = options.prune && options.whole;
  if (options.prune && !options.whole)
    context.out.warn("nothing is dropped from the baseline: not everything could be read");
  const update = await updateBaseline(baseline, settled.seen, { prune, today });
  writeFile(resolve(context.cwd, baseline.path), update.text, 0o644);
  const dropped = update.dropped === 0 ? "" : `, ${update.dropped} dropped`;
  context.out.note(
    `${baseline.path}: ${count(update.added, "entry", "entries")} added, ${update.kept} kept${dropped}`,
  );
}
