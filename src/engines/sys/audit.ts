/** The audit devices (`sys/audit`), and what a value looks like in the log, to find it there (`sys/audit-hash`). */
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, PathDeclaration } from "../../kernel/plugin.ts";
import type { AuditDeviceService, AuditDeviceSpec, AuditHashService } from "../../kernel/services.ts";

const fields: Readonly<Record<string, FieldDeclaration>> = {
  type: { type: "string", plain: true, description: "file, socket, stdout, syslog, http or webhook" },
  description: { type: "string", plain: true, description: "What it is for" },
  options: { type: "map", description: "As docs/audit.md lists them for each type; text, numbers and flags" },
  local: { type: "bool", description: "Kept for clients: every node opens every device" },
};

const shown = ({ path, type, description, local, options }: AuditDeviceSpec): ReplyValue => ({
  path,
  type,
  description,
  local,
  options,
});

/** Throws where a name is to be written and a folder was given. */
function nameOf({ params: { path = "" } }: Call): string {
  if (path.endsWith("/"))
    throw new BulkheadError("request.invalid", { problem: "cannot write to a path ending in '/'" });
  return path;
}

const specOf = (call: Call): AuditDeviceSpec => ({
  path: nameOf(call),
  type: call.fields.string("type") ?? "",
  description: call.fields.string("description") ?? "",
  local: call.fields.bool("local") ?? false,
  options: call.fields.map("options") ?? {},
});

export function auditPaths(hashes: AuditHashService, devices: AuditDeviceService): PathDeclaration[] {
  return [
    {
      pattern: "audit",
      summary: "List the audit devices",
      sudo: true,
      operations: {
        read: async () => {
          const listed = (await devices.list()).map((spec) => [spec.path, shown(spec)] as const);
          return { data: Object.fromEntries(listed), flatten: true };
        },
      },
    },
    {
      pattern: "audit/{path*}",
      summary: "Enable or disable an audit device",
      sudo: true,
      fields,
      operations: {
        update: async (call) => {
          await devices.enable(specOf(call));
          return undefined;
        },
        delete: async (call) => {
          await devices.disable(call.params.path ?? "");
          return undefined;
        },
      },
    },
    {
      pattern: "audit-hash/{path*}",
      summary: "The hash of a value in the audit log",
      fields: { input: { type: "secret", description: "The value" } },
      operations: {
        update: async (call) => {
          const path = `${nameOf(call)}/`;
          const input = call.fields.secret("input")?.reveal();
          if (input === undefined || input.length === 0)
            throw new BulkheadError("request.invalid", { problem: 'the "input" parameter is empty' });
          if (!(await devices.isKnown(path))) throw new BulkheadError("audit.unknown-device", { path });
          return { data: { hash: hashes.hash(input) }, flatten: true };
        },
      },
    },
  ];
}
