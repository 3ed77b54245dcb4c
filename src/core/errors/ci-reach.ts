/** The rows of reach, differences and the host of pipelines. */
import { type ErrorRow, row } from "./row.ts";

export const ciReachErrors = {
  "ci.no-workflow": row(
    404,
    2,
    "there is no workflow or job {name} here",
    "give a file's name, `deploy` or `deploy.yml`, or a job as `deploy:JOB`; `bulkhead ci model` lists them",
  ),
  "ci.no-compromise": row(
    400,
    2,
    "{given} cannot be compromised",
    "give job, fork, action:OWNER/NAME or branch:NAME",
  ),
  "ci.no-revision": row(
    400,
    2,
    "git knows no revision {revision} of {path}",
    "give a branch, a tag or a commit that this clone holds: `git fetch` may bring it",
  ),
  "ci.host-refused": row(
    502,
    1,
    "{host} answers {status} to {what}",
    "set GITHUB_TOKEN to a token that may read the repository's settings",
  ),
  "ci.host-unknown": row(
    400,
    2,
    "nothing says which repository of which host {path} is",
    "--host needs a git remote that names it",
  ),
} as const satisfies Record<string, ErrorRow>;
