/** When a Bulkhead store last got a new value for the secrets that bulkhead.yaml declares: the port behind the inventory's `rotated`. */
import type { RotationSource } from "../ci/index.ts";
import { KV_MOUNT, type Manifest, isStored, secretPath } from "../manifest/index.ts";
import type { Context } from "./context.ts";

/** Asks once for each declared secret and environment. What may not be read is unknown. */
export async function rotationsIn(context: Context, manifest: Manifest): Promise<RotationSource> {
  const { client } = await context.api();
  const known = new Map<string, string>();
  for (const secret of manifest.secrets.filter(isStored))
    for (const { name: environment } of manifest.environments) {
      const path = `${KV_MOUNT}/metadata/${secretPath(manifest.project, environment, secret.name)}`;
      const answer = await client.call("GET", path, undefined, { allow: [403, 404] });
      if (answer.status !== 200) continue;
      const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
        current_version?: number;
        versions?: Record<string, { created_time?: string }>;
      };
      const time = data.versions?.[String(data.current_version)]?.created_time;
      if (time !== undefined) known.set(`${secret.name} ${environment}`, time);
    }
  const secretOf = new Map(
    manifest.stages.flatMap(({ use, broker }) =>
      [...use, ...broker].map((one) => [one.variable, one.secret]),
    ),
  );
  return ({ name, variable, environments }) => {
    const secret = secretOf.get(name) ?? secretOf.get(variable ?? "");
    // The same name in several environments: the oldest is what still has to be replaced.
    const times = manifest.environments
      .filter((one) => environments.length === 0 || environments.includes(one.name))
      .flatMap((one) => known.get(`${secret} ${one.name}`) ?? []);
    return times.sort()[0] ?? null;
  };
}
