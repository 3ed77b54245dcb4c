import { open } from "node:fs/promises";
import { constants } from "node:fs";

/** Packaging files are small; what is larger is none. */
const MOST = 4 << 20;

/** Null where there is no such regular file. */
export async function readText(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= MOST ? await file.readFile("utf8") : null;
  } finally {
    await file.close();
  }
}
