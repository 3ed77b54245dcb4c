import type { ApiClient } from "../../../client/index.ts";
import { command, jsonFlag } from "../../command.ts";
import { type Project, environmentOf, requireProject, secretTarget } from "../../project.ts";
import { type SecretInfo, secretInfo, shortTime } from "../../secrets.ts";

interface Row {
  readonly secret: string;
  readonly environment: string;
  readonly provider: string | null;
  readonly kind: string;
  readonly owner: string | null;
  /** null: no value is stored. */
  readonly version: number | null;
  readonly updated: string | null;
}

export default command({
  details:
    "Without PATH: the secrets that bulkhead.yaml declares and, for each environment, whether a value is stored. With PATH: the names below it.",
  flags: {
    env: { kind: "text", short: "e", placeholder: "environment", brief: "this environment only" },
    ...jsonFlag,
  },
  args: [{ name: "path", brief: "a path like secret/team", optional: true }],
  examples: [
    { line: "bulkhead secret list", says: "this project's secrets" },
    { line: "bulkhead secret list secret/team", says: "names below a path" },
  ],
  async run({ flags, args: [path], context }) {
    const { out } = context;
    if (path !== undefined) {
      const { client } = await context.api();
      const [mount = "", ...rest] = path.replace(/^\/+|\/+$/g, "").split("/");
      const below = rest[0] === "metadata" || rest[0] === "data" ? rest.slice(1) : rest;
      const names = await client.list([mount, "metadata", ...below].join("/"));
      if (flags.json) out.json(names);
      else if (names.length > 0) out.print(names.join("\n"));
      else out.note(`nothing below ${path}`);
      return;
    }
    const project = await requireProject(context);
    const wanted = flags.env === undefined ? null : environmentOf(project.manifest, flags.env).name;
    const { client } = await context.api();
    const rows = await rowsOf(client, project, wanted, (name, env) => secretTarget(context, name, env));
    if (flags.json) out.json(rows);
    else
      out.table(
        ["secret", "environment", "provider", "owner", "version", "updated"],
        rows.map((row) => [
          row.secret,
          row.environment,
          row.provider ?? row.kind,
          row.owner ?? "-",
          row.version === null ? "no value" : String(row.version),
          row.updated === null ? "" : shortTime(row.updated),
        ]),
      );
  },
});

async function rowsOf(
  client: ApiClient,
  { manifest }: Project,
  wanted: string | null,
  target: (name: string, environment: string) => ReturnType<typeof secretTarget>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, provider = null, kind, owner = null } of manifest.secrets)
    for (const { name: environment } of manifest.environments) {
      if (wanted !== null && environment !== wanted) continue;
      const info = await secretInfo(client, await target(name, environment));
      const { version, updated } = currentOf(info);
      rows.push({ secret: name, environment, provider, kind, owner, version, updated });
    }
  return rows;
}

function currentOf(info: SecretInfo | null): { version: number | null; updated: string | null } {
  const current = info?.versions.find(({ version }) => version === info.current);
  const readable = current !== undefined && !current.destroyed && current.deleted === "";
  return readable ? { version: current.version, updated: current.created } : { version: null, updated: null };
}
