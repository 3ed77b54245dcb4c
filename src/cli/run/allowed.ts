/** Whether a run comes to a store at all, and who may run a stage where. */
import { userInfo } from "node:os";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { APPROLE_MOUNT } from "../../manifest/desired.ts";
import type { Environment } from "../../manifest/index.ts";
import type { Context } from "../context.ts";
import type { RunIdentity } from "../../run/receipt.ts";
import { type Caller, type StageLogin, enter } from "./enter.ts";
import { stageIdentity } from "./claims.ts";
import type { Job } from "./job.ts";
import { platformHere, platforms } from "./platforms.ts";
import { needsStore } from "./wanted.ts";

/** Mounts whose logins are no person's. */
const AUTOMATED = [APPROLE_MOUNT, ...platforms.map(({ id }) => id).filter((id) => id !== "oidc")];

export const asksForStore = ({ approve, window }: Environment): boolean =>
  approve > 0 || window !== undefined;

/** null: the run needs no store and none is in reach. */
export async function entryFor(
  context: Context,
  { wanted, place }: Job,
): Promise<StageLogin | Caller | null> {
  const inReach = context.address !== null || context.hasLocalStore;
  const needed = needsStore(wanted) || (place !== null && asksForStore(place.environment));
  if (!needed && (place === null || !inReach)) return null;
  if (!inReach && place !== null && asksForStore(place.environment))
    throw new BulkheadError("run.no-store", {
      what: `${place.environment.name} asks for agreement or keeps hours, which a store decides`,
    });
  const at = place === null ? null : { ...place, environment: place.environment.name };
  try {
    return await enter(context, at);
  } catch (error) {
    const nobody = isBulkheadError(error) && ["login.none", "run.no-identity"].includes(error.code);
    if (needed || !nobody) throw error;
    return null; // references alone: the run is not recorded, and its receipt stands
  }
}

/** A user without an entry in the system's list (a container's arbitrary uid) is named by number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}

/** Who runs it; throws where the environment is for automated identities only. */
export async function allowed(
  { env }: Context,
  entry: StageLogin | Caller | null,
  environment: Environment | null,
  asOperator: boolean,
): Promise<RunIdentity> {
  const who = userName();
  if (entry?.as === "stage") return stageIdentity(entry);
  const { client, operator } = entry?.api ?? { client: null, operator: false };
  if (environment === null) return { kind: operator ? "operator" : "none", name: who };
  const { name, people } = environment;
  if (client === null) {
    // nobody vouches for who this is: the places that the references lead to do
    const platform = platformHere(env);
    if (platform !== null) return { kind: "none", name: platform.title };
    if (people || asOperator) return { kind: "none", name: who };
    throw new BulkheadError("run.not-for-people", { environment: name });
  }
  if (operator) {
    if (people) return { kind: "operator", name: who };
    if (asOperator) return { kind: "operator", name: `${who} as operator` };
    const hint =
      "run it from your automation; as this store's operator you may add --as-operator, which is audited";
    throw new BulkheadError("run.not-for-people", { environment: name }, { hint });
  }
  const self = await client.read("auth/token/lookup-self");
  const login = String(self?.display_name ?? "");
  const automated = AUTOMATED.some((mount) => String(self?.path ?? "").startsWith(`auth/${mount}/`));
  const kind = automated ? "role" : "person";
  if (people || automated) return { kind, name: login };
  const root = ((self?.policies ?? []) as string[]).includes("root");
  if (asOperator && root) return { kind: "operator", name: `${login} as operator` };
  throw new BulkheadError("run.not-for-people", { environment: name });
}
