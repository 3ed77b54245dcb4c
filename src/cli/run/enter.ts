/**
 * As whom a run comes to the store. In this order: BULKHEAD_TOKEN, an AppRole (BULKHEAD_ROLE_ID), the platform's identity where one is
 * declared for the stage, the login that `bulkhead login` keeps; without a server the local store's operator.
 */
import type { ApiClient, LoginAnswer } from "../../client/index.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { APPROLE_MOUNT, roleName } from "../../manifest/desired.ts";
import type { Manifest, Stage } from "../../manifest/index.ts";
import { DEFAULT_AUDIENCE } from "../../trust/declared.ts";
import type { Api, Context } from "../context.ts";
import { readPrivateFile } from "../private-file.ts";
import { platformHere, tokenOf } from "./platforms.ts";

/** The stage's own token, which a platform or its AppRole gave at once. */
export interface StageLogin {
  readonly as: "stage";
  readonly client: ApiClient;
  readonly answer: LoginAnswer;
  /** `GitHub Actions`. */
  readonly by: string;
  /** To be masked: what was logged in with. */
  readonly proof: Secret;
}

/** A caller who makes the stage's login. `own` is a token that was made for this run and is to be revoked after it. */
export interface Caller {
  readonly as: "caller";
  readonly api: Api;
  readonly own: Secret | null;
}

export interface Place {
  readonly manifest: Manifest;
  readonly stage: Stage;
  readonly environment: string;
}

/** Throws `login.none` and what the logins throw. */
export async function enter(context: Context, place: Place | null): Promise<StageLogin | Caller> {
  const { address, env } = context;
  if (address === null || env.BULKHEAD_TOKEN) return { as: "caller", api: await context.api(), own: null };
  const client = await context.anonymous(address);
  if (env.BULKHEAD_ROLE_ID) return await byRole(context, client, address, place);
  const platform = platformHere(env);
  const identity = platform === null || place === null ? null : identityOf(place, platform.id);
  if (platform !== null && place !== null && identity !== null) {
    const proof = await tokenOf(platform, {
      env,
      audience: identity.claims.audience?.[0] ?? DEFAULT_AUDIENCE,
    });
    const { manifest, stage, environment } = place;
    const role = roleName(manifest.project, stage.name, environment);
    try {
      const answer = await client.login(`auth/${platform.id}/login`, { role, jwt: proof });
      return { as: "stage", client: client.with(answer.token), answer, by: platform.title, proof };
    } catch (error) {
      proof.wipe();
      throw error;
    }
  }
  try {
    return { as: "caller", api: await context.api(), own: null };
  } catch (error) {
    if (!isBulkheadError(error) || error.code !== "login.none" || platform === null || place === null)
      throw error;
    const { stage, environment } = place;
    throw new BulkheadError("run.no-identity", { platform: platform.title, stage: stage.name, environment });
  }
}

const identityOf = ({ manifest, stage, environment }: Place, method: string) =>
  manifest.identities.find(
    (one) => one.stage === stage.name && one.environment === environment && one.method === method,
  ) ?? null;

/** The stage's own role gives the stage's token; any other is a caller that may make secret ids. */
async function byRole(
  { env }: Context,
  client: ApiClient,
  address: string,
  place: Place | null,
): Promise<StageLogin | Caller> {
  const file = env.BULKHEAD_SECRET_ID_FILE;
  if (!file)
    throw new BulkheadError("usage.invalid", {
      problem: "BULKHEAD_ROLE_ID is set and BULKHEAD_SECRET_ID_FILE is not",
      command: "run",
    });
  const proof = readPrivateFile(file);
  const answer = await client.login(`auth/${APPROLE_MOUNT}/login`, {
    role_id: env.BULKHEAD_ROLE_ID,
    secret_id: proof,
  });
  const own = client.with(answer.token);
  const wanted =
    place === null ? null : roleName(place.manifest.project, place.stage.name, place.environment);
  if (answer.metadata.role_name === wanted) return { as: "stage", client: own, answer, by: "AppRole", proof };
  proof.wipe();
  return { as: "caller", api: { client: own, where: "server", address, operator: false }, own: answer.token };
}
