/** Git repositories for tests: made by fast-import, in a folder of their own, untouched by the user's configuration. */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestRepository {
  readonly root: string;
  /** Standard output; throws when git fails. */
  git(...args: string[]): string;
  gitWith(input: string | Buffer, ...args: string[]): string;
}

/** Files of a commit: path → content; the whole tree. */
export interface TestCommit {
  readonly author: string;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly branch?: string;
  /** Marks of parents (1-based numbers of commits); default the commit before. */
  readonly parents?: readonly number[];
}

const env = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.com",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.com",
};

export function testRepository(
  context: { after(fn: () => void): void },
  ...init: readonly string[]
): TestRepository {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-history-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const gitWith = (input: string | Buffer, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync("git", ["-C", root, ...args], {
      env,
      input,
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr.toString("utf8")}`);
    return stdout.toString("utf8");
  };
  const git = (...args: string[]): string => gitWith("", ...args);
  execFileSync("git", ["init", "-q", "-b", "main", ...init, root], { env });
  git("config", "gc.auto", "0");
  return { root, git, gitWith };
}

const quoted = (path: string): string =>
  `"${[...Buffer.from(path)].map((byte) => (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c ? `\\${byte.toString(8).padStart(3, "0")}` : String.fromCharCode(byte))).join("")}"`;

/** Adds commits to `main` (or their branches) and gives their ids. */
export function importCommits(
  { gitWith, git }: TestRepository,
  commits: readonly TestCommit[],
  at = 0,
): string[] {
  const parts: (string | Buffer)[] = [];
  commits.forEach(({ author, files, branch = "main", parents }, i) => {
    const when = 1_700_000_000 + (at + i) * 60;
    parts.push(
      `commit refs/heads/${branch}\nmark :${at + i + 1}\nauthor ${author} <${author.toLowerCase()}@example.com> ${when} +0100\n`,
      `committer Bot <bot@example.com> ${when} +0000\ndata 1\nx\n`,
    );
    if (parents === undefined && i === 0 && at > 0) parts.push(`from refs/heads/${branch}^0\n`);
    parents?.forEach((parent, j) => parts.push(`${j === 0 ? "from" : "merge"} :${parent}\n`));
    parts.push("deleteall\n");
    for (const [path, content] of files)
      parts.push(`M 100644 inline ${quoted(path)}\ndata ${content.length}\n`, content, "\n");
    parts.push("\n");
  });
  const input = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const marks = join(git("rev-parse", "--absolute-git-dir").trim(), `marks-${at}`);
  gitWith(input, "fast-import", "--quiet", "--force", `--export-marks=${marks}`);
  const ids = new Map(
    execFileSync("cat", [marks], { encoding: "utf8" })
      .trim()
      .split("\n")
      .map((line): [number, string] => [Number(line.slice(1).split(" ")[0]), line.split(" ")[1] as string]),
  );
  rmSync(marks);
  return commits.map((_, i) => ids.get(at + i + 1) as string);
}

export const blobId = (content: Buffer): string =>
  createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
