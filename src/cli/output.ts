/**
 * The CLI's voice: data to standard output, everything said about it to standard error as `bulkhead: error: …`,
 * `bulkhead: hint: …`, `bulkhead: warning: …`. Colour only on a terminal that wants it.
 */
import { styleText } from "node:util";
import { type BulkheadError, isBulkheadError } from "../core/errors.ts";

export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string | Uint8Array): boolean;
}

export interface OutputOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** Traces beneath errors. */
  readonly debug: boolean;
}

export class Output {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly debug: boolean;
  readonly #env: NodeJS.ProcessEnv;

  constructor({ stdout, stderr, env, debug }: OutputOptions) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.debug = debug;
    this.#env = env;
  }

  /** Whether colour may go to that stream: a terminal, without NO_COLOR, that is not dumb. */
  colour(stream: OutputStream = this.stdout): boolean {
    return stream.isTTY === true && !this.#env.NO_COLOR && this.#env.TERM !== "dumb";
  }

  style(format: Parameters<typeof styleText>[0], text: string, stream: OutputStream = this.stdout): string {
    return this.colour(stream) ? styleText(format, text, { validateStream: false }) : text;
  }

  /** Lines of data. */
  print(text: string): void {
    this.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  }

  json(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Columns of equal width; the last one runs free. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void {
    const cells = [head, ...rows].map((row) => row.map(plain));
    const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
    const lines = cells.map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    );
    this.print([this.style("bold", lines[0] ?? ""), ...lines.slice(1)].join("\n"));
  }

  /** Progress and facts beside the data. */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  warn(text: string): void {
    this.stderr.write(`${this.style("yellow", "bulkhead: warning:", this.stderr)} ${text}\n`);
  }

  hint(text: string): void {
    this.stderr.write(`${this.style("cyan", "bulkhead: hint:", this.stderr)} ${text}\n`);
  }

  /** Says what went wrong and what to do; gives the exit code. A trace only with --debug. */
  error(error: unknown, where: string): number {
    const known = isBulkheadError(error) ? error : null;
    const said = known?.message ?? `something failed inside Bulkhead (${where}${codeOf(error)})`;
    this.stderr.write(`${this.style("red", "bulkhead: error:", this.stderr)} ${printable(said)}\n`);
    const hint = hintOf(known);
    if (hint !== "") this.hint(printable(hint));
    if (this.debug) this.stderr.write(`${trace(error)}\n`);
    return known?.exit ?? 1;
  }
}

function hintOf(known: BulkheadError | null): string {
  return known === null ? "run again with --debug for the trace, and report it" : known.hint;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? `, ${code}` : "";
}

/** Names, messages and frames of an error and its causes; never its other properties, which could hold values. */
function trace(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return `  ${typeof error}`;
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\n  caused by: ${trace(error.cause, depth + 1)}`;
}

/** One line without control characters: what files and servers say must not steer the terminal. */
export function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

const printable = (text: string): string => text.split("\n").map(plain).join("\n");

/** `1.2 MB` from bytes. */
export function formatSize(bytes: number): string {
  const unit = ["B", "kB", "MB", "GB", "TB"] as const;
  let index = 0;
  let size = bytes;
  while (size >= 1_000 && index < unit.length - 1) {
    size /= 1_000;
    index++;
  }
  return `${index === 0 ? size : size.toFixed(1)} ${unit[index]}`;
}

/** `1 secret`, `2 secrets`. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number} ${number === 1 ? noun : plural}`;
