/** The formats, in the order in which they are asked. */
import { compressed } from "./compressed.ts";
import { log } from "./log.ts";
import { notebook } from "./notebook.ts";
import { sqlite } from "./sqlite.ts";
import { tar } from "./tar.ts";
import type { FileFormat, FormatLimits } from "./types.ts";
import { unread } from "./unread.ts";
import { zip } from "./zip.ts";

export const formats: readonly FileFormat[] = [notebook, zip, ...compressed, tar, log, sqlite, ...unread];

export const defaultLimits: FormatLimits = { depth: 16, unpackedBytes: 16 * 2 ** 30, entries: 1_000_000 };

export function formatOf(all: readonly FileFormat[], path: string, head: Uint8Array): FileFormat | null {
  for (const format of all) if (format.matches(path, head)) return format;
  return null;
}
