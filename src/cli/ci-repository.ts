/** What the `ci` commands read: a folder's pipeline files, with what its host says where that is asked. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { type DiagnosticId, type HostFacts, type Repository, loadRepository, shown } from "../ci/index.ts";
import { BulkheadError } from "../core/errors.ts";
import type { FlagSet } from "./command.ts";
import type { Context } from "./context.ts";
import { keepYoungSpaceSmall } from "./small-heap.ts";

/** What leaves a file, or a part of one, out of the model. */
const INCOMPLETE: ReadonlySet<DiagnosticId> = new Set(["syntax", "too-large", "unreadable", "outside"]);

/** `--host` of the commands to which the host's facts matter. */
export const hostFlag = {
  host: {
    kind: "switch",
    brief: "ask the host's API for what files do not tell (GITHUB_TOKEN or GITLAB_TOKEN)",
  },
} as const satisfies FlagSet;

/** With what the host says where it is asked. Throws `cli.not-a-folder`, `ci.host-unknown`, `ci.host-refused`. */
export async function openAsked(path: string, host: boolean, context: Context): Promise<Repository> {
  if (!host) return openRepository(path, context);
  const { hostFacts } = await import("./ci-host.ts");
  const root = folderOf(path, context);
  return openRepository(path, context, await hostFacts(root, context));
}

function folderOf(path: string, { cwd }: Pick<Context, "cwd">): string {
  const root = resolve(cwd, path);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new BulkheadError("cli.not-a-folder", { path });
  return root;
}

/** Throws `cli.not-a-folder`. */
export function openRepository(
  path: string,
  context: Pick<Context, "cwd">,
  host: HostFacts | null = null,
): Repository {
  const root = folderOf(path, context);
  keepYoungSpaceSmall();
  return loadRepository(root, { host });
}

export const isIncomplete = ({ diagnostics }: Repository): boolean =>
  diagnostics.some(({ id }) => INCOMPLETE.has(id));

/** Says what could not be read whole; gives the exit code. */
export function warnOfGaps({ diagnostics }: Repository, { out }: Pick<Context, "out">): 0 | 4 {
  const gaps = diagnostics.filter(({ id }) => INCOMPLETE.has(id));
  for (const { message, span } of gaps) out.warn(`${shown(span)}: ${message}`);
  return gaps.length > 0 ? 4 : 0;
}
