/** What a value looks like in the audit log, to find it there. */
import type { PathDeclaration } from "../../kernel/plugin.ts";
import type { AuditHashService } from "../../kernel/services.ts";

export function auditPaths(hashes: AuditHashService): PathDeclaration[] {
  return [
    {
      pattern: "audit-hash/{path}",
      summary: "The hash of a value in the audit log",
      fields: { input: { type: "secret", required: true, description: "The value" } },
      operations: {
        update: (call) => {
          const input = call.fields.secret("input")?.reveal() ?? Buffer.alloc(0);
          return Promise.resolve({ data: { hash: hashes.hash(input) }, flatten: true });
        },
      },
    },
  ];
}
