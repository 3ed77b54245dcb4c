/** What a row of the error table says. */

export interface ErrorRow {
  /** HTTP status of the /v1 answer. */
  readonly status: number;
  /** CLI exit code: 1 failed, 2 usage, 3 found problems, 4 incomplete; 125, 126, 127 when `run` could not start. */
  readonly exit: number;
  /** Lower case, no full stop; `{x}` is replaced by the detail of that name. */
  readonly message: string;
  /** What to do next; may use details too. Empty only where the message itself says it. */
  readonly hint: string;
}

export const row = (status: number, exit: number, message: string, hint: string): ErrorRow => ({
  status,
  exit,
  message,
  hint,
});
