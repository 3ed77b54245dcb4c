/** A sandbox's project as a repository: commits by a person of the test's choice. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "./support.ts";

export interface Project {
  /** Standard output without the last line end; throws when git fails. */
  git(...args: string[]): string;
  /** Writes (null: deletes) and commits, and gives the commit's id. */
  commit(author: string, files: Readonly<Record<string, string | Buffer | null>>): string;
}

export function gitProject(box: Sandbox, folder = box.project): Project {
  let second = 0;
  const run = (author: string, args: readonly string[]): string => {
    const date = `${1_700_000_000 + second} +0000`;
    return execFileSync("git", ["-C", folder, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...box.env,
        GIT_AUTHOR_NAME: author,
        GIT_AUTHOR_EMAIL: `${author.toLowerCase()}@example.com`,
        GIT_COMMITTER_NAME: author,
        GIT_COMMITTER_EMAIL: `${author.toLowerCase()}@example.com`,
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
      },
    }).replace(/\n$/, "");
  };
  execFileSync("git", ["init", "-q", "-b", "main", folder], { env: box.env });
  return {
    git: (...args) => run("Ada", args),
    commit(author, files) {
      second += 60;
      for (const [path, content] of Object.entries(files))
        if (content === null) rmSync(join(folder, path));
        else box.write(path, content as string);
      run(author, ["add", "-A"]);
      run(author, ["commit", "-q", "--allow-empty", "-m", "x"]);
      return run(author, ["rev-parse", "HEAD"]);
    },
  };
}
