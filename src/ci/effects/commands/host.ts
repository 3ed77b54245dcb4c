/** The repository's own host. */
import type { CommandRow } from "../types.ts";
import { DRY, GITHUB, row } from "./row.ts";

export const host: readonly CommandRow[] = [
  row("gh release create|upload|edit|delete", "publish", "github", { variables: GITHUB, runToken: true }),
  row("gh workflow run", "change-infrastructure", "github", { variables: GITHUB, runToken: true }),
  row("gh secret set|delete", "change-infrastructure", "github", { variables: GITHUB, runToken: true }),
  row("gh pr merge|create|review|close|edit", "write-artifacts", "github", {
    variables: GITHUB,
    runToken: true,
  }),
  row("gh auth login", "read", "github", { variables: GITHUB, login: true }),
  row("gh", "read", "github", { variables: GITHUB, runToken: true }),
  row("glab release create", "publish", "gitlab", {
    variables: ["GITLAB_TOKEN", "CI_JOB_TOKEN"],
    runToken: true,
  }),
  row("glab", "read", "gitlab", { variables: ["GITLAB_TOKEN", "CI_JOB_TOKEN"], runToken: true }),
  row("git push", "write-artifacts", "git", {
    unless: DRY,
    runToken: true,
    target: (command) => command.plain[1] ?? null,
  }),
];
