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
    "run where user namespaces are allowed, or lower the required level",
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
    "give it as a file: `as: file` in bulkhead.yaml, or --mount",
  ),
  "run.value-too-large": row(
    400,
    125,
    "the value for {variable} has {size} bytes; a variable takes {limit}",
    "give it as a file: `as: file` in bulkhead.yaml, or --mount",
  ),
  "run.environment-too-large": row(
    400,
    125,
    "the job's variables and arguments have {size} bytes; this system takes {limit}",
    "give the largest values as files: `as: file` in bulkhead.yaml, or --mount",
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
  "run.file-exists": row(
    400,
    125,
    "{path} is there already, and a secret's file is never written over another",
    "name another file, or leave its path out",
  ),
  "run.too-many-reads": row(400, 2, "`{count}` is no number of reads", "give a whole number from 1 to 1000"),
  "run.unknown-only": row(
    400,
    2,
    "stage {stage} uses no `{name}`",
    "`--only` takes its secrets and variables: {known}",
  ),
  "run.no-store": row(
    400,
    125,
    "{what}, and no store or server is in reach",
    "set BULKHEAD_ADDR, or use references (`from:`, --secret NAME=env://OTHER) alone",
  ),
  "run.no-identity": row(
    403,
    125,
    "this {platform} job has no identity for stage {stage} in {environment}",
    "write it under `identities:` in bulkhead.yaml and run `bulkhead apply`, or set BULKHEAD_TOKEN",
  ),
  "run.identity-failed": row(
    502,
    125,
    "{platform} gave no identity token: {problem}",
    "see the page on runs in CI: which permission or setting the job needs",
  ),
  "run.login-lost": row(
    503,
    1,
    "the run's token could not be renewed: {reason}",
    "the job goes on; what it was given ends at {expires}",
  ),
  "run.lease-lost": row(
    503,
    1,
    "the credential {secret} could not be renewed: {reason}",
    "the job goes on; the credential ends at {expires}",
  ),
  "run.restart-failed": row(
    500,
    1,
    "the new value could not be given to the job: {reason}",
    "the job goes on with the one it has; start the run again",
  ),
  "run.revocation-failed": row(
    500,
    1,
    "the job ended, but what it was given could not be revoked: {reason}",
    "try `bulkhead revoke run` with the run's id, or wait until it expires",
  ),
  // templates
  "template.invalid": row(
    400,
    2,
    "line {line} of the template: {problem}",
    "write ${secret.field}, with |json, |url, |shell or |base64 where it stands in such a text",
  ),
  "template.not-text": row(
    400,
    1,
    "line {line}: the value of {name} is not text, so it cannot pass `{filter}`",
    "use |base64, or no filter",
  ),
  "template.undeclared": row(
    400,
    2,
    "line {line}: stage {stage} does not use {name}",
    "add it to `use:` of the stage; it may use {known}",
  ),
} as const satisfies Record<string, ErrorRow>;
