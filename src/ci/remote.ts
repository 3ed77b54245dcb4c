/**
 * Other repositories, asked through git: which commit a tag or branch is, whether a commit belongs to the repository at all, and what its
 * `action.yml` or workflow says. Nothing of them is run or checked out.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { BulkheadError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";

const exec = promisify(execFile);
const MAX_CONTENT = 2 ** 20;
const TIMEOUT_MS = 120_000;

export interface RemoteOptions {
  /** `https://github.com`, `file:///srv/mirrors`: `owner/repo` stands below it. */
  readonly server: string;
  /** For private repositories; the caller wipes it. */
  readonly token?: Secret | null;
  readonly env: NodeJS.ProcessEnv;
}

export interface Resolved {
  readonly sha: string;
  /** The most exact version tag at that commit. */
  readonly version: string | null;
  readonly reachable: boolean;
}

export class Remote {
  readonly name: string;
  readonly #url: string;
  readonly #env: NodeJS.ProcessEnv;
  #folder: string | null = null;
  #refs: ReadonlyMap<string, string> | null = null;
  #whole = false;

  /** `name`: `owner/repo`. */
  constructor(name: string, { server, token = null, env }: RemoteOptions) {
    this.name = name;
    this.#url = `${server.replace(/\/+$/, "")}/${name}${server.startsWith("file:") ? "" : ".git"}`;
    this.#env = {
      ...env,
      GIT_TERMINAL_PROMPT: "0",
      GIT_ASKPASS: "",
      GIT_ALLOW_PROTOCOL: "https:http:file",
      // In the environment and for this server alone: arguments are seen by other users.
      ...(token !== null && {
        GIT_CONFIG_COUNT: "1",
        GIT_CONFIG_KEY_0: `http.${server.replace(/\/+$/, "")}/.extraHeader`,
        GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.concat([Buffer.from("x-access-token:"), token.reveal()]).toString("base64")}`,
      }),
    };
  }

  /** Full names of tags and branches → commits; annotated tags are followed to theirs. Throws `ci.remote-unreachable`. */
  async refs(): Promise<ReadonlyMap<string, string>> {
    if (this.#refs !== null) return this.#refs;
    const found = new Map<string, string>();
    for (const line of (await this.#git("ls-remote", "--", this.#url)).split("\n")) {
      const [sha = "", ref = ""] = line.split("\t");
      if (ref.startsWith("refs/tags/") || ref.startsWith("refs/heads/"))
        found.set(ref.replace(/\^\{\}$/, ""), sha);
    }
    return (this.#refs = found);
  }

  /** Of a tag, a branch or a commit. Null when the repository has none of that name. */
  async resolve(ref: string): Promise<Resolved | null> {
    const refs = await this.refs();
    const isCommit = /^(?:[\da-f]{40}|[\da-f]{64})$/i.test(ref);
    const sha = isCommit
      ? ref.toLowerCase()
      : (refs.get(`refs/tags/${ref}`) ?? refs.get(`refs/heads/${ref}`));
    if (sha === undefined) return null;
    const reachable = [...refs.values()].includes(sha) || (await this.#belongs(sha));
    return { sha, version: versionAt(refs, sha), reachable };
  }

  /** The newest version tag of a major version. */
  async newest(major: string): Promise<{ readonly sha: string; readonly version: string } | null> {
    const tags = [...(await this.refs())].flatMap(([ref, sha]) => {
      const tag = ref.startsWith("refs/tags/") ? ref.slice("refs/tags/".length) : "";
      const [, first] = /^v?(\d+)\.\d+(?:\.\d+)?$/.exec(tag) ?? [];
      return first === major ? [{ version: tag, sha }] : [];
    });
    return tags.sort((a, b) => compare(b.version, a.version))[0] ?? null;
  }

  /** The text of the first of `paths` that is there at the commit; null when none is, or it is larger than 1 MiB. */
  async content(sha: string, paths: readonly string[]): Promise<string | null> {
    const folder = await this.#repository();
    try {
      await this.#git("-C", folder, "fetch", "--quiet", "--depth=1", "--no-tags", "origin", sha);
    } catch {
      // Servers may hand out tips only.
      await this.#everything();
    }
    for (const path of paths)
      try {
        return await this.#git("-C", folder, "cat-file", "blob", `${sha}:${path}`);
      } catch {
        continue;
      }
    return null;
  }

  close(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  /** Some branch or tag holds the commit. */
  async #belongs(sha: string): Promise<boolean> {
    await this.#everything();
    const folder = await this.#repository();
    try {
      return (await this.#git("-C", folder, "for-each-ref", "--count=1", "--contains", sha)) !== "";
    } catch {
      return false; // not even there
    }
  }

  async #everything(): Promise<void> {
    if (this.#whole) return;
    const folder = await this.#repository();
    await this.#git(
      "-C",
      folder,
      "fetch",
      "--quiet",
      "origin",
      "+refs/heads/*:refs/heads/*",
      "+refs/tags/*:refs/tags/*",
    );
    this.#whole = true;
  }

  async #repository(): Promise<string> {
    if (this.#folder !== null) return this.#folder;
    const folder = (this.#folder = mkdtempSync(join(tmpdir(), "bulkhead-ci-lock-")));
    await this.#git("init", "--quiet", "--bare", folder);
    await this.#git("-C", folder, "remote", "add", "origin", this.#url);
    return folder;
  }

  async #git(...args: string[]): Promise<string> {
    try {
      const { stdout } = await exec("git", args, {
        env: this.#env,
        timeout: TIMEOUT_MS,
        maxBuffer: 32 * MAX_CONTENT,
      });
      return stdout;
    } catch (cause) {
      const stderr = String((cause as { stderr?: string }).stderr ?? "");
      const reason = /(?:fatal|error): (.*)/.exec(stderr)?.[1] ?? "git failed";
      throw new BulkheadError(
        "ci.remote-unreachable",
        { repository: this.name, reason: reason.slice(0, 200) },
        { cause },
      );
    }
  }
}

/** `v4` and `v4.2.1` at one commit: the latter. */
function versionAt(refs: ReadonlyMap<string, string>, sha: string): string | null {
  const tags = [...refs].flatMap(([ref, at]) =>
    at === sha && ref.startsWith("refs/tags/") ? [ref.slice("refs/tags/".length)] : [],
  );
  const versions = tags.filter((tag) => /^v?\d+(?:\.\d+)*$/.test(tag));
  return (
    versions.sort((a, b) => b.split(".").length - a.split(".").length || compare(b, a))[0] ??
    tags.sort()[0] ??
    null
  );
}

function compare(a: string, b: string): number {
  const [x, y] = [a, b].map((one) => one.replace(/^v/, "").split(".").map(Number));
  for (let at = 0; at < 3; at++) {
    const difference = (x?.[at] ?? -1) - (y?.[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
