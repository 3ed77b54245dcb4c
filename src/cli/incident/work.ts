/** What carries out an item. One executor for each kind of action; done twice it does no more than once, since a crash may repeat it. */
import type { ApiClient } from "../../client/index.ts";
import type { Action } from "../../incident/index.ts";
import { endAwsSessions, removeAwsTrust } from "./aws.ts";
import type { Following } from "../rotate/follow.ts";
import { disableWorkflow } from "./host.ts";
import { rotateLeaked } from "./rotation.ts";

export interface Outcome {
  /** `waiting`: people must act, and `note` says why. */
  readonly state: "done" | "waiting";
  readonly note: string;
}

export interface Work {
  readonly client: ApiClient;
  readonly env: NodeJS.ProcessEnv;
  readonly incident: string;
  /** Looks and changes nothing. */
  readonly rehearse: boolean;
  /** Keeps the claim; called while something is waited for. */
  readonly hold: () => Promise<void>;
  /** Who takes rotations further; absent in a rehearsal. */
  readonly following?: Following;
}

type Executor<A extends Action> = (action: A, work: Work) => Promise<Outcome>;
type Of<K extends Action["do"]> = Extract<Action, { readonly do: K }>;

const done = (note: string): Outcome => ({ state: "done", note });
const waiting = (note: string): Outcome => ({ state: "waiting", note });

const revokeTokens: Executor<Of<"revoke-tokens">> = async (
  { project, stage, environment },
  { client, rehearse },
) => {
  if (rehearse) return done("would end the stage's tokens, and their leases with them");
  const answer = await client.write("bulkhead/runs/revoke", { project, stage, environment });
  return done(
    `the store ended ${Number(answer?.revoked_tokens ?? 0)} tokens; batch tokens count as one rule`,
  );
};

/** What `apply` makes anew: until then nobody logs in as the stage. */
const closeLogins: Executor<Of<"close-logins">> = async (
  { project, stage, environment },
  { client, rehearse },
) => {
  const role = `${project}.${stage}.${environment}`;
  const mounts = Object.entries((await client.read("sys/auth")) ?? {}).flatMap(([path, mount]) =>
    typeof mount === "object" && mount !== null && "type" in mount
      ? [[path, String(mount.type)] as const]
      : [],
  );
  let [ids, roles] = [0, 0];
  for (const [path, type] of mounts) {
    const at = `auth/${path}role/${role}`;
    if (type === "approle") ids += await destroySecretIds(client, at, rehearse);
    else if ((type === "jwt" || type === "kubernetes") && (await client.read(at)) !== null) {
      roles++;
      if (!rehearse) await client.delete(at);
    }
  }
  const what = `${ids} secret ids and ${roles} roles for platform logins`;
  return done(
    rehearse ? `would take back ${what}` : `${what} taken back; \`bulkhead apply\` makes the roles anew`,
  );
};

async function destroySecretIds(client: ApiClient, role: string, rehearse: boolean): Promise<number> {
  const list = async (): Promise<string[]> => {
    const answer = await client.call("LIST", `${role}/secret-id`, undefined, { allow: [404, 400] });
    return answer.status === 200 ? ((dataOf(answer).keys ?? []) as string[]) : [];
  };
  const found = await list();
  if (rehearse) return found.length;
  for (const accessor of found)
    await client.write(`${role}/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
  if ((await list()).length > 0) throw new Error("secret ids are left that could not be destroyed");
  return found.length;
}

const revokeRun: Executor<Of<"revoke-run">> = async ({ run }, { client, rehearse }) => {
  if (rehearse)
    return (await client.read(`bulkhead/runs/${run}`)) === null
      ? waiting("there is no such run")
      : done("would end the run's tokens");
  const answer = await client.write(`bulkhead/runs/${run}/revoke`);
  return done(`the store ended ${Number(answer?.revoked_tokens ?? 0)} tokens of the run`);
};

const revokeLeases: Executor<Of<"revoke-leases">> = async ({ prefix }, { client, rehearse }) => {
  if (rehearse) return done(`would end every lease below ${prefix}`);
  await client.write(`sys/leases/revoke-prefix/${prefix}`);
  const left = await client.call("LIST", `sys/leases/lookup/${prefix}/`, undefined, { allow: [404] });
  return left.status === 404
    ? done(`no lease is left below ${prefix}`)
    : waiting(`leases are left below ${prefix}: their end failed, and is tried again`);
};

/** By the rotations of the store; where it has none, or does not know how, people do it. */
const rotate: Executor<Of<"rotate">> = async (
  { project, environment, secret },
  { rehearse, incident, hold, following },
) => {
  const byHand = `by hand: \`bulkhead rotate ${secret} --env ${environment}\``;
  if (rehearse || following === undefined) return done(`would rotate ${secret}, or ask for it ${byHand}`);
  const leaked = { project, environment, secret };
  return await rotateLeaked(following, leaked, { reason: `incident ${incident}`, hold });
};

const dataOf = (answer: {
  readonly body: ReadonlyMap<string, { readonly bytes: Buffer }>;
}): Record<string, unknown> =>
  (JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") ?? {}) as Record<string, unknown>;

const search: Executor<Of<"search">> = async (_, { client, rehearse, incident }) => {
  if (rehearse) return done("would search the audit log");
  const answer = await client.write(`bulkhead/incidents/${incident}/search`);
  return done(String(answer?.summary ?? "searched"));
};

const executors: { readonly [K in Action["do"]]: Executor<Of<K>> } = {
  "disable-workflow": disableWorkflow,
  "revoke-tokens": revokeTokens,
  "close-logins": closeLogins,
  "revoke-run": revokeRun,
  "revoke-leases": revokeLeases,
  "aws-sessions": endAwsSessions,
  "aws-trust": removeAwsTrust,
  rotate,
  search,
};

/** Throws what the system behind it refuses. */
export function carryOut(action: Action, work: Work): Promise<Outcome> {
  const executor = Object.hasOwn(executors, action.do) ? (executors[action.do] as Executor<Action>) : null;
  return executor === null
    ? Promise.resolve(waiting("this Bulkhead does not know how"))
    : executor(action, work);
}
