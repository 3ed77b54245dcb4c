/** The audit log's rows. */
import { type ErrorRow, row } from "./row.ts";

export const auditErrors = {
  // audit log
  "audit.unwritable": row(
    500,
    1,
    "the audit log in {folder} cannot be written: {reason}",
    "free space or fix the folder's permissions; requests are refused until it can be written",
  ),
  "audit.unanswered": row(
    500,
    1,
    "{operation} on {path} was carried out, but its answer is withheld: the audit log in {folder} cannot be written: {reason}",
    "look at what is there before you try again; free space, or fix the folder's permissions",
  ),
  "audit.bad-device": row(400, 1, "{problem}", "docs/audit.md has the devices and their options"),
  "audit.api-off": row(
    400,
    1,
    "cannot enable audit device via API; use declarative, config-based audit device management instead",
    "set the device in the server's configuration",
  ),
  "audit.fixed-device": row(
    400,
    1,
    "the audit device {path} cannot be disabled",
    "the chained log is always there; configured devices are taken out of the server's configuration",
  ),
  "audit.unknown-device": row(400, 1, 'unknown audit backend "{path}"', "GET sys/audit lists the devices"),
} as const satisfies Record<string, ErrorRow>;
