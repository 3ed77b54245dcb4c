/** The pipeline files of a git revision in a folder of their own, without touching the checkout. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { BulkheadError } from "../core/errors.ts";

const MOST_BYTES = 512 * 2 ** 20;
/** What an adapter may read, or take in by `include`. */
const WANTED = /\.(?:ya?ml|json|tf)$|(?:^|\/)(?:CODEOWNERS|Dockerfile[^/]*|[^/]*\.Dockerfile|Containerfile)$/;

/** Below `folder` alone; links and submodules are left out. Throws `ci.no-revision`. The caller removes the folder with `remove`. */
export function treeOf(folder: string, revision: string): { readonly root: string; remove(): void } {
  const git = (input: string | undefined, ...args: string[]): Buffer =>
    execFileSync("git", ["-c", "core.fsmonitor=false", "-C", folder, ...args], {
      stdio: ["pipe", "pipe", "ignore"],
      input,
      maxBuffer: MOST_BYTES,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
    });
  let files: { readonly id: string; readonly path: string }[];
  let contents: Buffer;
  try {
    const commit = git(undefined, "rev-parse", "--verify", "--end-of-options", `${revision}^{commit}`)
      .toString()
      .trim();
    const listed = git(undefined, "ls-tree", "-r", "-z", commit).toString("utf8");
    files = listed.split("\0").flatMap((line) => {
      const [, mode, id, path] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
      return mode === undefined ||
        mode === "120000" ||
        id === undefined ||
        path === undefined ||
        !WANTED.test(path)
        ? []
        : [{ id, path }];
    });
    contents = git(files.map(({ id }) => `${id}\n`).join(""), "cat-file", "--batch");
  } catch (cause) {
    throw new BulkheadError("ci.no-revision", { revision, path: folder }, { cause });
  }
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-base-")));
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  try {
    let at = 0;
    for (const { path } of files) {
      const end = contents.indexOf(0x0a, at);
      const size = Number(contents.subarray(at, end).toString("latin1").split(" ")[2]);
      mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o700 });
      writeFileSync(join(root, path), contents.subarray(end + 1, end + 1 + size), { mode: 0o600 });
      at = end + 1 + size + 1;
    }
    return { root, remove };
  } catch (cause) {
    remove();
    throw cause;
  }
}
