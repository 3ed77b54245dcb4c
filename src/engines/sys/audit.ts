/** The audit log as clients ask for it: the one device there is, and what a value looks like in it, to find it there. */
import type { PathDeclaration } from "../../kernel/plugin.ts";
import type { AuditHashService } from "../../kernel/services.ts";

const DEVICE = {
  type: "file",
  path: "file/",
  description: "hash-chained log of every request",
  local: false,
  options: {},
};

export function auditPaths(hashes: AuditHashService): PathDeclaration[] {
  return [
    {
      pattern: "audit",
      summary: "The audit devices: the one log that is always there",
      sudo: true,
      operations: {
        read: () => Promise.resolve({ data: { "file/": DEVICE }, flatten: true }),
      },
    },
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
