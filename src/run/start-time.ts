/** When a process began, which tells it from another of the same number. */
import { readFileSync } from "node:fs";

/** Field 22 of /proc/PID/stat; the command's name (field 2) may hold anything, so count from its closing bracket. */
export function startTimeOf(pid: number | "self"): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat.slice(stat.lastIndexOf(") ") + 2).split(" ")[19] ?? "";
}
