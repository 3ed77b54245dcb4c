/** Finds the job's program before anything starts, as execvp would, so that 126 and 127 come with a clear message. */
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { BulkheadError } from "../core/errors.ts";

/** The path of the program. Throws `run.command-not-found` (127) and `run.command-not-executable` (126). */
export function findCommand(name: string, path: string | undefined, cwd: string): string {
  const candidates = name.includes("/")
    ? [isAbsolute(name) ? name : resolve(cwd, name)]
    : (path ?? "/usr/local/bin:/usr/bin:/bin").split(":").map((folder) => join(resolve(cwd, folder), name));
  let denied = false;
  for (const candidate of name === "" ? [] : candidates) {
    try {
      const isFile = statSync(candidate).isFile();
      if (isFile) accessSync(candidate, constants.X_OK);
      if (isFile) return candidate;
      denied ||= name.includes("/");
    } catch (error) {
      denied ||= (error as NodeJS.ErrnoException).code === "EACCES";
    }
  }
  throw new BulkheadError(denied ? "run.command-not-executable" : "run.command-not-found", { command: name });
}
