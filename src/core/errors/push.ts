/** Rows of values that are pushed to other stores. */
import { type ErrorRow, row } from "./row.ts";

export const pushErrors = {
  "push.no-target": row(
    404,
    2,
    "no secret of bulkhead.yaml is pushed to {target}{where}",
    "add `push: { github: { repository: owner/name, environment: prod } }` to a secret; targets: {known}",
  ),
  "push.bad-place": row(400, 2, "{target}: {problem}", "expected: {expected}"),
  "push.which-environment": row(
    400,
    2,
    "{secret} is pushed to {target}, and nothing says for which environment",
    "write `for: [prod]`, or `{env}` into the place: an environment's value goes to its own place alone",
  ),
  "push.same-place": row(
    409,
    2,
    "{place} would get {name} from {secrets}",
    "one place holds one value: give each its own place, or its own name with `as:`",
  ),
  "push.no-token": row(
    401,
    2,
    "{target} needs a token, and {secret} names none",
    "store one as a secret that no stage uses, and name it with `with:`",
  ),
  "push.no-value": row(
    404,
    1,
    "{secret} has no value in {environment}",
    "store one with `bulkhead secret put`, then push again",
  ),
  "push.superseded": row(
    409,
    1,
    "another value of {secret} was stored in {environment} meanwhile",
    "see `bulkhead secret history {secret} --env {environment}`, then push what shall stand there",
  ),
  "push.value-unfit": row(400, 1, "{target} does not take the value of {name}: {problem}", "{help}"),
  "push.refused": row(
    403,
    1,
    "{target} refused {place}: {answer}",
    "see that the token may write secrets there, and nothing more",
  ),
  "push.absent": row(404, 1, "{target}: {place} is not there, or the token may not see it", "{help}"),
  "push.unreachable": row(
    502,
    1,
    "{target}: {host} cannot be reached: {reason}",
    "nothing is known to have changed there; push again",
  ),
  "push.unexpected": row(
    502,
    1,
    "{target}, {place}: {problem}",
    "see that the address is that of the service itself; `bulkhead push status` shows what stands there",
  ),
} as const satisfies Record<string, ErrorRow>;
