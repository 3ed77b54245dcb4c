/** The few questions the CLI asks git; every answer is null or false outside a repository or without git. */
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

function git(folder: string, ...args: string[]): string | null {
  try {
    return execFileSync("git", ["-c", "core.fsmonitor=false", "-C", folder, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 10_000,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
    }).trim();
  } catch {
    return null;
  }
}

/** Forty or sixty-four hex digits. */
export const headCommit = (folder: string): string | null => {
  const commit = git(folder, "rev-parse", "--verify", "HEAD");
  return commit !== null && /^[0-9a-f]{40,64}$/.test(commit) ? commit : null;
};

export const repositoryRoot = (folder: string): string | null => git(folder, "rev-parse", "--show-toplevel");

export const isTracked = (folder: string, file: string): boolean =>
  git(folder, "ls-files", "--error-unmatch", "--", file) !== null;

export const isIgnored = (folder: string, file: string): boolean =>
  git(folder, "check-ignore", "-q", "--", file) !== null;

/** Adds a line to the folder's .gitignore. */
export function ignore(folder: string, pattern: string): void {
  const path = join(folder, ".gitignore");
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o644);
  try {
    const before = readFileSync(descriptor, "utf8");
    writeSync(descriptor, `${before === "" || before.endsWith("\n") ? "" : "\n"}${pattern}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/** Sets a value in this clone's configuration, or takes it out. */
export function configure(folder: string, key: string, value: string | null): void {
  git(folder, "config", "--local", ...(value === null ? ["--unset-all", key] : [key, value]));
}

/** A value of the configuration that is in force; null where it is not set. */
export const configured = (folder: string, key: string): string | null => git(folder, "config", "--get", key);

/** Where git looks for a hook, relative to `folder` or absolute. */
export const hookPath = (folder: string, name: string): string | null =>
  git(folder, "rev-parse", "--git-path", `hooks/${name}`);

/** `github.com/acme/fraud` of the remote `origin`: no scheme, no user, no password, no query; null where there is none. */
export function remoteOf(folder: string): string | null {
  const address = git(folder, "config", "--get", "remote.origin.url");
  if (address === null || address === "") return null;
  const url = /^[a-z+]+:\/\/(?:[^/]*@)?([^/?#]+)([^?#]*)/i.exec(address);
  const scp = /^(?:[^@/:]+@)?([^/:]+):(?!\/\/)(.*)$/.exec(address);
  const [host, path] = url === null ? [scp?.[1], scp?.[2]] : [url[1], url[2]];
  if (host === undefined || path === undefined) return null;
  return `${host}/${path.replace(/^\/+/, "").replace(/\.git\/?$/, "")}`.slice(0, 300);
}
