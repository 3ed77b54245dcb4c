/** The object store of a repository, with those it borrows from: packs and loose objects. What is not read here, git is asked for. */
import { readdirSync, readFileSync, closeSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import { git } from "../git.ts";
import { openRegular, readPack, type OpenPack } from "./pack.ts";

export interface Repository {
  readonly root: string;
  /** Folders of objects, the repository's own first. */
  readonly folders: readonly string[];
  /** Bytes of an id. */
  readonly hashLength: number;
  readonly shallow: boolean;
}

export interface LooseObjects {
  readonly folder: string;
  /** Hex ids, ascending. */
  readonly ids: readonly string[];
}

export interface ObjectStore {
  readonly packs: readonly OpenPack[];
  readonly loose: readonly LooseObjects[];
  /** False when a pack could not be read here: git has to list the objects. */
  readonly whole: boolean;
}

const MOST_ALTERNATES = 64;

export async function openRepository(root: string): Promise<Repository> {
  const said = await git(root, [
    "rev-parse",
    "--is-shallow-repository",
    "--show-object-format",
    "--git-path",
    "objects",
  ]);
  const [shallow, format, ...path] = said?.split("\n") ?? [];
  const objects = path.join("\n").replace(/\n$/, "");
  if (said === null || format === undefined || objects === "")
    throw new BulkheadError("io.failed", {
      action: "read the history of",
      path: root,
      reason: "git knows no repository there",
    });
  return {
    root,
    folders: foldersOf(resolve(root, objects)),
    hashLength: format === "sha256" ? 32 : 20,
    shallow: shallow === "true",
  };
}

/** With the folders named in `info/alternates`, and in theirs. */
function foldersOf(first: string): string[] {
  const folders = [first];
  for (let i = 0; i < folders.length && folders.length < MOST_ALTERNATES; i++) {
    const folder = folders[i] as string;
    for (const name of list(join(folder, "pack"))) refuseSpecial(join(folder, "pack", name));
    const path = join(folder, "info", "alternates");
    if (!refuseSpecial(path)) continue;
    const file = openRegular(path);
    const lines = readFileSync(file, "utf8").split("\n");
    closeSync(file);
    for (const line of lines) {
      if (line === "" || line.startsWith("#")) continue;
      const alternate = isAbsolute(line) ? line : resolve(folder, line);
      if (!folders.includes(alternate)) folders.push(alternate);
    }
  }
  return folders;
}

/** Git waits for a pipe that stands where it looks for a file: nothing is asked of such a store. False when nothing is there. */
function refuseSpecial(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (!stat.isFile())
    throw new BulkheadError("io.failed", { action: "read", path, reason: "it is no regular file" });
  return true;
}

/** Largest packs first: an object that stands in several is read from the first of them. */
export function openStore(
  { folders, hashLength }: Repository,
  unread: (path: string, reason: string) => void,
): ObjectStore {
  const packs: OpenPack[] = [];
  const loose: LooseObjects[] = [];
  let whole = true;
  for (const folder of folders) {
    const packFolder = join(folder, "pack");
    const files = new Set(list(packFolder));
    for (const name of files) {
      if (!name.endsWith(".pack")) continue;
      try {
        packs.push(readPack(join(packFolder, name), hashLength));
      } catch (error) {
        whole = false;
        if (files.has(name.replace(/pack$/, "idx"))) unread(`${name}`, (error as Error).message);
      }
    }
    if (files.has("multi-pack-index")) {
      const indexed = [...files].filter((name) => name.endsWith(".idx")).length;
      if (indexed < [...files].filter((name) => name.endsWith(".pack")).length) whole = false;
    }
    loose.push({ folder, ids: looseIds(folder, hashLength) });
  }
  packs.sort((a, b) => b.pack.count - a.pack.count || (a.pack.path < b.pack.path ? -1 : 1));
  return { packs, loose, whole };
}

function looseIds(folder: string, hashLength: number): string[] {
  const rest = new RegExp(`^[0-9a-f]{${2 * hashLength - 2}}$`);
  return list(folder)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .sort()
    .flatMap((first) =>
      list(join(folder, first))
        .filter((name) => rest.test(name))
        .sort()
        .map((name) => first + name),
    );
}

export const loosePath = (folder: string, id: string): string => join(folder, id.slice(0, 2), id.slice(2));

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
