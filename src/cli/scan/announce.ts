/** The report as the CI system wants it: annotations for GitHub, a report file for GitLab; otherwise the report alone. */
import { randomBytes } from "node:crypto";
import { relative, resolve } from "node:path";
import type { FoundSecret } from "../../core/finding.ts";
import { githubAnnotations } from "../../report/parts/annotations.ts";
import { gitlab } from "../../report/gitlab.ts";
import type { ReportContext } from "../../report/types.ts";
import type { Context } from "../context.ts";
import type { CiChoice } from "./ci.ts";
import { writeFile } from "../output-file.ts";

/** As GitLab's own analyzer calls it. */
const GITLAB_REPORT = "gl-secret-detection-report.json";

export interface Announcement {
  readonly ci: CiChoice | null;
  readonly flags: { readonly format: string; readonly output: string | undefined };
  readonly context: Context;
  /** Writes the report that was asked for. */
  readonly write: () => void;
}

export function announce(
  secrets: readonly FoundSecret[],
  about: ReportContext,
  { ci, flags, context, write }: Announcement,
): void {
  const { cwd, env, out } = context;
  const system = ci?.system?.id;
  if (system === "github") {
    // What stands in the report was written by whoever made the change: the runner must take none of it for a command.
    const plainly = flags.format === "text" || flags.output !== undefined;
    const say = (text: string): void => (plainly ? out.print(text) : out.note(text.trimEnd()));
    const token = randomBytes(16).toString("hex");
    say(`::stop-commands::${token}\n`);
    write();
    say(`::${token}::\n`);
    const top = env.GITHUB_WORKSPACE || cwd;
    const notes = githubAnnotations(secrets, (path) => relative(top, resolve(cwd, path)));
    if (notes !== "") say(notes);
    return;
  }
  write();
  if (system !== "gitlab" || flags.output !== undefined || flags.format !== "text") return;
  writeFile(resolve(cwd, GITLAB_REPORT), gitlab.render(secrets, about), 0o644);
  out.note(`wrote ${GITLAB_REPORT}`);
}
