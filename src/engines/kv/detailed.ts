/** `detailed-metadata/:path`: names below a folder, each secret with what `metadata/` says of it. Values are not read. */
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { folderPath } from "./input.ts";
import { describeSecret, namesBelow } from "./metadata.ts";
import { loadMetadata } from "./secrets.ts";

async function detailed(call: Call, deep: boolean): Promise<Reply | null> {
  const folder = folderPath(call);
  const keys = await namesBelow(call, deep);
  const info: [string, ReplyValue][] = [];
  for (const name of keys.filter((one) => !one.endsWith("/"))) {
    const metadata = await loadMetadata(call.storage, folder + name);
    if (metadata !== null) info.push([name, describeSecret(metadata)]);
  }
  return keys.length === 0 ? null : { data: { keys, key_info: Object.fromEntries(info) } };
}

export const detailedPath = (): PathDeclaration => ({
  pattern: "detailed-metadata/{path*}",
  summary: "Lists secrets with their settings and versions",
  fields: {
    after: { type: "string", description: "Names after this one", plain: true },
    limit: { type: "int", description: "At most so many", plain: true },
  },
  operations: { list: (call) => detailed(call, false), scan: (call) => detailed(call, true) },
});
