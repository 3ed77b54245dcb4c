/**
 * The audit log: JSON lines in hash-chained segments, one writer each, that anybody can verify with a hash function
 * (docs/spec/audit.md, python/verify_audit.py). Callers put HMACs in place of values before they append.
 */
import type { AuditLog, AuditLogOptions } from "./types.ts";
import { SegmentWriter } from "./writer.ts";

export type * from "./types.ts";
export {
  type AuditDevices,
  type AuditDevicesConfig,
  type AuditDeviceSpec,
  type AuditEntry,
  BUILT_IN_DEVICE,
  openAuditDevices,
  type VaultForm,
} from "./devices.ts";
export { type Checkpoint, openCheckpoint, openNotes, signCheckpoint, verifierKey } from "./note.ts";
export { readAuditLog } from "./read.ts";
export { AuditFollower } from "./follow.ts";
export { type AuditQuery, matches } from "./search.ts";
export { readNodeId } from "./node.ts";
export { type PathUse, type Usage, readUsage } from "./usage/index.ts";
export { verifyAuditLog, verifyAuditLogs } from "./verify.ts";

/** Claims a free, undamaged segment of the folder (or begins one). Throws `audit.unwritable`. */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  return new SegmentWriter(options);
}
