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
  "reference.absent": row(404, 1, "{reference}: {problem}", "see that it is there, and that you may read it"),
  "reference.no-field": row(
    404,
    1,
    "{reference} has no field {field}",
    "leave out # to see which fields it has",
  ),
} as const satisfies Record<string, ErrorRow>;
