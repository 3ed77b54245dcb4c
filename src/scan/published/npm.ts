/** What `npm pack` takes: `files` of package.json, else everything that neither .npmignore nor .gitignore hides. */
import { join } from "node:path";
import ignore from "ignore";
import { readText } from "./read.ts";

export type Packs = (path: string) => boolean;

/** Left out whatever else is said. */
const NEVER = [
  ".git",
  "node_modules",
  ".npmrc",
  "/package-lock.json",
  "/yarn.lock",
  "/pnpm-lock.yaml",
  ".DS_Store",
  "*.orig",
];

/** Null where the folder is no package, or one that npm refuses to publish. Paths are relative to `root`, with `/`. */
export async function npmPacks(root: string): Promise<Packs | null> {
  const text = await readText(join(root, "package.json"));
  const manifest = text === null ? null : parsed(text);
  if (manifest === null || manifest.private === true) return null;
  const never = ignore().add(NEVER);
  const { files } = manifest;
  if (Array.isArray(files)) {
    // the allow list is an ignore list turned round, so that its globs mean what npm makes of them
    const listed = files.filter((one): one is string => typeof one === "string");
    const named = ignore().add(listed.filter((one) => !one.startsWith("!")).flatMap(anchored));
    const hidden = ignore().add(
      listed.filter((one) => one.startsWith("!")).flatMap((one) => anchored(one.slice(1))),
    );
    return (path) => named.ignores(path) && !hidden.ignores(path) && !never.ignores(path);
  }
  const rules =
    (await readText(join(root, ".npmignore"))) ?? (await readText(join(root, ".gitignore"))) ?? "";
  const ignored = ignore().add(rules);
  return (path) => !ignored.ignores(path) && !never.ignores(path);
}

const anchored = (entry: string): string[] => {
  const clean = entry.replace(/^\.?\/+/, "").replace(/\/+$/, "");
  return clean === "" || clean === "." ? ["**"] : [`/${clean}`];
};

function parsed(text: string): { readonly private?: unknown; readonly files?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null; // npm would not pack it either
  }
}
