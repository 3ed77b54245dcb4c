/** Another vendor's own command-line tool, asked for the token of the person who is logged in there. */
import { execFile } from "node:child_process";
import { delimiter, isAbsolute } from "node:path";
import type { ResolveContext } from "./types.ts";

const ANSWER_MS = 15_000;

/** What it prints, null where it is not installed or nobody is logged in. */
export async function askProgram(
  name: string,
  args: readonly string[],
  { env, signal }: ResolveContext,
): Promise<string | null> {
  // A relative folder on the path would be the job's own, and could hold a program of that name.
  const path = (env.PATH ?? "").split(delimiter).filter(isAbsolute).join(delimiter);
  return await new Promise((resolve) => {
    const options = {
      env: { ...env, PATH: path },
      timeout: ANSWER_MS,
      encoding: "utf8" as const,
      ...(signal && { signal }),
    };
    execFile(name, [...args], options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}
