/** Entries of the audit log for people, and what the audit commands share. */
import type { AuditRecord } from "../audit-log/index.ts";
import { parseDuration } from "../core/duration.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Output } from "./output.ts";
import { plain } from "./output.ts";

interface Entry {
  readonly type?: string;
  readonly operation?: string;
  readonly path?: string;
  readonly status?: number;
  readonly error?: string;
  readonly device?: string;
  readonly entries?: number;
  readonly reason?: string;
  readonly auth?: {
    readonly display_name?: string;
    readonly metadata?: Readonly<Record<string, string>>;
  } | null;
}

/** `Audit` prints records as lines for people or as JSON lines. */
export function printer(out: Output, json: boolean): (record: AuditRecord) => void {
  return (record) => {
    if (json) out.print(JSON.stringify(record));
    else out.print(coloured(out, record));
  };
}

function coloured(out: Output, record: AuditRecord): string {
  const { error, type } = record.entry as Entry;
  const line = lineOf(record);
  if (type === "gap" || type === "recovered") return out.style("yellow", line);
  return error === undefined ? line : out.style("red", line);
}

function lineOf({ time, entry }: AuditRecord): string {
  const { type = "", operation = "", path = "", status, error, auth } = entry as Entry;
  if (type === "gap") {
    const { device = "", entries = 0, reason = "" } = entry as Entry;
    return plain([time, type.padEnd(8), `${device} missed ${entries}`, reason].join("  "));
  }
  const outcome = error ?? (status === undefined ? "" : String(status));
  const { project, stage, environment } = auth?.metadata ?? {};
  const who = stage === undefined ? (auth?.display_name ?? "-") : `${project}/${stage} in ${environment}`;
  const parts = [time, type.padEnd(8), operation.padEnd(6), path, who, outcome];
  return plain(parts.filter((one) => one !== "").join("  "));
}

/** `2026-01-31`, `2026-01-31T12:00:00Z`, or a span back from now (`2h`). Milliseconds since the epoch. */
export function timeOf(text: string | undefined, flag: string, command: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{4}-\d\d-\d\d/.test(text)) {
    const time = Date.parse(text);
    if (!Number.isNaN(time)) return time;
  }
  try {
    return Date.now() - parseDuration(text);
  } catch {
    const problem = `--${flag} is a date such as 2026-01-31T12:00:00Z, or a span such as 2h`;
    throw new BulkheadError("usage.invalid", { problem, command });
  }
}
