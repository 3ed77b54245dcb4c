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
  type StartupHook,
  approvalOf,
  describeHook,
  isAsShipped,
  isOfNewFolder,
  newHooks,
  withSystemOwners,
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
    // The system's own differ from machine to machine, and are recognised on each.
    .filter((hook) => hook.harmless === undefined && !(committed && isAsShipped(hook)))
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
  readonly report: HookReport;
  /** Where the system's tree with its lists of packages begins; `/` when left out. */
  readonly root?: string;
}

/** Before a run; gives what its receipt says of them. Throws `run.new-hooks` where something would run that nobody approved; the first run of a project begins its list. */
export async function checkHooks(
  context: Context,
  { project, folder, report, root }: TripwireRun,
): Promise<HookFacts> {
  const list = hookList(context, project, folder);
  for (const reason of report.unseen) context.out.warn(`start-up hooks: ${reason}`);
  const approved = list.approved ?? [];
  // The system's packages are asked about what nobody approved, and never at a start at which nothing is new.
  const told = await withSystemOwners(newHooks(report, approved), root);
  const [shipped, fresh] = [told.filter(isAsShipped), told.filter((hook) => !isAsShipped(hook))];
  const digests = report.hooks.map(({ digest }) => `${digest}\n`).sort();
  const digest = createHash("sha256").update(digests.join("")).digest("hex");
  const facts = { found: report.hooks.length, new: fresh.length, digest };
  const taken =
    list.approved === null
      ? fresh
      : list.committed
        ? []
        : fresh.filter((hook) => isOfNewFolder(hook, list.folders));
  const isUnknown = report.folders.some((one) => !list.folders.includes(one));
  // Without a store of Bulkhead's there is nowhere to keep a list.
  const keeps = !list.committed && existsSync(context.home.folder);
  if (keeps && (list.approved === null || isUnknown || shipped.length > 0)) {
    const names = new Map(told.map((hook) => [hook.place, hook]));
    const left = new Set(fresh.filter((hook) => !taken.includes(hook)).map(({ place }) => place));
    const hooks = report.hooks
      .filter(({ place }) => !left.has(place))
      .map((hook) => names.get(hook.place) ?? hook);
    writeHookList(list, { ...report, hooks }, approved);
    if (taken.length > 0) context.out.warn(taking(taken));
  }
  const found = list.approved === null ? [] : fresh.filter((hook) => !taken.includes(hook));
  if (found.length === 0) return facts;
  throw new BulkheadError("run.new-hooks", {
    count: count(found.length, "start-up hook"),
    list: listed(found),
    them: found.length === 1 ? "it" : "them",
  });
}

const MOST_LINES = 5;
const SHOWN = "`bulkhead tripwire list` shows";

function taking(hooks: readonly StartupHook[]): string {
  const few = hooks.length <= MOST_LINES;
  const what = `${count(hooks.length, "start-up hook")} of this project ${hooks.length === 1 ? "counts" : "count"} as approved from now on`;
  return few ? `${what} (${SHOWN} what is there):${listed(hooks)}` : `${what}; ${SHOWN} them`;
}

/** A line each. */
const listed = (hooks: readonly StartupHook[]): string =>
  hooks.map((hook) => `\n  ${describeHook(hook)}`).join("");
