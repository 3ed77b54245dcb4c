/** What git would hand over. Its settings are read, and files and sockets of its helpers looked at; no helper is ever asked. */
import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { kinds } from "../../core/kinds.ts";
import { userinfo } from "../cleaned.ts";
import { connects } from "./places.ts";
import type { Item, Plan } from "./types.ts";

const ASKED = "^(credential\\..*helper|http\\..*extraheader|remote\\..*url|url\\..*insteadof)$";

export async function gitItems({ git, home }: Plan, env: NodeJS.ProcessEnv): Promise<Item[]> {
  if (git === null) return [];
  const found = await Promise.all(
    (await settings(git)).map(async ({ name, value }): Promise<Item | null> => {
      const what = name.endsWith("helper")
        ? await helperHolds(value, home, env)
        : name.endsWith("extraheader")
          ? /authorization/i.test(value) && "a header that logs in, which a checkout left in git's settings"
          : userinfo(`${name} ${value}`) !== `${name} ${value}` &&
            "a password in an address of git's settings";
      if (typeof what !== "string") return null;
      const kind = "source-control";
      return { group: "git", name: userinfo(name), what, kind, opens: kinds[kind].enables, count: 1 };
    }),
  );
  const items = found.filter((one) => one !== null);
  return [...new Map(items.map((item) => [item.name, item])).values()];
}

/** None where there is no git, or nothing set. */
function settings(cwd: string): Promise<{ readonly name: string; readonly value: string }[]> {
  return new Promise((resolve) => {
    const words = ["config", "-z", "--get-regexp", ASKED];
    execFile("git", words, { cwd, encoding: "utf8", timeout: 5_000 }, (_, text) => {
      const entries = text.split("\0").filter((one) => one !== "");
      resolve(
        entries.map((one) => {
          const end = one.indexOf("\n");
          return end < 0 ? { name: one, value: "" } : { name: one.slice(0, end), value: one.slice(end + 1) };
        }),
      );
    });
  });
}

/** False where there is nothing to get. */
async function helperHolds(line: string, home: string, env: NodeJS.ProcessEnv): Promise<string | false> {
  const [program = "", ...rest] = line.trim().split(/\s+/);
  const name = /(?:^|\/|git-credential-)(store|cache)$/.exec(program)?.[1];
  if (program === "") return false; // it empties the list
  if (name === "store") {
    const given = /--file[= ]['"]?([^\s'"]+)/.exec(rest.join(" "))?.[1]?.replace(/^~(?=\/)/, home);
    const usual = [
      join(home, ".git-credentials"),
      join(env.XDG_CONFIG_HOME ?? join(home, ".config"), "git", "credentials"),
    ];
    const files = given === undefined ? usual : [resolve(home, given)];
    const entries = files.reduce((sum, path) => sum + entriesIn(path), 0);
    return (
      entries > 0 && `helper \`store\`, whose file has ${entries === 1 ? "an entry" : `${entries} entries`}`
    );
  }
  if (name === "cache") {
    const usual = [
      join(env.XDG_CACHE_HOME ?? join(home, ".cache"), "git", "credential", "socket"),
      join(home, ".git-credential-cache", "socket"),
    ];
    const answers = await Promise.all(usual.map((path) => connects({ path })));
    return answers.includes(true) && "helper `cache`, which is there and answers whoever asks";
  }
  const backed = BACKED.find(({ helper }) => helper.test(line));
  const there = backed === undefined || backed.places.some((path) => isThere(join(home, path)));
  return there && "a helper that answers whoever asks (it was not asked)";
}

/** Helpers that know nothing without what they keep in the home folder. */
const BACKED: readonly { readonly helper: RegExp; readonly places: readonly string[] }[] = [
  { helper: /\bgcloud\b/, places: [".config/gcloud"] },
  { helper: /\bgh(?:\.exe)?['"]? auth\b/, places: [".config/gh"] },
  { helper: /\bglab['"]? auth\b/, places: [".config/glab-cli"] },
  { helper: /\baz(?:ure)?\b/, places: [".azure"] },
  { helper: /\bcodecommit\b|\baws\b/, places: [".aws"] },
];

/** A folder that shows nothing is as good as none. */
function isThere(path: string): boolean {
  try {
    return readdirSync(path).length > 0;
  } catch {
    return false;
  }
}

function entriesIn(path: string): number {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => /^[a-z]+:\/\/[^\s/]+@/.test(line)).length;
  } catch {
    return 0;
  }
}
