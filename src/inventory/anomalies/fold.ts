/** One pass over the log: each entry is read once, shown to every rule, and forgotten. */
import { AccessReader } from "./access.ts";
import { Tables } from "./memory.ts";
import { rules } from "./rules/index.ts";
import { settingsOf } from "./settings.ts";
import type { Access, Anomaly, AnyRule, Fold, History, Said, Tuning } from "./types.ts";

export interface FoldOptions {
  /** What was changed of the rules. Settings that cannot be read count as not given. */
  readonly tuning?: Tuning;
  /** What an earlier fold's `save` gave. */
  readonly saved?: string | null;
  /** All of them when left out. */
  readonly rules?: readonly AnyRule[];
}

export function foldOf({ tuning = {}, saved = null, rules: chosen = rules }: FoldOptions = {}): Fold {
  const memory = new Tables(saved);
  const watchers = chosen
    .filter(({ id }) => tuning[id]?.off !== true)
    .map((one) => {
      const watcher = one.start(settingsOf(one, tuning[one.id]?.settings), memory);
      const named = ({ subject, text, access }: Said): Anomaly => ({
        ...{ rule: one.id, severity: one.severity, text, access, time: access.time },
        subject: `${one.id} ${subject}`,
      });
      return { watcher, named };
    });
  const times = memory.table<number>("times", 1);
  const projects = memory.table<number>("applied", 1_000);
  const reader = new AccessReader();
  let last: Access | null = null;
  let since = times.get("since");
  const dueAt = (now: number): Anomaly[] =>
    watchers.flatMap(({ watcher, named }) => (watcher.due?.(now) ?? []).map(named));
  const history: History = {
    get since() {
      return since ?? 0;
    },
    applied: (project) => projects.get(project) ?? null,
  };
  return {
    take: (record) => {
      const access = reader.read(record);
      last = access;
      if (access === null) return [];
      if (since === undefined) {
        since = access.time;
        times.set("since", since);
      }
      const found = dueAt(access.time);
      noteApply(access, projects);
      for (const { watcher, named } of watchers) {
        const one = watcher.see(access, history);
        if (one !== null) found.push(named(one));
      }
      return found;
    },
    due: dueAt,
    get last() {
      return last;
    },
    get unread() {
      return reader.unread;
    },
    save: () => memory.save(),
  };
}

function noteApply(
  { path, operation, status, time }: Access,
  projects: { set(key: string, value: number): void },
): void {
  if (status >= 300 || (operation !== "create" && operation !== "update")) return;
  const project = /^bulkhead\/projects\/([^/]+)$/.exec(path)?.[1];
  if (project !== undefined) projects.set(project, time);
}
