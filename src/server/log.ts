/**
 * Structured logs on standard error, one JSON object a line. What may stand in them is a fixed list of fields (no headers, no
 * bodies, no query), so no level can print a secret.
 */
import pino from "pino";
import { isBulkheadError } from "../core/errors.ts";

export interface ServerLog {
  request(line: {
    id: string;
    method: string;
    path: string;
    status: number;
    ms: number;
    remote: string;
  }): void;
  info(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  /** What plug-ins have for the operator alone (`OperatorLog`). */
  warn(event: string, fields: Readonly<Record<string, string | number | boolean>>): void;
  error(fields: { where: string; reason: string }): void;
  setLevel(level: LogLevel): void;
}

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export function createLog(level: LogLevel, destination: NodeJS.WritableStream = process.stderr): ServerLog {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return {
    request: (line) => log.info(line, "request"),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (event, fields) => log.warn(fields, event),
    error: (fields) => log.error(fields, "error"),
    setLevel: (next) => {
      log.level = next;
    },
  };
}

/**
 * What a log may say of an error: the message of one of ours (built from names), and of any other only its kind and where it
 * came from, since messages of the runtime quote the data they failed on.
 */
export function reasonOf(error: unknown): string {
  if (isBulkheadError(error)) return error.message;
  if (!(error instanceof Error)) return "unknown";
  const { code } = error as NodeJS.ErrnoException;
  const frame = error.stack?.split("\n").find((line) => /^\s+at /.test(line));
  return [error.name, code, frame?.trim()].filter((part) => part !== undefined).join(" ");
}
