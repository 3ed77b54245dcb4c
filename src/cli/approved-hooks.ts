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
  isOfNewFolder,
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
  /** Folders that runs have looked into; none in a committed list, which holds for all. */
  readonly folders: readonly string[];
}

/** `project` names the list of a user; `folder` is the repository's or the declaration's. Throws `hooks.invalid`. */
export function hookList({ home }: Context, project: string, folder: string): HookList {
  const committed = join(folder, ".bulkhead", "hooks.json");
  if (existsSync(committed)) return { path: committed, committed: true, ...read(committed) };
  const path = join(home.hooks, `${project}.json`);
  return { path, committed: false, ...(existsSync(path) ? read(path) : { approved: null, folders: [] }) };
}

function read(path: string): Pick<HookList, "approved" | "folders"> {
  const invalid = (problem: string): BulkheadError => new BulkheadError("hooks.invalid", { path, problem });
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw invalid(error instanceof SyntaxError ? "it is no JSON" : "it cannot be read");
  }
  const { hooks, folders = [] } = (value ?? {}) as { hooks?: unknown; folders?: unknown };
  if (!Array.isArray(hooks)) throw invalid("it has no `hooks`");
  const texts = Array.isArray(folders) ? folders.filter((one) => typeof one === "string") : [];
  const approved = hooks.map((one, index) => {
    const { name, digest } = (one ?? {}) as { name?: unknown; digest?: unknown };
    if (typeof name !== "string" || typeof digest !== "string" || !/^[0-9a-f]{64}$/.test(digest))
      throw invalid(`entry ${index + 1} has no name and digest`);
    return { name, digest };
  });
  return { approved, folders: texts };
}

/** Sorted, with who brought each: a reviewer reads it, and two people's lists merge. */
export function writeHookList(
  { path, committed, folders }: HookList,
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
  // Another machine's, or another command's.
  const digests = new Set(now.map(({ digest }) => digest));
  const kept = earlier.filter(({ name, digest }) => (committed ? !names.has(name) : !digests.has(digest)));
  const hooks = [...now, ...kept].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.digest < b.digest ? -1 : 1,
  );
  const looked = [...new Set([...folders, ...report.folders])].sort();
  mkdirSync(dirname(path), { recursive: true, mode: committed ? 0o755 : 0o700 });
  replaceFile(
    path,
    `${JSON.stringify(committed ? { hooks } : { hooks, folders: looked }, null, 2)}\n`,
    committed ? 0o644 : 0o600,
  );
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
  const fresh = newHooks(report, list.approved ?? []);
  const digests = report.hooks.map(({ digest }) => `${digest}\n`).sort();
  const digest = createHash("sha256").update(digests.join("")).digest("hex");
  const facts = { found: report.hooks.length, new: fresh.length, digest };
  const first =
    list.approved === null || list.committed ? [] : fresh.filter((hook) => isOfNewFolder(hook, list.folders));
  const unknown = list.committed ? false : report.folders.some((folder) => !list.folders.includes(folder));
  if (list.approved === null || unknown) {
    if (!existsSync(context.home.folder)) return facts; // without a store of Bulkhead's there is nowhere to keep one
    const taken = list.approved === null ? fresh : first;
    const rest = new Set(fresh.filter((hook) => !taken.includes(hook)));
    writeHookList(
      list,
      { ...report, hooks: report.hooks.filter((hook) => !rest.has(hook)) },
      list.approved ?? [],
    );
    if (taken.length > 0)
      context.out.warn(
        `from now on these start-up hooks count as approved: ${taken.map(describeHook).join("; ")}; \`bulkhead tripwire list\` shows them`,
      );
    if (list.approved === null) return facts;
  }
  const found = fresh.filter((hook) => !first.includes(hook));
  if (found.length === 0) return facts;
  throw new BulkheadError("run.new-hooks", {
    count: count(found.length, "start-up hook"),
    list: found.map(describeHook).join("; "),
    them: found.length === 1 ? "it" : "them",
  });
}
