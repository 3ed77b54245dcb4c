/**
 * The audit log: JSON lines in hash-chained segments, one writer each, that anybody can verify with a hash function
 * (docs/spec/audit.md, python/verify_audit.py). Callers put HMACs in place of values before they append.
 */
import type { Anchor, AuditFilter, AuditLog, AuditLogOptions, AuditRecord, SegmentReport } from "./types.ts";

export type * from "./types.ts";

/** Claims a free segment of the folder (or begins one). Throws `audit.unwritable`. */
export declare function openAuditLog(options: AuditLogOptions): Promise<AuditLog>;
/** Verifies every segment; with anchors also that nothing was cut off behind them. Never throws for damage. */
export declare function verifyAuditLog(
  folder: string,
  options?: { anchors?: readonly Anchor[] },
): Promise<SegmentReport[]>;
/** All segments merged by time. Does not verify; lines that are no JSON are left out. */
export declare function readAuditLog(folder: string, filter?: AuditFilter): AsyncIterable<AuditRecord>;
