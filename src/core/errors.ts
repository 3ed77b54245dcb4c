/**
 * The one error table: every error Bulkhead raises on purpose is a row (code → HTTP status, exit code, message,
 * hint), and every such error is a `BulkheadError`. Messages are templates over `{name}` details; details are names,
 * paths and positions, never secret values. `docs/errors.md` lists the same rows (a test compares both ways).
 */
import { accessErrors } from "./errors/access.ts";
import { alertErrors } from "./errors/alerts.ts";
import { auditErrors } from "./errors/audit.ts";
import { authErrors } from "./errors/auth.ts";
import { ciReachErrors } from "./errors/ci-reach.ts";
import { ciErrors } from "./errors/ci.ts";
import { ciFixErrors } from "./errors/ci-fix.ts";
import { cliErrors } from "./errors/cli.ts";
import { commonErrors } from "./errors/common.ts";
import { egressErrors } from "./errors/egress.ts";
import { enginesErrors } from "./errors/engines.ts";
import { incidentErrors } from "./errors/incidents.ts";
import { inventoryErrors } from "./errors/inventory.ts";
import { managersErrors } from "./errors/managers.ts";
import { manifestErrors } from "./errors/manifest.ts";
import { maskErrors } from "./errors/mask.ts";
import { pushErrors } from "./errors/push.ts";
import { receiptErrors } from "./errors/receipt.ts";
import { requestErrors } from "./errors/request.ts";
import { rotationErrors } from "./errors/rotation.ts";
import { runErrors } from "./errors/run.ts";
import { scanErrors } from "./errors/scan.ts";
import { serverErrors } from "./errors/server.ts";
import { storageErrors } from "./errors/storage.ts";
import type { ErrorRow } from "./errors/row.ts";

export type { ErrorRow };

export const errorTable = {
  ...commonErrors,
  ...scanErrors,
  ...requestErrors,
  ...storageErrors,
  ...accessErrors,
  ...auditErrors,
  ...alertErrors,
  ...serverErrors,
  ...manifestErrors,
  ...enginesErrors,
  ...authErrors,
  ...incidentErrors,
  ...inventoryErrors,
  ...managersErrors,
  ...pushErrors,
  ...runErrors,
  ...receiptErrors,
  ...maskErrors,
  ...egressErrors,
  ...ciReachErrors,
  ...ciErrors,
  ...ciFixErrors,
  ...rotationErrors,
  ...cliErrors,
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** Values for the templates: names, paths, numbers, positions. Never a secret. */
export type ErrorDetails = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{([a-z-]+)\}/gi, (whole, name: string) => {
    const value = details[name];
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(", ") : String(value);
  });
}

export class BulkheadError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** HTTP status for the /v1 answer. */
  readonly status: number;
  /** Exit code for the CLI. */
  readonly exit: number;
  readonly hint: string;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown; hint?: string } = {}) {
    const line: ErrorRow = errorTable[code];
    super(fill(line.message, details), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BulkheadError";
    this.code = code;
    this.details = details;
    this.status = line.status;
    this.exit = line.exit;
    this.hint = options.hint ?? fill(line.hint, details);
  }
}

/** True for errors of ours, whichever bundle they came from. */
export function isBulkheadError(error: unknown): error is BulkheadError {
  return error instanceof BulkheadError;
}

/** The nearest known name, for "did you mean" (edits and swapped letters at most a third of the length); null when none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 200 || b.length > 200) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : limit;
      current.push(Math.min(substitute, swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
