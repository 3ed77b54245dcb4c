/** Rows of references to other secret managers. */
import { type ErrorRow, row } from "./row.ts";

export const managersErrors = {
  "reference.invalid": row(
    400,
    2,
    "`{reference}` is no reference",
    "write SCHEME://PLACE, with #FIELD for one field: aws-sm://prod/billing#token",
  ),
  "reference.unknown-scheme": row(400, 2, "there is no `{scheme}://`", "known are {known}"),
  "reference.bad-place": row(400, 2, "{reference}: {problem}", "expected: {expected}"),
  "reference.absent": row(404, 1, "{reference}: {problem}", "see that it is there, and that you may read it"),
  "reference.no-field": row(404, 1, "{reference}: there is no field {field}", "it has {known}"),
  "reference.no-identity": row(401, 1, "{reference}: {problem}", "{help}"),
  "reference.refused": row(
    403,
    1,
    "{reference} was refused: {answer}",
    "see what the identity of this machine may read there",
  ),
  "reference.unreachable": row(
    502,
    1,
    "{reference}: {host} cannot be reached: {reason}",
    "see that it answers from here, then try again",
  ),
  "reference.unexpected": row(
    502,
    1,
    "{reference}: {problem}",
    "see that the address is that of the manager itself and not of something before it",
  ),
  "reference.no-list": row(
    400,
    2,
    "{title} cannot list what it holds",
    "name one secret in place of {reference}",
  ),
} as const satisfies Record<string, ErrorRow>;
