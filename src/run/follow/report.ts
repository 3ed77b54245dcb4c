/** What following the values gives, and how it is said. */
import type { Place } from "./look.ts";

/** What is done about values in files: the run fails, it is said, or nobody looks. */
export type Leaks = "fail" | "warn" | "off";
export const leakModes = ["fail", "warn", "off"] as const satisfies readonly Leaks[];

export interface Leak extends Place {
  /** Relative to the job's folder, or the variable that names the CI system's file. */
  readonly file: string;
}

export interface FollowReport {
  readonly leaks: readonly Leak[];
  /** Files looked into. */
  readonly files: number;
  readonly bytes: number;
  /** What was not looked into, and why: the report then does not say that nothing is there. */
  readonly unread: readonly { readonly file: string; readonly reason: string }[];
}

/** For people: `out/model.ckpt, byte 4711`, `run.ipynb, cell 3, output 1, line 12`. */
export function placeOf({ file, entry, within, line, byte }: Leak): string {
  const parts = [entry === undefined ? file : `${file}!${entry}`, within];
  if (within !== "its name") parts.push(line === undefined ? `byte ${byte}` : `line ${line}`);
  return parts.filter((part) => part !== undefined).join(", ");
}
