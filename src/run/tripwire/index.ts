/**
 * The tripwire: what would run in a job before its first line, compared with what was approved. It sees hooks (files and settings that
 * programs obey when they start), not the code inside packages: that a package itself was changed is out of its reach, and it says so.
 */
import { basename } from "node:path";
import { configurationHooks, variableHooks } from "./machine.ts";
import { interpretersOf } from "./programs.ts";
import { pythonHooks } from "./python.ts";
import type { HookReport, HookSearch, StartupHook } from "./types.ts";

export { withSystemOwners } from "./system/index.ts";
export type { HookKind, HookOwner, HookReport, HookSearch, StartupHook } from "./types.ts";

/** Said wherever the list is shown. */
export const OUT_OF_REACH = "code inside packages that the job imports is not looked at";

export async function startupHooks(search: HookSearch): Promise<HookReport> {
  const { python, node } = interpretersOf(search);
  const found = await Promise.all(
    python.map(async (path) => ({
      path,
      ...((await pythonHooks(path, search.env)) ?? { hooks: null, folders: [] }),
    })),
  );
  const unseen = found.flatMap(({ path, hooks }) =>
    hooks === null ? [`${path} does not say where its packages are`] : [],
  );
  const configured = configurationHooks(search).filter(({ kind }) => kind !== "npm" || node);
  const all = [...found.flatMap(({ hooks }) => hooks ?? []), ...variableHooks(search), ...configured];
  const hooks = [...new Map(all.map((hook) => [`${hook.kind} ${hook.place}`, hook])).values()];
  hooks.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  const folders = [...new Set(found.flatMap((one) => one.folders))].sort();
  return { hooks, interpreters: python, folders, unseen };
}

/** Several commands' hooks as one list. */
export function joined(reports: readonly HookReport[]): HookReport {
  const hooks = new Map(
    reports.flatMap((one) => one.hooks).map((hook) => [`${hook.kind} ${hook.place}`, hook]),
  );
  const every = (of: (one: HookReport) => readonly string[]): string[] =>
    [...new Set(reports.flatMap(of))].sort();
  return {
    hooks: [...hooks.values()].sort((a, b) => (a.place < b.place ? -1 : 1)),
    interpreters: every((one) => one.interpreters),
    folders: every((one) => one.folders),
    unseen: every((one) => one.unseen),
  };
}

/** What was approved: the same file with the same text is the same hook in another environment of Python too. */
export interface ApprovedHook {
  /** The file's name without its folders, or the variable's. */
  readonly name: string;
  readonly digest: string;
}

export const approvalOf = ({ place, digest }: StartupHook): ApprovedHook => ({
  name: basename(place),
  digest,
});

/** Whether a hook stands in a folder that was never looked into before: of another environment of Python. */
export const isOfNewFolder = ({ kind, place }: StartupHook, known: readonly string[]): boolean =>
  (kind === "pth" || kind === "start" || kind === "module") &&
  !known.some((folder) => place.startsWith(`${folder}/`));

/** Hooks that were not there, or not as they are now. Harmless ones never count. */
export function newHooks({ hooks }: HookReport, approved: readonly ApprovedHook[]): StartupHook[] {
  const known = new Set(approved.map(({ name, digest }) => `${digest} ${name}`));
  return hooks.filter((hook) => {
    const { name, digest } = approvalOf(hook);
    return hook.harmless === undefined && !known.has(`${digest} ${name}`);
  });
}

/** `/venv/…/x.pth (acme-telemetry 1.2) runs code at every start of Python`. */
export function describeHook({ place, owner, effect, installed }: StartupHook): string {
  const who = owner === null ? "no package says it is its own" : `${owner.package} ${owner.version}`;
  return `${place} (${who}${installed === "changed" ? ", changed since it was installed" : ""}) ${effect}`;
}

/** As the operating system's package brought it: root put it there, and nobody touched it since. */
export const isAsShipped = ({ installed }: StartupHook): boolean => installed === "unchanged";
