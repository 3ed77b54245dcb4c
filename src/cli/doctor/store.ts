/** The store opens, its log proves itself, and the clock does not run behind it. */
import { existsSync } from "node:fs";
import { count } from "../output.ts";
import { type Diagnosis, type Examination, fail, ok, warn } from "./types.ts";

const TOLERANCE_MS = 60_000;

export const storeExamination: Examination = {
  name: "store",
  examine: async (context) => {
    if (context.address !== null) return [ok("not looked at: BULKHEAD_ADDR is set")];
    if (!context.hasLocalStore) return [ok("none yet")];
    const { client } = await context.api();
    const mounts = Object.keys((await client.read("sys/mounts")) ?? {});
    return [ok(`it opens, with ${count(mounts.length, "mount")}`)];
  },
};

export const auditExamination: Examination = {
  name: "audit log",
  examine: async ({ home }) => {
    if (!existsSync(home.audit)) return [ok("none yet")];
    const { verifyAuditLog } = await import("../../audit-log/index.ts");
    const segments = await verifyAuditLog(home.audit);
    const bad = segments.filter((one) => !one.ok);
    if (bad.length > 0)
      return bad.map(
        ({ segment, problem }): Diagnosis =>
          fail(
            `segment ${segment} was changed or is damaged: ${problem?.what ?? ""}`,
            "keep the files, and find out who could write there",
          ),
      );
    return [ok(`every entry verifies (${count(segments.length, "segment")})`)];
  },
};

export const clockExamination: Examination = {
  name: "clock",
  examine: async ({ home }) => {
    if (!existsSync(home.audit)) return [ok(new Date().toISOString())];
    const { readAuditLog } = await import("../../audit-log/index.ts");
    const now = Date.now();
    for await (const { time } of readAuditLog(home.audit, { since: now + TOLERANCE_MS }))
      return [
        warn(
          `the audit log has entries of the future (${time})`,
          "set the clock right: times of tokens and logs depend on it",
        ),
      ];
    return [ok(new Date(now).toISOString())];
  },
};
