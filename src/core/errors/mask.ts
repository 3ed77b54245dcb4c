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
} as const satisfies Record<string, ErrorRow>;
