/** What a scan asks of a repository before it reads: where it is, which commits words mean, how far a clone reaches. */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import { git } from "../../scan/git.ts";

/** The top of the work tree, or the folder of a bare repository. Throws `git.no-repository`. */
export async function repositoryOf(path: string, cwd: string): Promise<string> {
  const given = resolve(cwd, path);
  const folder = statSync(given, { throwIfNoEntry: false })?.isFile() === true ? dirname(given) : given;
  const top = (await git(folder, ["rev-parse", "--show-toplevel"]))?.replace(/\n$/, "");
  const root = top || (await git(folder, ["rev-parse", "--absolute-git-dir"]))?.replace(/\n$/, "");
  if (!root) throw new BulkheadError("git.no-repository", { folder: path });
  return root;
}

/** The full id of a commit that is here; null where it is not. */
export async function commitOf(root: string, name: string): Promise<string | null> {
  const said = await git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
  const id = said?.trim() ?? "";
  return /^[0-9a-f]{40,64}$/.test(id) && (await git(root, ["cat-file", "-e", id])) !== null ? id : null;
}

/** Words of a range as git understands them. Throws `git.no-revision`. */
export async function checkedRange(root: string, words: readonly string[]): Promise<readonly string[]> {
  const known = await git(root, ["rev-list", "--max-count=1", "--end-of-options", ...words, "--"]);
  if (known === null) throw new BulkheadError("git.no-revision", { revision: words.join(" ") });
  return words;
}

/** Throws `usage.invalid` for text in which git reads no date: it would take it for now. */
export async function checkedDate(root: string, text: string): Promise<string> {
  const said = await git(root, ["rev-parse", `--since=${text}`]);
  const at = Number(/--max-age=(\d+)/.exec(said ?? "")?.[1]);
  if (!Number.isFinite(at) || Math.abs(at - Date.now() / 1000) < 5)
    throw new BulkheadError("usage.invalid", {
      problem: `\`${text}\` is no date in the past`,
      command: "scan",
    });
  return text;
}

/** Commits of all remote-tracking branches of a remote, or of every remote. */
export async function knownTo(root: string, remote: string | undefined): Promise<readonly string[]> {
  const said = await git(root, ["for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes"]);
  const prefix = remote === undefined ? "refs/remotes/" : `refs/remotes/${remote}/`;
  const ids = (said ?? "").split("\n").flatMap((line) => {
    const [id = "", name = ""] = line.split(" ");
    return name.startsWith(prefix) ? [id] : [];
  });
  return [...new Set(ids)];
}

/** Whether the clone ends inside of what these words reach. */
export async function endsInside(root: string, words: readonly string[]): Promise<boolean> {
  const path = (await git(root, ["rev-parse", "--git-path", "shallow"]))?.replace(/\n$/, "");
  let ends: Set<string>;
  try {
    ends = new Set(
      readFileSync(resolve(root, path ?? ""))
        .toString("latin1")
        .split("\n")
        .filter(Boolean),
    );
  } catch {
    return false; // a whole clone has no such file
  }
  const reached = (await git(root, ["rev-list", "--end-of-options", ...words, "--"])) ?? "";
  return reached.split("\n").some((id) => ends.has(id));
}
