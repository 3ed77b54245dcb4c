/**
 * A run over /v1: the run's record, a single-use secret id for the stage's role, the login with it, the secrets read with the
 * stage's own token (so that its policy decides, not the caller's), and at the end everything revoked.
 */
import { hostname } from "node:os";
import type { ApiClient } from "../client/index.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";
import { APPROLE_MOUNT, KV_MOUNT, roleName, secretPath } from "../manifest/desired.ts";
import type { Manifest, Stage } from "../manifest/index.ts";
import { untilApproved } from "./approval.ts";
import type { IssuedRun, IssuedSecret, RunOutcome, RunPorts, StageRef } from "../run/session.ts";

export interface ApiRunOptions {
  readonly client: ApiClient;
  readonly manifest: Manifest;
  readonly stage: Stage;
  readonly commit: string | null;
  /** Who starts it, as the audit log shall show. */
  readonly actor: string;
  /** The operator's explicit exception, where the stage's role is for automated identities. */
  readonly asOperator: boolean;
  /** Hears once that the login waits for another person. */
  readonly onWaiting: (error: Error & { readonly hint: string }) => void;
}

/** How much longer than the stage's token the run's record waits before the sweep. */
const SLACK_SECONDS = 60;

export function apiRunPorts(options: ApiRunOptions): RunPorts {
  const { client, manifest, stage } = options;
  let own: ApiClient | null = null;
  return {
    begin: async (ref) => {
      const runId = await startRun(options, ref);
      try {
        const login = await untilApproved(() => logIn(options, ref, runId), options.onWaiting);
        own = client.with(login.token);
        const secrets = await fetchSecrets(own, manifest, stage, ref);
        const plain = Object.fromEntries(stage.set.map(({ variable, value }) => [variable, value]));
        const mask = [{ name: "the stage's token", value: login.token }];
        return { runId, secrets, plain, mask, expires: Date.now() + login.ttl } satisfies IssuedRun;
      } catch (error) {
        await client.call("POST", `bulkhead/runs/${runId}/revoke`, {}).catch(() => undefined); // the first error tells
        throw error;
      }
    },
    end: async (outcome) => await endRun(client, own, outcome),
  };
}

async function startRun({ client, stage, commit, actor }: ApiRunOptions, ref: StageRef): Promise<string> {
  const ttl = Math.ceil(stage.ttl / 1_000) + SLACK_SECONDS;
  const facts = { commit: commit ?? "", actor, host: hostname(), pid: process.pid, ttl };
  const data = await client.write("bulkhead/runs", { ...ref, ...facts });
  const id = data?.id;
  if (typeof id !== "string")
    throw new BulkheadError("api.unexpected", { path: "bulkhead/runs", problem: "it names no run" });
  return id;
}

async function logIn({ client, commit, actor, asOperator }: ApiRunOptions, ref: StageRef, run: string) {
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

async function fetchSecrets(
  client: ApiClient,
  manifest: Manifest,
  { use }: Stage,
  { environment }: StageRef,
): Promise<IssuedSecret[]> {
  const issued: IssuedSecret[] = [];
  try {
    for (const [secret, uses] of Map.groupBy(use, (one) => one.secret)) {
      const path = secretPath(manifest.project, environment, secret);
      const found = await client.readSecret(`${KV_MOUNT}/data/${path}`);
      if (found === null) throw new BulkheadError("run.no-value", { secret, environment });
      const given = new Set<Secret>();
      for (const { variable, field } of uses) {
        const value = found.fields.get(field);
        if (value === undefined)
          throw new BulkheadError("run.no-field", { secret, field, variable, environment });
        given.add(value);
        issued.push({ variable, secretName: secret, field, version: found.version, value });
      }
      for (const value of found.fields.values()) if (!given.has(value)) value.wipe();
    }
    return issued;
  } catch (error) {
    for (const { value } of issued) value.wipe();
    throw error;
  }
}

/** The token first, by itself; then the run, which revokes whatever else carries its id. */
async function endRun(client: ApiClient, own: ApiClient | null, outcome: RunOutcome): Promise<void> {
  const { runId, exit, isolation, masked } = outcome;
  await own?.call("POST", "auth/token/revoke-self", {}, { allow: [403] }); // 403: it has run out
  const masks = [...masked.values()].reduce((sum, one) => sum + one, 0);
  await client.call("POST", `bulkhead/runs/${runId}/end`, {
    exit_code: exit ?? undefined,
    isolation: isolation?.name ?? "not started",
    masks,
  });
}
