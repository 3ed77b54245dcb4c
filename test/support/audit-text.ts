/** Everything that stands in the files of an audit log. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

export const auditText = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("");
