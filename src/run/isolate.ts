/**
 * Isolation of a job on Linux. The level that is stated is what probes inside the sandbox failed to do just before the job
 * starts, never what the presence of a tool suggests; where no sandbox can be made the level is 0 and says why.
 */
import { accessSync, constants, readFileSync } from "node:fs";
import { join } from "node:path";
import { type HiddenPlace, type HideOptions, hiddenPlaces } from "./hidden.ts";
import { type Tools, sandboxArguments } from "./sandbox.ts";

export interface IsolationLevel {
  /** 0 nothing is hidden, 1 Bulkhead's processes are invisible, 2 its files and the other hidden places too. */
  readonly level: 0 | 1 | 2;
  readonly name: "none" | "processes" | "processes and files";
  /** What the probes tried in vain. */
  readonly proven: readonly string[];
  /** What a hostile job could do at this level. */
  readonly missing: readonly string[];
}

export interface Sandbox {
  readonly hidden: readonly HiddenPlace[];
  readonly argv: readonly string[];
}

const LEVELS = ["none", "processes", "processes and files"] as const;
/** The set-up's programs come from the system's folders, never from the caller's PATH. */
const TOOL_FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

function tool(name: string): string | null {
  for (const folder of TOOL_FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // the next folder
    }
  }
  return null;
}

/** The sandbox's arguments, or why this machine has none, as a level 0. Throws `run.workspace-hidden`. */
export function planSandbox(options: HideOptions & { readonly gid: number }): Sandbox | IsolationLevel {
  const hidden = hiddenPlaces(options);
  if (process.platform !== "linux") return noIsolation("this system has no user namespaces");
  const [unshare, mount, umount, setsid] = ["unshare", "mount", "umount", "setsid"].map(tool);
  if (!unshare || !mount || !umount || !setsid) {
    return noIsolation("unshare, mount, umount or setsid of util-linux is not installed");
  }
  const tools: Tools = { unshare, mount, umount, setsid, nsenter: tool("nsenter"), setpriv: tool("setpriv") };
  const { uid, gid } = options;
  return { hidden, argv: sandboxArguments({ tools, uid, gid, hidden, startTime: startTimeOf("self") }) };
}

export function isSandbox(plan: Sandbox | IsolationLevel): plan is Sandbox {
  return "argv" in plan;
}

export function noIsolation(why: string): IsolationLevel {
  return {
    level: 0,
    name: LEVELS[0],
    proven: [],
    missing: [
      `no sandbox: ${why}`,
      "Bulkhead's processes, their environment and memory can be read by a job of the same user",
      "Bulkhead's files and every other file of the user can be read",
    ],
  };
}

/** `lines` are what the probe printed; without its last line nothing is proven. */
export function levelOf(lines: readonly string[], hidden: readonly HiddenPlace[]): IsolationLevel {
  if (!lines.includes("end")) return noIsolation("the probes did not finish");
  const said = new Set(lines);
  const proven: string[] = [];
  const missing: string[] = [];
  const judge = (line: string, good: string, bad: string): boolean => {
    (said.has(line) ? missing : proven).push(said.has(line) ? bad : good);
    return !said.has(line);
  };
  const processes = judge("seen process", "Bulkhead's process is invisible", "Bulkhead's process is visible");
  const walls = [
    judge("done undo", "umount and nsenter are refused", "the sandbox can be undone from inside"),
    judge(
      "seen settings",
      "kernel settings cannot be written",
      "kernel settings can be written, which start programs outside",
    ),
    ...hidden.map(({ path }, index) =>
      judge(`seen place ${index}`, `${path} is hidden`, `${path} can be read`),
    ),
  ];
  const level = !processes ? 0 : walls.every(Boolean) ? 2 : 1;
  return { level, name: LEVELS[level], proven, missing };
}

/** Field 22 of /proc/PID/stat; the command's name (field 2) may hold anything, so count from its closing bracket. */
export function startTimeOf(pid: number | "self"): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(") ") + 2).split(" ")[19] ?? "";
}
