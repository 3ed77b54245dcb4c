/**
 * The files of a tree, always in the same order (by the bytes of their names). Symbolic links are not followed: what they name
 * inside the tree is met under its own path, what they name outside is not ours. Pipes, sockets and devices are counted, never opened.
 * A folder is read when its turn comes, so that scanning begins at once.
 */
import { type Dirent, readdirSync } from "node:fs";

export interface WalkSink {
  unreadable(path: string, reason: string): void;
  special(path: string): void;
}

export interface WalkOptions {
  /** Names of folders left out at any depth. */
  readonly skipFolders: ReadonlySet<string>;
  /** When given, only these files (relative paths). */
  readonly only?: ReadonlySet<string>;
}

const SLASH = Buffer.from("/");

/** Paths relative to the folder, with `/`, as the bytes they are: names need not be UTF-8. */
export function* walk(root: string, options: WalkOptions, sink: WalkSink): Generator<Buffer> {
  const folders = options.only === undefined ? null : foldersOf(options.only);
  yield* folder({ absolute: Buffer.from(root), relative: Buffer.alloc(0), options, sink, folders });
}

interface Folder {
  readonly absolute: Buffer;
  readonly relative: Buffer;
  readonly options: WalkOptions;
  readonly sink: WalkSink;
  /** Those that lead to a wanted file; null: all. */
  readonly folders: ReadonlySet<string> | null;
}

function* folder(here: Folder): Generator<Buffer> {
  const { absolute, relative, options, sink, folders } = here;
  let entries: Dirent<Buffer>[];
  try {
    entries = readdirSync(absolute, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    sink.unreadable(relative.toString("utf8") || ".", reasonOf(error));
    return;
  }
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    const inner = relative.length === 0 ? entry.name : Buffer.concat([relative, SLASH, entry.name]);
    if (entry.isFile()) {
      if (options.only === undefined || options.only.has(inner.toString("utf8"))) yield inner;
    } else if (entry.isDirectory()) {
      if (options.skipFolders.has(entry.name.toString("utf8"))) continue;
      if (folders !== null && !folders.has(inner.toString("utf8"))) continue;
      yield* folder({ ...here, absolute: Buffer.concat([absolute, SLASH, entry.name]), relative: inner });
    } else if (!entry.isSymbolicLink()) sink.special(inner.toString("utf8"));
  }
}

function foldersOf(files: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const file of files)
    for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1)) {
      const name = file.slice(0, end);
      if (folders.has(name)) break;
      folders.add(name);
    }
  return folders;
}

/** The system's word for it (`EACCES: permission denied`), without the absolute path. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: [^,]*/.exec(text)?.[0] ?? text.slice(0, 200);
}
