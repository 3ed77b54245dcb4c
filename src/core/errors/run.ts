/** Rows of `bulkhead run`. */
import { type ErrorRow, row } from "./row.ts";

export const runErrors = {
  // run
  "run.command-not-found": row(
    500,
    127,
    "command `{command}` was not found",
    "check the spelling and the job's PATH (`--explain-env` shows which variables it gets)",
  ),
  "run.command-not-executable": row(
    500,
    126,
    "`{command}` cannot be executed",
    "make it executable with chmod +x, or name its interpreter",
  ),
  "run.not-started": row(500, 125, "the job `{command}` did not start: {reason}", "nothing of it ran"),
  "run.interrupted": row(500, 125, "stopped by {signal} before the job started", "nothing of it ran"),
  "run.isolation-too-low": row(
    500,
    125,
    "isolation level {required} is required and this machine reaches {level}: {missing}",
    "`bulkhead doctor` says what this machine lacks; a stage that declares `network:` requires level 3",
  ),
  "run.workspace-hidden": row(
    400,
    125,
    "the job would start in {cwd}, inside {path}, which jobs must not see",
    "start it from the project's folder",
  ),
  "run.no-command": row(
    400,
    2,
    "stage {stage} has no `run:`",
    "add `run:` to it in bulkhead.yaml, or give a command after `--`",
  ),
  "run.reserved-variable": row(
    400,
    2,
    "{variable} cannot be set for a job: {why}",
    "use another name under `use:` or `set:`",
  ),
  "run.duplicate-variable": row(
    400,
    2,
    "{variable} is set twice, by `use:` and by `set:`",
    "keep one of them",
  ),
  "run.invalid-variable": row(
    400,
    2,
    "`{variable}` is not a name for a variable",
    "use letters, digits and _, and do not begin with a digit",
  ),
  "run.value-not-text": row(
    400,
    125,
    "the value for {variable} cannot be a variable: it is not text, or holds a zero byte",
    "store it in base64",
  ),
  "run.value-too-large": row(
    400,
    125,
    "the value for {variable} has {size} bytes; a variable takes {limit}",
    "store it in smaller parts",
  ),
  "run.not-applied": row(404, 125, "stage {stage} has no role in {environment} yet", "run `bulkhead apply`"),
  "run.no-value": row(
    404,
    125,
    "{secret} has no value in {environment}",
    "store one with `bulkhead secret put {secret} --env {environment}`",
  ),
  "run.no-field": row(
    404,
    125,
    "{secret} has no field `{field}` in {environment}, and {variable} needs it",
    "store it with `bulkhead secret put {secret} --env {environment} --field {field}`",
  ),
  "run.unenforceable": row(
    400,
    125,
    "stage {stage} in {environment} asks for what cannot be held to here:\n{list}",
    "take it out of the declaration if the job may run without it",
  ),
  "run.not-for-people": row(
    403,
    125,
    "{environment} is for automated identities: a person's login runs no stage there",
    "run it from your automation, or write `people: true` for {environment}",
  ),
  "run.revocation-failed": row(
    500,
    1,
    "the job ended, but what it was given could not be revoked: {reason}",
    "try `bulkhead revoke run` with the run's id, or wait until it expires",
  ),
} as const satisfies Record<string, ErrorRow>;
