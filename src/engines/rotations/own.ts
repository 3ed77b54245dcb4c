/** What a rotation reads and writes outside its own mount: as requests of Bulkhead's own, so that they are audited like anybody's. */
import { ApiClient } from "../../client/index.ts";
import { isBulkheadError, BulkheadError } from "../../core/errors.ts";
import type { Json } from "../../core/json-bytes.ts";
import type { RotationRights } from "../../core/ports/rotation.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import type { Parts, SecretStore } from "../../rotate/types.ts";
import { type Declaration, readDeclaration } from "./declared.ts";
import { type Place, placeOf } from "./rows.ts";

export const ownRights = ({ services }: Pick<MountContext, "services">): RotationRights =>
  services.requests.as("rotations");

export function ownClient({ services }: Pick<MountContext, "services">): ApiClient {
  const { send, token } = ownRights({ services });
  return new ApiClient({ transport: send, token });
}

export const dataPath = (place: Place): string => `secret/data/${placeOf(place)}`;

export function secretStore(client: ApiClient, place: Place): SecretStore {
  return {
    read: async () => {
      const found = await client.readSecret(dataPath(place));
      return found === null ? null : { parts: found.fields, version: found.version };
    },
    write: async (parts: Parts, cas) => {
      const answer = await client.write(dataPath(place), {
        data: Object.fromEntries(parts),
        options: { cas },
      });
      return Number(answer?.version);
    },
  };
}

/** When the current version was made, in milliseconds since the epoch; null: there is no value. */
export async function currentSince(client: ApiClient, place: Place): Promise<number | null> {
  const data = await client.read(`secret/metadata/${placeOf(place)}`).catch((error: unknown) => {
    if (isBulkheadError(error) && error.code === "api.refused") return null;
    throw error;
  });
  const versions = (data?.versions ?? {}) as Readonly<
    Record<
      string,
      { readonly created_time?: string; readonly deletion_time?: string; readonly destroyed?: boolean }
    >
  >;
  const current = versions[String(data?.current_version)];
  if (current === undefined || current.destroyed === true || (current.deletion_time ?? "") !== "")
    return null;
  return Date.parse(current.created_time ?? "") || null;
}

/** null: no such project, or it was never applied. */
export async function declarationOf(client: ApiClient, project: string): Promise<Declaration | null> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(project)) return null;
  const data = await client.read(`bulkhead/projects/${project}`);
  const declaration = data?.declaration as Json | undefined;
  return declaration === undefined || declaration === null ? null : readDeclaration(declaration);
}

/** Throws `rotation.not-declared`. */
export async function declared(client: ApiClient, place: Place) {
  const declaration = await declarationOf(client, place.project);
  const secret = declaration?.secrets.find(({ name }) => name === place.secret);
  const environment = declaration?.environments.find(({ name }) => name === place.environment);
  if (secret === undefined || environment === undefined || !secret.stored)
    throw new BulkheadError("rotation.not-declared", {
      secret: place.secret.slice(0, 100),
      project: place.project.slice(0, 100),
      environment: place.environment.slice(0, 100),
    });
  return { secret, environment };
}

/** Runs of the environment's stages that hold the secret now, in words. */
export async function runningWith(
  client: ApiClient,
  place: Place,
  stages: readonly string[],
): Promise<string[]> {
  const answer = await client.call("LIST", "bulkhead/runs", undefined, {
    allow: [404],
    query: { project: place.project, environment: place.environment },
  });
  if (answer.status === 404) return [];
  const { parseJson } = await import("../../core/json-bytes.ts");
  const data = answer.body.get("data");
  const info =
    (
      (data === undefined ? {} : parseJson(data)) as {
        key_info?: Record<string, { stage?: string; state?: string }>;
      }
    ).key_info ?? {};
  return Object.entries(info).flatMap(([id, { stage = "", state }]) =>
    state === "running" && stages.includes(stage) ? [`run ${id} of ${stage}`] : [],
  );
}
