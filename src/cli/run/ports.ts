/**
 * A run over /v1 or without a store. Over /v1: the run's record, a login of the stage made for it alone (a single-use secret id, or the
 * platform's own identity), the secrets read with the stage's own token, so that its policy decides and not the caller's, and at the end
 * everything revoked. Without a store: references alone, and nothing that could be revoked.
 */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { ApiClient } from "../../client/index.ts";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { APPROLE_MOUNT, roleName } from "../../manifest/desired.ts";
import type { Revocation } from "../../run/receipt.ts";
import type {
  IssuedRun,
  IssuedValues,
  RunEnding,
  RunOutcome,
  RunPorts,
  StageRef,
} from "../../run/session.ts";
import { untilApproved } from "../approval.ts";
import type { Caller, StageLogin } from "./enter.ts";
import { ended, endedLeases, endedToken, leaseOf, nothingToEnd, signedBy } from "./ending.ts";
import { type Fetched, type Lease, fetchAll, fetchOne, issue, wipe } from "./fetch.ts";
import { type Watched, keep } from "./keep.ts";
import { noteReferences } from "./references.ts";
import { type Wanted, needsStore } from "./wanted.ts";

export interface PortOptions {
  readonly wanted: Wanted;
  /** null: without a store. */
  readonly entry: StageLogin | Caller | null;
  /** The login is wanted although nothing is read with it: the environment asks for agreement or keeps hours. */
  readonly mustLogIn: boolean;
  readonly commit: string | null;
  /** Who starts it, as the audit log shall show. */
  readonly actor: string;
  /** The operator's explicit exception, where the stage's role is for automated identities. */
  readonly asOperator: boolean;
  /** Hears once that the login waits for another person. */
  readonly onWaiting: (error: Error & { readonly hint: string }) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** How often it is looked for newer versions, in milliseconds. */
  readonly interval: number;
  /** Where no store signs the receipt. */
  readonly localKey?: NonNullable<RunPorts["localKey"]>;
}

/** How much longer than the stage's token the run's record waits before the sweep. */
const SLACK_SECONDS = 60;

/** What is open for a run: the client that reads, and what ends it. */
interface Opened {
  readonly runId: string;
  readonly client: ApiClient | null;
  /** Of the token in milliseconds; 0: it does not end, or is not the run's. */
  readonly ttl: number;
  readonly mask: readonly { readonly name: string; readonly value: Secret }[];
  /** What was begun did not come to a job. */
  abandon(): Promise<void>;
  end(outcome: RunOutcome, leases: readonly Lease[]): Promise<RunEnding>;
}

export function runPorts(options: PortOptions): RunPorts {
  let opened: Opened | null = null;
  let found = new Map<string, Fetched>();
  const { wanted } = options;
  return {
    begin: async (ref) => {
      const open = await openRun(options, ref);
      opened = open;
      try {
        const { env, cwd } = options;
        const context = { client: open.client, env, cwd, environment: ref.environment };
        found = await fetchAll(wanted, context);
        await noteReferences(callerOf(options), wanted, found);
        const values = issueOrWipe(wanted, found);
        const expires = Date.now() + (open.ttl > 0 ? open.ttl : wanted.ttl);
        const run = { runId: open.runId, ...values, plain: wanted.plain, mask: open.mask, expires };
        return {
          ...run,
          ...keeping(options, open, () => found),
          refresh: () => refreshed(context),
        } satisfies IssuedRun;
      } catch (error) {
        wipe(found.values());
        await open.abandon().catch(() => undefined); // the first error tells
        for (const { value } of open.mask) value.wipe();
        throw error;
      }
    },
    end: async (outcome) => {
      const leases = [...found.values()].flatMap(({ lease }) => lease ?? []);
      return (await opened?.end(outcome, leases)) ?? nothingToEnd;
    },
    ...(options.localKey !== undefined && { localKey: options.localKey }),
  };

  /** Stored values anew; references, of which nobody tells that they changed, and what was minted for the run stay. */
  async function refreshed(context: Parameters<typeof fetchOne>[1]): Promise<IssuedValues> {
    const newer = new Map(found);
    for (const [name, { source }] of found)
      if (source.kind === "stored" || source.kind === "path")
        newer.set(name, await fetchOne(source, context));
    const values = issueOrWipe(wanted, newer);
    found = newer;
    return values;
  }
}

function issueOrWipe(wanted: Wanted, found: ReadonlyMap<string, Fetched>): IssuedValues {
  try {
    return issue(wanted, found);
  } catch (error) {
    wipe(found.values());
    throw error;
  }
}

function keeping(
  { wanted, interval }: PortOptions,
  { client, ttl }: Opened,
  found: () => Map<string, Fetched>,
) {
  if (client === null) return {};
  const leases = [...found().values()].flatMap(({ lease }) => lease ?? []);
  const watched = (): Watched[] =>
    wanted.onChange === "none"
      ? []
      : [...found().values()].flatMap(({ source, metadata, version }) =>
          metadata === null || version === null ? [] : [{ secret: source.name, metadata, version }],
        );
  return {
    watch: (events: Parameters<typeof keep>[1]) => keep({ client, ttl, leases, watched, interval }, events),
  };
}

/** Who may note what was resolved: the stage's token itself, or the caller's. */
const callerOf = ({ entry }: PortOptions): ApiClient | null =>
  entry === null ? null : entry.as === "stage" ? entry.client : entry.api.client;

async function openRun(options: PortOptions, ref: StageRef): Promise<Opened> {
  const { entry, wanted, mustLogIn } = options;
  if (entry === null) {
    const end = (): Promise<RunEnding> => Promise.resolve(nothingToEnd);
    return { runId: localRunId(), client: null, ttl: 0, mask: [], abandon: () => Promise.resolve(), end };
  }
  if (entry.as === "stage") return await byStageLogin(options, entry);
  const { api, own } = entry;
  const caller = api.client;
  const dropOwn = async (): Promise<void> => {
    if (own !== null) await revokeSelf(caller);
    own?.wipe();
  };
  if (!wanted.declared)
    return {
      ...{ runId: localRunId(), client: caller, ttl: 0, mask: [], abandon: dropOwn },
      end: async (_, leases) => {
        for (const { id } of leases) await caller.call("POST", "sys/leases/revoke", { lease_id: id });
        return ended(await endedLeases(caller, leases), null, dropOwn);
      },
    };
  const logsIn = mustLogIn || needsStore(wanted);
  const runId = await startRun(options, caller, ref).catch((error: unknown) => {
    if (logsIn) throw error;
    return null; // references alone need nobody's leave, and the receipt stands
  });
  const abandon = async (): Promise<void> => {
    if (runId !== null) await caller.call("POST", `bulkhead/runs/${runId}/revoke`, {});
    await dropOwn();
  };
  const record = async (outcome: RunOutcome): Promise<ReturnType<typeof signedBy> | null> => {
    if (runId === null) return null;
    // the run's record revokes whatever else carries its id
    await caller.call("POST", `bulkhead/runs/${runId}/end`, factsOf(outcome));
    return signedBy(caller, `bulkhead/runs/${runId}/receipt`);
  };
  if (!logsIn)
    return {
      ...{ runId: runId ?? localRunId(), client: null, ttl: 0, mask: [], abandon },
      end: async (outcome) => ended([], await record(outcome), dropOwn),
    };
  try {
    const id = runId ?? "";
    const login = await untilApproved(() => logIn(options, caller, ref, id), options.onWaiting);
    const client = caller.with(login.token);
    return {
      runId: id,
      client,
      ttl: login.ttl,
      mask: [{ name: "the stage's token", value: login.token }],
      abandon,
      end: async (outcome, leases) => {
        await revokeSelf(client);
        const sign = await record(outcome);
        const gone = [await endedToken(client, ref.stage), ...(await endedLeases(caller, leases))];
        return ended(gone, sign, dropOwn);
      },
    };
  } catch (error) {
    await abandon().catch(() => undefined); // the first error tells
    throw error;
  }
}

/** The platform's own login: its token carries who it is, records its run, and ends itself. */
async function byStageLogin({ commit, wanted }: PortOptions, entry: StageLogin): Promise<Opened> {
  const { client, answer, proof, by } = entry;
  const facts = { commit: commit ?? "", host: hostname(), pid: process.pid, ttl: lifeOf(wanted) };
  const run = await client.write("bulkhead/runs/self", facts).catch((error: unknown) => {
    // an AppRole's stage may have no identity, and then no leave to record
    if (isBulkheadError(error) && error.status === 403) return null;
    throw error;
  });
  const id = typeof run?.id === "string" ? run.id : null;
  return {
    runId: id ?? localRunId(),
    client,
    ttl: answer.ttl,
    mask: [
      { name: "the stage's token", value: answer.token },
      { name: `the identity token of ${by}`, value: proof },
    ],
    abandon: () => revokeSelf(client),
    end: async (outcome, leases) => {
      const left = id === null ? null : await endSelf(client, id, outcome, leases);
      // where the token is needed for the receipt, its leases are over already and it ends with the signature
      if (left === null) await revokeSelf(client);
      const lost = async (): Promise<Revocation[]> => {
        if (left !== null) await revokeSelf(client);
        const own = leases.map(({ id: lease, secret }) =>
          leaseOf(secret, left?.includes(lease) !== true, null),
        );
        return [await endedToken(client, wanted.stage), ...own];
      };
      if (id === null || left === null) {
        const gone = await lost();
        return ended(gone, null, () => Promise.resolve());
      }
      const own = leases.map(({ id: lease, secret }) => leaseOf(secret, !left.includes(lease), "signer"));
      const token = { what: "token", of: wanted.stage, result: "revoked", proof: "signer" } as const;
      return {
        revocations: [token, ...own],
        sign: signedBy(client, "bulkhead/runs/self/receipt", id),
        drop: lost,
      };
    },
  };
}

/** Leases that could not be ended; null where the token has no leave to record its run, or is over. */
async function endSelf(
  client: ApiClient,
  id: string,
  outcome: RunOutcome,
  leases: readonly Lease[],
): Promise<readonly string[] | null> {
  const body = { id, leases: leases.map((one) => one.id), ...factsOf(outcome) };
  const answer = await client.call("POST", "bulkhead/runs/self/end", body, { allow: [403] });
  if (answer.status === 403) return null;
  const { leases_left: left } = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
    leases_left?: string[];
  };
  return left ?? [];
}

/** As the store makes them: the time first, so that receipts sort. */
const localRunId = (): string => Date.now().toString(16).padStart(12, "0") + randomBytes(10).toString("hex");

/** 403: it has run out. */
async function revokeSelf(client: ApiClient): Promise<void> {
  await client.call("POST", "auth/token/revoke-self", {}, { allow: [403] });
}

/** Of the run's record, in seconds. */
const lifeOf = ({ ttl }: Wanted): number => Math.ceil(ttl / 1_000) + SLACK_SECONDS;

async function startRun(
  { commit, actor, wanted }: PortOptions,
  client: ApiClient,
  ref: StageRef,
): Promise<string> {
  const facts = { commit: commit ?? "", actor, host: hostname(), pid: process.pid, ttl: lifeOf(wanted) };
  const data = await client.write("bulkhead/runs", { ...ref, ...facts });
  const id = data?.id;
  if (typeof id !== "string")
    throw new BulkheadError("api.unexpected", { path: "bulkhead/runs", problem: "it names no run" });
  return id;
}

async function logIn(
  { commit, actor, asOperator }: PortOptions,
  client: ApiClient,
  ref: StageRef,
  run: string,
) {
  const role = `auth/${APPROLE_MOUNT}/role/${roleName(ref.project, ref.stage, ref.environment)}`;
  const metadata = JSON.stringify({ run, ...ref, commit: commit ?? "", actor });
  const [id, secret] = await Promise.all([
    client.read(`${role}/role-id`),
    client
      .call("POST", `${role}/secret-id`, {
        metadata,
        num_uses: 1,
        ttl: 60,
        ...(asOperator && { as_operator: true }),
      })
      .catch(notApplied(ref)),
  ]);
  if (id === null) throw new BulkheadError("run.not-applied", { ...ref });
  const body = secret.body.get("data");
  const { secret_id } = JSON.parse(body?.bytes.toString("utf8") ?? "{}") as { secret_id?: string };
  body?.bytes.fill(0);
  return await client.login(`auth/${APPROLE_MOUNT}/login`, {
    role_id: String(id.role_id),
    secret_id: secret_id ?? "",
  });
}

function notApplied(ref: StageRef): (error: unknown) => never {
  return (error) => {
    const absent = isBulkheadError(error) && (error.code === "approle.no-role" || error.status === 404);
    throw absent ? new BulkheadError("run.not-applied", { ...ref }, { cause: error }) : error;
  };
}

function factsOf({ exit, isolation, masked }: RunOutcome) {
  return {
    exit_code: exit ?? undefined,
    isolation: isolation?.name ?? "not started",
    masks: [...masked.values()].reduce((sum, one) => sum + one, 0),
  };
}
