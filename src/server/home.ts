/** Where the local store is: one folder per user (0700), never in a repository. */
import { userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { BulkheadError } from "../core/errors.ts";

export interface HomePaths {
  readonly folder: string;
  readonly store: string;
  readonly sealKey: string;
  readonly audit: string;
  /** Token of `bulkhead login`. */
  readonly login: string;
  /** Run receipts. */
  readonly runs: string;
  /** Signs receipts of runs that no store knows. */
  readonly receiptKey: string;
  /** Start-up hooks that were approved, a file a project. */
  readonly hooks: string;
}

/**
 * `$BULKHEAD_HOME`, else `$XDG_DATA_HOME/bulkhead`, else `~/.local/share/bulkhead`, always absolute: an empty HOME must not put the
 * store into the folder one stands in. Throws `home.none`.
 */
export function bulkheadHome(env: NodeJS.ProcessEnv = process.env): HomePaths {
  if (env.BULKHEAD_HOME) return homePaths(resolve(env.BULKHEAD_HOME));
  const { XDG_DATA_HOME: data = "" } = env; // its specification: a relative one is ignored
  return homePaths(
    isAbsolute(data) ? join(data, "bulkhead") : join(userHome(env), ".local", "share", "bulkhead"),
  );
}

/** The user's folder, as the environment or else the system's list of users says. Throws `home.none`. */
export function userHome(env: NodeJS.ProcessEnv): string {
  if (env.HOME && isAbsolute(env.HOME)) return env.HOME;
  try {
    const { homedir } = userInfo();
    if (isAbsolute(homedir)) return homedir;
  } catch {
    // a user that the system's list does not have
  }
  throw new BulkheadError("home.none");
}

export function homePaths(folder: string): HomePaths {
  return {
    folder,
    store: join(folder, "store.db"),
    sealKey: join(folder, "seal.key"),
    audit: join(folder, "audit"),
    login: join(folder, "login.json"),
    runs: join(folder, "runs"),
    receiptKey: join(folder, "receipt.key"),
    hooks: join(folder, "hooks"),
  };
}
