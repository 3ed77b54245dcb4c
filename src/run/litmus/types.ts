/** What the probe is told to look at, and what it says. Names and places only: no value is in either. */
import type { Kind } from "../../core/kinds.ts";
import type { Clean } from "../cleaned.ts";
import { gitConfig, npmConfig, userinfo } from "../cleaned.ts";

/** In the order of the page. */
export const groups = {
  variables: "variables",
  environments: "other processes' environments",
  memory: "other processes' memory",
  files: "credential files",
  bulkhead: "Bulkhead's own",
  agents: "agents' and daemons' sockets",
  git: "git's credentials",
  ci: "the CI system's tokens and files",
  metadata: "metadata service",
} as const;
export type Group = keyof typeof groups;

export interface Item {
  readonly group: Group;
  /** Unique in its group: a variable, a path with `~/`, a process's name, an address. */
  readonly name: string;
  /** What it is, in words. */
  readonly what: string;
  /** Null where it is no single credential (a daemon's socket, a shell's history). */
  readonly kind: Kind | null;
  /** What whoever has it can do. */
  readonly opens: string;
  /** How many the row stands for (files in a folder do not count: processes of one name do). */
  readonly count: number;
}

/** Ways to take what is secret out of a file: it holds something where that changes it. */
export const cleans: Readonly<Record<string, Clean>> = { gitConfig, npmConfig, userinfo };

export interface PlannedPlace {
  readonly path: string;
  readonly what: string;
  readonly kind: Kind | null;
  readonly group: "files" | "bulkhead" | "ci";
  readonly opens?: string;
  /** A name in `cleans`. */
  readonly clean?: string;
  /** Only files in which the detector sees a credential count. */
  readonly search?: true;
}

export interface Plan {
  readonly home: string;
  readonly places: readonly PlannedPlace[];
  /** Sockets without a file, as `what` by their names. */
  readonly abstract: Readonly<Record<string, string>>;
  /** Variables that the stage gives: readable, as they should be. */
  readonly own: readonly string[];
  /** Processes that began later (field 22 of /proc/PID/stat) are the probe's own surroundings; null where there is no /proc. */
  readonly started: string | null;
  /** Bulkhead's own process, where it would not be there without the question; null where it would. */
  readonly leaveOut: number | null;
  /** Processes with this run's mark are the job's own; null outside of a run. */
  readonly run: string | null;
  /** Where git is asked for its settings; null: not. */
  readonly git: string | null;
  /** Addresses to connect to; empty: none. */
  readonly metadata: readonly string[];
}

export interface Look {
  readonly items: readonly Item[];
  /** What the stage itself gives. */
  readonly own: readonly Item[];
  /** What was not looked at, and what the kernel refuses anyway; in words. */
  readonly notes: readonly string[];
}

/** One line of the probe's output. */
export type ProbeLine =
  | { readonly item: Item; readonly own: boolean }
  | { readonly note: string }
  | { readonly end: true };
