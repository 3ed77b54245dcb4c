/** Which repository of which host a folder is, by its git remote. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Slug } from "./model.ts";

const SECTION = /^\s*\[remote "([^"]+)"\]\s*$/;
const ADDRESS = /^\s*url\s*=\s*(\S+)\s*$/;

/** The remote `origin`, else the only one; null when nothing says it. */
export function slugOf(root: string): Slug | null {
  let text: string;
  try {
    text = readFileSync(join(root, ".git", "config"), "utf8");
  } catch {
    return null;
  }
  const remotes = new Map<string, string>();
  let remote: string | null = null;
  for (const line of text.split("\n")) {
    const section = SECTION.exec(line);
    if (section !== null) remote = section[1] ?? null;
    else if (/^\s*\[/.test(line)) remote = null;
    else if (remote !== null && !remotes.has(remote)) {
      const url = ADDRESS.exec(line)?.[1];
      if (url !== undefined) remotes.set(remote, url);
    }
  }
  const url = remotes.get("origin") ?? (remotes.size === 1 ? [...remotes.values()][0] : undefined);
  return url === undefined ? null : parseRemote(url);
}

/** `https://host/owner/name.git`, `git@host:owner/name.git`, `ssh://git@host:22/owner/name`; groups of groups stay in `owner`. */
export function parseRemote(url: string): Slug | null {
  const [, host, path] =
    /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/.exec(url) ??
    /^(?:[\w.-]+@)?([\w.-]+):(?!\/)(.+?)(?:\.git)?\/?$/.exec(url) ??
    [];
  const slash = path?.lastIndexOf("/") ?? -1;
  if (host === undefined || path === undefined || slash < 1) return null;
  return { host: host.toLowerCase(), owner: path.slice(0, slash), name: path.slice(slash + 1) };
}
