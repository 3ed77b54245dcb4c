/** Finds the job's program before anything starts, as execvp would, so that 126 and 127 come with a clear message. */
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { BulkheadError } from "../core/errors.ts";

/** Words that a shell would only hand on: nothing to expand, to split or to connect. */
const PLAIN_WORDS = /^[A-Za-z0-9_./-][A-Za-z0-9_./:@%+,= -]*$/;

/**
 * A stage's line for the shell. A plain program takes the shell's place (`exec`), as most shells do by themselves, so that a signal reaches
 * it. For other lines the shell survives `signals`, which then go to its whole group.
 */
export function shellWords(
  line: string,
  options: { readonly path: string | undefined; readonly cwd: string; readonly signals: readonly string[] },
): { readonly words: readonly string[]; readonly direct: boolean } {
  const direct = isProgram(line.trim(), options);
  const { signals } = options;
  const text = direct
    ? `exec ${line.trim()}`
    : signals.length === 0
      ? line
      : `trap : ${signals.join(" ")}\n${line}`;
  return { words: ["/bin/sh", "-c", text], direct };
}

/** A program of that name is there; a shell's own words (`exit`, `cd`) mostly have none, and those that have one do the same there. */
function isProgram(line: string, { path, cwd }: { path: string | undefined; cwd: string }): boolean {
  const [first = ""] = line.split(" ");
  if (!PLAIN_WORDS.test(line) || first.includes("=") || SHELL_WORDS.has(first)) return false;
  try {
    findCommand(first, path, cwd);
    return true;
  } catch {
    return false;
  }
}

const SHELL_WORDS = new Set(
  "cd exec eval exit export if for while until case set trap ulimit umask wait".split(" "),
);

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
