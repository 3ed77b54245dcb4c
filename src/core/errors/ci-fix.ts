/** The rows of fixes, locks and pins of workflows. */
import { type ErrorRow, row } from "./row.ts";

export const ciFixErrors = {
  "ci.fix-broken": row(
    500,
    1,
    "a fix left a file that cannot be read as before: {fixes}",
    "nothing was written; mend that finding by hand, and report the workflow",
  ),
  "ci.init-exists": row(
    409,
    2,
    "{path} exists already",
    "look at --diff, then give --force to replace it, or --file to write another",
  ),
  "ci.init-nothing": row(
    400,
    2,
    "no stage of the declaration has a job",
    "give a stage its command with `run:`, and with --env an environment that it runs in",
  ),
  "ci.ref-unknown": row(
    404,
    1,
    "{uses} names nothing in {repository}",
    "correct the tag, branch or commit in the workflow",
  ),
  "ci.remote-unreachable": row(
    502,
    1,
    "{repository} cannot be read: {reason}",
    "check the network, and set GITHUB_TOKEN for private repositories",
  ),
} as const satisfies Record<string, ErrorRow>;
