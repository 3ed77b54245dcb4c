/**
 * The approved start-up hooks of a project: `.bulkhead/hooks.json` where the repository has one (reviewed like code, also in CI), else a
 * file of this user in Bulkhead's own folder, begun by the first run. What a committed list does not name is new from the start.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import type { HookFacts } from "../run/receipt.ts";
import {
  type ApprovedHook,
  type HookReport,
  type HookSearch,
  approvalOf,
  describeHook,
  newHooks,
  startupHooks,
} from "../run/tripwire/index.ts";
import type { Context } from "./context.ts";
import { replaceFile } from "./output-file.ts";
import { count } from "./output.ts";

export interface HookList {
  readonly path: string;
  readonly committed: boolean;
  /** Null: none was made yet. */
  readonly approved: readonly ApprovedHook[] | null;
}

/** `project` names the list of a user; `folder` is the repository's or the declaration's. Throws `hooks.invalid`. */
export function hookList({ home }: Context, project: string, folder: string): HookList {
  const committed = join(folder, ".bulkhead", "hooks.json");
  if (existsSync(committed)) return { path: committed, committed: true, approved: read(committed) };
  const path = join(home.hooks, `${project}.json`);
  return { path, committed: false, approved: existsSync(path) ? read(path) : null };
}

function read(path: string): ApprovedHook[] {
  const invalid = (problem: string): BulkheadError => new BulkheadError("hooks.invalid", { path, problem });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw invalid(error instanceof SyntaxError ? "it is no JSON" : "it cannot be read");
  }
  const { hooks } = (value ?? {}) as { hooks?: unknown };
  if (!Array.isArray(hooks)) throw invalid("it has no `hooks`");
  return hooks.map((one, index) => {
    const { name, digest } = (one ?? {}) as { name?: unknown; digest?: unknown };
    if (typeof name !== "string" || typeof digest !== "string" || !/^[0-9a-f]{64}$/.test(digest))
      throw invalid(`entry ${index + 1} has no name and digest`);
    return { name, digest };
  });
}

/** Sorted, with who brought each: a reviewer reads it, and two people's lists merge. */
export function writeHookList(
  { path, committed }: HookList,
  report: HookReport,
  earlier: readonly ApprovedHook[],
): void {
  const now = report.hooks
    .filter(({ harmless }) => harmless === undefined)
    .map((hook) => ({
      ...approvalOf(hook),
      ...(hook.owner !== null && { package: `${hook.owner.package} ${hook.owner.version}` }),
    }));
  const names = new Set(now.map(({ name }) => name));
  const kept = committed ? earlier.filter(({ name }) => !names.has(name)) : []; // another machine's
  const hooks = [...now, ...kept].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.digest < b.digest ? -1 : 1,
  );
  mkdirSync(dirname(path), { recursive: true, mode: committed ? 0o755 : 0o700 });
  replaceFile(path, `${JSON.stringify({ hooks }, null, 2)}\n`, committed ? 0o644 : 0o600);
}

export interface TripwireRun {
  readonly project: string;
  readonly folder: string;
  readonly search: HookSearch;
}

/** Before a run; gives what its receipt says of them. Throws `run.new-hooks` where something would run that nobody approved; the first run of a project begins its list. */
export async function checkHooks(
  context: Context,
  { project, folder, search }: TripwireRun,
): Promise<HookFacts> {
  const list = hookList(context, project, folder);
  const report = await startupHooks(search);
  for (const reason of report.unseen) context.out.warn(`start-up hooks: ${reason}`);
  const found = newHooks(report, list.approved ?? []);
  const digests = report.hooks.map(({ digest }) => `${digest}\n`).sort();
  const digest = createHash("sha256").update(digests.join("")).digest("hex");
  const facts = { found: report.hooks.length, new: found.length, digest };
  if (list.approved === null) {
    if (!existsSync(context.home.folder)) return facts; // without a store of Bulkhead's there is nowhere to keep one
    writeHookList(list, report, []);
    if (found.length > 0)
      context.out.warn(
        `from now on these start-up hooks count as approved: ${found.map(describeHook).join("; ")}; \`bulkhead tripwire list\` shows them`,
      );
    return facts;
  }
  if (found.length === 0) return facts;
  throw new BulkheadError("run.new-hooks", {
    count: count(found.length, "start-up hook"),
    list: found.map(describeHook).join("; "),
    them: found.length === 1 ? "it" : "them",
  });
}
