/** What the `ci` commands read: a folder's pipeline files, with what its host says where that is asked. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type DiagnosticId, type Repository, loadRepository, shown } from "../ci/index.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import { keepYoungSpaceSmall } from "./small-heap.ts";

/** What leaves a file, or a part of one, out of the model. */
const INCOMPLETE: ReadonlySet<DiagnosticId> = new Set(["syntax", "too-large", "unreadable", "outside"]);

/** Throws `cli.not-a-folder`. */
export function openRepository(path: string, { cwd }: Pick<Context, "cwd">): Repository {
  const root = resolve(cwd, path);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new BulkheadError("cli.not-a-folder", { path });
  keepYoungSpaceSmall();
  return loadRepository(root);
}

export const isIncomplete = ({ diagnostics }: Repository): boolean =>
  diagnostics.some(({ id }) => INCOMPLETE.has(id));

/** Says what could not be read whole; gives the exit code. */
export function warnOfGaps({ diagnostics }: Repository, { out }: Pick<Context, "out">): 0 | 4 {
  const gaps = diagnostics.filter(({ id }) => INCOMPLETE.has(id));
  for (const { message, span } of gaps) out.warn(`${shown(span)}: ${message}`);
  return gaps.length > 0 ? 4 : 0;
}
