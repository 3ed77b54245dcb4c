/** Questions to git about a folder. The repository may be hostile: nothing it configures is run, nothing is written. */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 256 << 20;

/**
 * What keeps a hostile repository quiet: no hooks, monitors, fetches or helpers, no replaced or grafted objects, no cached graph that
 * could hide commits.
 */
const QUIET = [
  "--no-replace-objects",
  "--no-pager",
  ...[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    "protocol.allow=never",
  ].flatMap((setting) => ["-c", setting]),
];

/** Starts git in `root`; stderr is dropped. `index`: absolute path of another index than the repository's. */
export function startGit(
  root: string,
  args: readonly string[],
  index?: string,
): ChildProcessByStdio<Writable, Readable, null> {
  const { PATH, HOME, SystemRoot } = process.env;
  const env = {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    LC_ALL: "C",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_GRAFT_FILE: "/dev/null",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_LAZY_FETCH: "1",
    ...(index !== undefined && { GIT_INDEX_FILE: index }),
  };
  const child = spawn("git", [...QUIET, "-C", root, ...args], { env, stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.on("error", () => {}); // git may end before it has read everything
  return child;
}

/** Standard output, or null when git is absent, refuses, or takes too long. */
export async function git(root: string, args: readonly string[], input?: string): Promise<string | null> {
  return (await gitBytes(root, args, input))?.toString("utf8") ?? null;
}

/** The same, as bytes. */
export function gitBytes(
  root: string,
  args: readonly string[],
  input?: string,
  index?: string,
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const child = startGit(root, args, index);
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BYTES) child.kill();
      else chunks.push(chunk);
    });
    child.stdin.end(input ?? "");
    child.on("error", () => resolve(null));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? Buffer.concat(chunks) : null);
    });
  });
}

export async function isWorkTree(root: string): Promise<boolean> {
  return (await git(root, ["rev-parse", "--is-inside-work-tree"]))?.trim() === "true";
}

const list = (text: string | null): string[] | null =>
  text === null ? null : text.split("\0").filter((path) => path !== "");

/** Tracked files and untracked ones that are not ignored, relative to `root`; null outside a repository. */
export async function visibleFiles(root: string): Promise<ReadonlySet<string> | null> {
  const paths = list(await git(root, ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]));
  return paths === null ? null : new Set(paths);
}

/** Those of `paths` that are tracked; null outside a repository. */
export async function tracked(root: string, paths: readonly string[]): Promise<ReadonlySet<string> | null> {
  const all = list(await git(root, ["ls-files", "-z"]));
  if (all === null) return null;
  const known = new Set(all);
  return new Set(paths.filter((path) => known.has(path)));
}

/** Those of `paths` that git ignores. */
export async function ignored(root: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  return new Set(
    list(await git(root, ["check-ignore", "-z", "--stdin", "--no-index"], paths.join("\0"))) ?? [],
  );
}

/** Paths matching the globs that any commit added, relative to the repository's root. */
export async function everAdded(root: string, globs: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await git(root, [
    "log",
    "--all",
    "--diff-filter=A",
    "--no-renames",
    "--no-textconv",
    "--no-ext-diff",
    "--relative",
    "--name-only",
    "--format=",
    "-z",
    "--",
    ...globs.map((glob) => `:(glob)${glob}`),
  ]);
  return new Set(list(found) ?? []);
}
