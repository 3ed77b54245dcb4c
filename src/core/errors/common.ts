/** Rows that every part uses: usage, files, what should never happen. */
import { type ErrorRow, row } from "./row.ts";

export const commonErrors = {
  // usage
  "usage.invalid": row(400, 2, "{problem}", "run `bulkhead {command} --help`"),
  "duration.invalid": row(
    400,
    2,
    "`{text}` is not a duration",
    "write it like 90d, 1h30m, 45s, or a number of seconds",
  ),
  "internal.unexpected": row(
    500,
    1,
    "something failed inside Bulkhead ({where})",
    "run again with --debug for the trace, and report it",
  ),
  "io.failed": row(
    500,
    1,
    "cannot {action} {path}: {reason}",
    "check that the path exists and that you may use it",
  ),
} as const satisfies Record<string, ErrorRow>;
