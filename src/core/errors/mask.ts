/** Rows of masking, and of following values into files. */
import { type ErrorRow, row } from "./row.ts";

export const maskErrors = {
  "mask.stdin-is-data": row(
    400,
    2,
    "the values cannot come from standard input: that is what is masked",
    "give a file, or a pipe of its own as in `--secrets-from <(…)`",
  ),
  "mask.no-values": row(
    400,
    2,
    "{path} does not say what to mask: {reason}",
    "write a JSON array or object of values, or NAME=value lines",
  ),
  "run.value-written": row(
    500,
    3,
    "the job wrote down what it was given: {list}",
    "take it out before it is uploaded, cached or committed, and rotate it if others could read it; `--leaks warn` only says so",
  ),
} as const satisfies Record<string, ErrorRow>;
