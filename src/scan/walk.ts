/**
 * The files of a tree, always in the same order (by the bytes of their names). Symbolic links are not followed: what they name
 * inside the tree is met under its own path, what they name outside is not ours. Pipes, sockets and devices are counted, never opened.
 */
import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";

export interface WalkEntry {
  /** For opening: names need not be UTF-8. */
  readonly absolute: Buffer;
  /** Relative to the root, with `/`. */
  readonly path: string;
}

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

/** A root that is a file gives that file alone, under its own name. */
export async function* walk(root: string, options: WalkOptions, sink: WalkSink): AsyncGenerator<WalkEntry> {
  const top = Buffer.from(root);
  const stat = await lstat(top).catch((error: unknown) => (sink.unreadable(root, reasonOf(error)), null));
  if (stat === null) return;
  if (stat.isFile()) yield { absolute: top, path: root.slice(root.lastIndexOf("/") + 1) };
  else if (stat.isDirectory()) yield* folder(top, Buffer.alloc(0), options, sink);
  else sink.unreadable(root, "neither a file nor a folder"); // asked for by name: never silently clean
}

async function* folder(
  absolute: Buffer,
  relative: Buffer,
  options: WalkOptions,
  sink: WalkSink,
): AsyncGenerator<WalkEntry> {
  let entries: Dirent<Buffer>[];
  try {
    entries = await readdir(absolute, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    sink.unreadable(relative.toString("utf8") || ".", reasonOf(error));
    return;
  }
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    const child = Buffer.concat([absolute, SLASH, entry.name]);
    const inner = relative.length === 0 ? entry.name : Buffer.concat([relative, SLASH, entry.name]);
    const path = inner.toString("utf8");
    if (entry.isDirectory()) {
      if (!options.skipFolders.has(entry.name.toString("utf8"))) yield* folder(child, inner, options, sink);
    } else if (entry.isFile()) {
      if (options.only === undefined || options.only.has(path)) yield { absolute: child, path };
    } else if (!entry.isSymbolicLink()) sink.special(path);
  }
}

/** The system's word for it (`EACCES: permission denied`), without the absolute path. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: [^,]*/.exec(text)?.[0] ?? text.slice(0, 200);
}
