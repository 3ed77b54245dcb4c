import type { Answer } from "../../client/index.ts";
import { type Json, parseJson } from "../../core/json-bytes.ts";
import { version } from "../../core/version.ts";
import { command, jsonFlag } from "../command.ts";
import type { Context } from "../context.ts";

interface Mount {
  readonly path: string;
  readonly type: string;
  readonly description: string;
}

export default command({
  details: "Without BULKHEAD_ADDR this is the local store, which the first command that needs it makes.",
  flags: jsonFlag,
  examples: [
    { line: "bulkhead status", says: "the local store" },
    { line: "BULKHEAD_ADDR=https://vault.example.com bulkhead status", says: "a server; needs no login" },
  ],
  exits: { 4: "it is sealed" },
  async run({ flags, context }) {
    const { out, home, address } = context;
    if (address === null && !context.hasLocalStore) {
      if (flags.json) out.json({ where: "local", folder: home.folder, initialized: false, version });
      else out.note(`no local store yet; the first command that needs one makes it in ${home.folder}`);
      return;
    }
    const client = address === null ? (await context.api()).client : await context.anonymous(address);
    const seal = facts(await client.call("GET", "sys/seal-status"));
    const sealed = seal.sealed === true;
    const mounts = sealed ? null : await mountsOf(context);
    const health = {
      where: address === null ? "local" : "server",
      ...(address === null ? { folder: home.folder } : { address }),
      initialized: seal.initialized === true,
      sealed,
      seal: String(seal.type ?? ""),
      version: String(seal.bulkhead_version ?? version),
      mounts,
    };
    if (flags.json) out.json(health);
    else {
      const state = health.initialized ? (sealed ? "sealed" : "open") : "not initialized";
      out.table(
        [address === null ? "local store" : "server", ""],
        [
          ["at", address ?? home.folder],
          ["state", state],
          ["seal", health.seal],
          ["version", health.version],
        ],
      );
      if (mounts !== null && mounts.length > 0) {
        out.print("\n");
        out.table(
          ["mount", "type", "description"],
          mounts.map((one) => [one.path, one.type, one.description]),
        );
      } else if (mounts === null && !sealed) out.note("log in to see the mounts");
    }
    return sealed ? 4 : 0;
  },
});

function facts({ body }: Answer): Readonly<Record<string, Json>> {
  return Object.fromEntries([...body].map(([name, raw]) => [name, parseJson(raw)]));
}

/** null where the caller may not see them or is not logged in. */
async function mountsOf(context: Context): Promise<Mount[] | null> {
  try {
    const { client } = await context.api();
    const tables = await Promise.all([client.read("sys/mounts"), client.read("sys/auth")]);
    return tables.flatMap((table, index) =>
      Object.entries(table ?? {}).map(([path, raw]) => {
        const { type = "", description = "" } = raw as { type?: string; description?: string };
        return { path: index === 0 ? path : `auth/${path}`, type, description };
      }),
    );
  } catch {
    return null;
  }
}
