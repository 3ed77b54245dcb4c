/** What runs at the start of a job without being named by it. */

export type HookKind = "pth" | "start" | "module" | "variable" | "loader" | "npm" | "pip";

/** Who put it there, as far as the machine tells. */
export interface HookOwner {
  readonly package: string;
  readonly version: string;
}

export interface StartupHook {
  readonly kind: HookKind;
  /** The file's path, or the variable's name. */
  readonly place: string;
  /** What it does, in words: `runs code at every start of Python`. */
  readonly effect: string;
  /** Null: no installed package says that it is its own. */
  readonly owner: HookOwner | null;
  /** SHA-256 in hex of what would run, as far as it stands in the hook itself and in a module beside it. */
  readonly digest: string;
  /** When the file was last changed, in milliseconds since the epoch; null for a variable. */
  readonly changed: number | null;
  /** The files that `digest` is about; absent for settings and variables. */
  readonly files?: readonly string[];
  /** What its owner's checksums say of them; absent where nobody asked or they say nothing. */
  readonly installed?: "unchanged" | "changed";
  /** Why it makes no noise; absent for all others. */
  readonly harmless?: string;
}

export interface HookSearch {
  /** The job's command: words, or a line for the shell. */
  readonly command: readonly string[] | string | null;
  readonly cwd: string;
  /** The job's environment, as it will be. */
  readonly env: Readonly<Record<string, string>>;
}

export interface HookReport {
  /** Sorted by place. */
  readonly hooks: readonly StartupHook[];
  /** Interpreters whose start was looked at. */
  readonly interpreters: readonly string[];
  /** Folders that were looked into: a hook in another one is of an environment that nobody knew before. */
  readonly folders: readonly string[];
  /** What could not be looked at, in words. */
  readonly unseen: readonly string[];
}
