/** Other processes: which variables with credentials their environments show, and whose memory opens. proc(5). */
import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { kinds } from "../../core/kinds.ts";
import type { CredentialVariable } from "../../detect/variables.ts";
import { opens } from "./places.ts";
import type { Item, Plan } from "./types.ts";

/** Programs that keep all secrets of a pipeline in memory. */
const RUNNERS: Readonly<Record<string, string>> = {
  "Runner.Worker": "GitHub's runner",
  "Runner.Listener": "GitHub's runner",
  "gitlab-runner": "GitLab's runner",
  "buildkite-agent": "Buildkite's agent",
  "Agent.Worker": "Azure's agent",
};
const RUNNER_OPENS = "every secret of the workflow, and the runner's own login";
const OWN_OPENS = "the secrets that it holds, and its token or seal key";

/** What a process of Bulkhead's is started by: its own file, or the Node or shell that reads it. */
const PROGRAM = /(^|\/)(node|sh|bulkhead)$/;

interface Other {
  readonly pid: number;
  /** The program, with what a process of Bulkhead's does. */
  readonly name: string;
  readonly isBulkhead: boolean;
}

export function processItems(
  { started, leaveOut, run }: Plan,
  judge: (name: string, value: string) => CredentialVariable | null,
): Item[] {
  if (started === null) return [];
  const others = othersOf(Number(started), leaveOut).filter(({ pid }) => run === null || !isOfRun(pid, run));
  const variables = new Map<string, { readonly found: CredentialVariable; readonly holders: Other[] }>();
  for (const other of others)
    for (const found of environOf(other.pid, judge)) {
      const one = variables.get(found.name) ?? { found, holders: [] };
      one.holders.push(other);
      variables.set(found.name, one);
    }
  const environments = [...variables.values()].map(({ found, holders: [first, ...more] }): Item => {
    const { name, provider, kind } = found;
    const whose = `${first?.name} (${first?.pid})${more.length === 0 ? "" : ` and ${more.length} more`}`;
    const what = `${provider === null ? "" : `${provider.title} `}${kinds[kind].title}, of ${whose}`;
    return { group: "environments", name, what, kind, opens: kinds[kind].enables, count: 1 };
  });
  return [...environments, ...memoryItems(others.filter(({ pid }) => opens(`/proc/${pid}/mem`)))];
}

/** Yama's setting; 0 where the kernel has none. */
export function ptraceScope(): number {
  try {
    return Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "utf8")) || 0;
  } catch {
    return 0;
  }
}

function memoryItems(readable: readonly Other[]): Item[] {
  const items = new Map<string, Item>();
  for (const { name, isBulkhead } of readable) {
    const runner = RUNNERS[name];
    const base: Omit<Item, "name" | "count"> = isBulkhead
      ? {
          group: "bulkhead",
          what: "a process of Bulkhead: its memory and environment",
          kind: null,
          opens: OWN_OPENS,
        }
      : runner === undefined
        ? { group: "memory", what: "its memory", kind: null, opens: "whatever it holds" }
        : { group: "ci", what: `${runner}'s memory`, kind: null, opens: RUNNER_OPENS };
    const key = `${base.group} ${name}`;
    items.set(key, { ...base, name, count: (items.get(key)?.count ?? 0) + 1 });
  }
  return [...items.values()];
}

/** Those that were there before the question was put; kernel threads have no command line. */
function othersOf(latest: number, leaveOut: number | null): Other[] {
  return readdirSync("/proc").flatMap((entry): Other[] => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      const rest = stat.slice(stat.lastIndexOf(") ") + 2).split(" ");
      const began = Number(rest[19]);
      if (!(began <= latest) || rest[0] === "Z" || (pid === leaveOut && began === latest)) return [];
      const words = readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
      if (words[0] === "") return [];
      const comm = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(") "));
      return [{ pid, ...whatOf(comm, words, began === latest) }];
    } catch {
      return []; // it ended meanwhile, or is not ours to see
    }
  });
}

function isOfRun(pid: number, run: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`BULKHEAD_RUN=${run}`);
  } catch {
    return false;
  }
}

/** `own`: the one that put the question, in whose place a run's would be. */
function whatOf(comm: string, words: readonly string[], own: boolean): Pick<Other, "name" | "isBulkhead"> {
  const [program = "", ...rest] = words;
  const at = PROGRAM.test(program) ? words.slice(0, 4).findIndex((word) => /(^|\/)bulkhead$/.test(word)) : -1;
  // Node calls its first thread so.
  if (at < 0) return { name: comm === "MainThread" ? basename(program) : comm, isBulkhead: false };
  const [verb = ""] = rest.slice(at).filter((word) => /^[a-z-]{1,20}$/.test(word));
  return { name: `bulkhead ${own ? "run" : verb}`.trim(), isBulkhead: true };
}

function environOf(
  pid: number,
  judge: (name: string, value: string) => CredentialVariable | null,
): CredentialVariable[] {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return entries.flatMap((entry) => {
      const equals = entry.indexOf("=");
      return equals < 1 ? [] : (judge(entry.slice(0, equals), entry.slice(equals + 1)) ?? []);
    });
  } catch {
    return [];
  }
}
