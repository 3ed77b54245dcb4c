/** Where the local store is: one folder per user (0700), never in a repository. */
import { homedir } from "node:os";
import { join } from "node:path";

export interface HomePaths {
  readonly folder: string;
  readonly store: string;
  readonly sealKey: string;
  readonly audit: string;
  /** Token of `bulkhead login`. */
  readonly login: string;
  /** Run receipts. */
  readonly runs: string;
}

/** `$BULKHEAD_HOME`, else `$XDG_DATA_HOME/bulkhead`, else `~/.local/share/bulkhead`. */
export function bulkheadHome(env: NodeJS.ProcessEnv = process.env): HomePaths {
  const folder =
    env.BULKHEAD_HOME ||
    (env.XDG_DATA_HOME
      ? join(env.XDG_DATA_HOME, "bulkhead")
      : join(env.HOME || homedir(), ".local", "share", "bulkhead"));
  return homePaths(folder);
}

export function homePaths(folder: string): HomePaths {
  return {
    folder,
    store: join(folder, "store.db"),
    sealKey: join(folder, "seal.key"),
    audit: join(folder, "audit"),
    login: join(folder, "login.json"),
    runs: join(folder, "runs"),
  };
}
