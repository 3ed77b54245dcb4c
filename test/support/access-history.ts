/** Audit entries as the kernel writes them, for a month of a small team's pipeline: the same for the same seed. No value, no key. */
import { createHash } from "node:crypto";
import type { AuditRecord } from "../../src/audit-log/index.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Monday. */
export const START = Date.parse("2026-03-02T00:00:00.000Z");

export const hmac = (text: string): string =>
  `hmac-sha256:${createHash("sha256").update(text).digest("hex")}`;

export type Metadata = Readonly<Record<string, string>>;

export interface Event {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly operation?: string;
  readonly path: string;
  readonly mount?: string;
  readonly remote?: string;
  readonly status?: number;
  /** The caller's token by any name; absent: none that is known. */
  readonly token?: string;
  readonly name?: string;
  readonly metadata?: Metadata;
  readonly version?: number;
  readonly asked?: Readonly<Record<string, unknown>>;
  /** A login: the token it gives, by any name. */
  readonly granted?: { readonly token: string; readonly metadata: Metadata };
  /** Sent, and not known. */
  readonly unknown?: string;
}

/** A request's two entries. */
export function recordsOf(event: Event, seq: number, segment = "0001"): [AuditRecord, AuditRecord] {
  const { at, operation = "read", path, mount = "kv", remote = "10.1.2.3", status = 200 } = event;
  const { token, name = "approle", metadata = {}, version, asked, granted, unknown } = event;
  const time = new Date(at).toISOString();
  const auth =
    token === undefined
      ? null
      : {
          accessor: hmac(`accessor ${token}`),
          display_name: name,
          policies: ["default"],
          metadata,
          token_type: "service",
        };
  const common = { id: `${segment}-${seq}`, operation, path, mount_type: mount, remote, auth };
  const data =
    version === undefined
      ? {}
      : operation === "read"
        ? { data: { value: hmac("v") }, metadata: { version } }
        : { version };
  return [
    { segment, seq, time, entry: { type: "request", ...common, data: asked ?? {} } },
    {
      ...{ segment, seq: seq + 1, time },
      entry: {
        type: "response",
        ...common,
        ...(unknown !== undefined && { token: hmac(unknown) }),
        status,
        ...(status < 400 ? { data } : { error: "permission denied", code: "auth.denied" }),
        ...(granted !== undefined && {
          granted: {
            accessor: hmac(`accessor ${granted.token}`),
            metadata: granted.metadata,
            client_token: hmac(granted.token),
          },
        }),
      },
    },
  ];
}

export function recordsOfAll(events: readonly Event[]): AuditRecord[] {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  return sorted.flatMap((event, index) => recordsOf(event, 2 * index + 1));
}

export const cell = (stage: string, environment: string): Metadata => ({
  project: "fraud",
  stage,
  environment,
});
export const path = (environment: string, name: string): string => `secret/data/fraud/${environment}/${name}`;

interface JobOptions {
  readonly at: number;
  readonly stage: string;
  readonly environment?: string;
  readonly secrets: readonly string[];
  readonly remote?: string;
  readonly metadata?: Metadata;
  readonly token?: string;
  /** Milliseconds until it is ended; absent: 10 minutes. */
  readonly lasts?: number;
}

/** A login by a platform's token, its fetches, its end. */
export function job({
  at,
  stage,
  environment = "prod",
  secrets,
  remote = "20.1.1.7",
  metadata = {},
  token = `${stage} ${at}`,
  lasts = 10 * MINUTE,
}: JobOptions): Event[] {
  const all = {
    ...{
      repository: "acme/fraud",
      workflow: `acme/fraud/.github/workflows/${stage}.yml@refs/heads/main`,
      ref: "refs/heads/main",
    },
    ...{
      job: `${stage}.yml`,
      run: String(7_000_000 + Math.floor((at - START) / MINUTE)),
      actor: "ana",
      commit: hmac(`commit ${Math.floor(at / DAY)}`).slice(12, 52),
    },
    ...cell(stage, environment),
    ...metadata,
  };
  const name = `jwt-repo:acme/fraud:${stage}`;
  const login: Event = {
    at,
    operation: "update",
    path: "auth/github/login",
    mount: "jwt",
    remote,
    asked: { role: `fraud.${stage}.${environment}` },
    granted: { token, metadata: { ...all, role: `fraud.${stage}.${environment}` } },
  };
  const fetches = secrets.map(
    (secret, index): Event => ({
      at: at + (index + 1) * 900,
      path: path(environment, secret),
      remote,
      token,
      name,
      metadata: all,
      version: 1,
    }),
  );
  return [
    login,
    ...fetches,
    {
      at: at + lasts,
      operation: "update",
      path: "auth/token/revoke-self",
      mount: "token",
      status: 204,
      remote,
      token,
      name,
      metadata: all,
    },
  ];
}

/** What a month of it looks like: nothing in it is an anomaly. */
export function usualMonth(days = 30): Event[] {
  const events: Event[] = [
    {
      at: START,
      operation: "create",
      path: "bulkhead/projects/fraud",
      mount: "bulkhead-projects",
      token: "operator",
      name: "operator",
      metadata: { operator: "ops" },
      remote: "local",
    },
  ];
  for (let day = 0; day < days; day++) {
    const at = START + day * DAY;
    const weekend = new Date(at).getUTCDay() % 6 === 0;
    // training at night, on hosted runners: another network each time
    events.push(
      ...job({
        at: at + 2 * HOUR + (day % 7) * 4 * MINUTE,
        stage: "train",
        secrets: ["wandb", "hub"],
        remote: `20.${1 + (day % 40)}.8.${day + 1}`,
      }),
    );
    // serving restarts every three hours, in its own network
    for (let hour = 1; hour < 24; hour += 3)
      events.push(
        ...job({
          at: at + hour * HOUR + day * 1_000,
          stage: "serve",
          secrets: ["openai"],
          remote: "10.1.2.9",
          lasts: 20 * MINUTE,
        }),
      );
    // releases by two people in working hours, with a tag each
    if (!weekend)
      events.push(
        ...job({
          at: at + 9 * HOUR + (day % 5) * 20 * MINUTE,
          stage: "publish",
          secrets: ["pypi"],
          remote: "10.1.7.4",
          metadata: {
            actor: day % 2 === 0 ? "ana" : "ben",
            ref: `refs/tags/v1.${day}`,
            workflow: `acme/fraud/.github/workflows/publish.yml@refs/tags/v1.${day}`,
          },
        }),
      );
    // development: anybody, any branch, any hour of work
    if (!weekend)
      for (let hour = 7; hour < 20; hour++)
        events.push(
          ...job({
            at: at + hour * HOUR + 13 * MINUTE,
            stage: "train",
            environment: "dev",
            secrets: ["wandb"],
            remote: `10.2.${hour}.1`,
            metadata: {
              actor: `dev${hour % 9}`,
              ref: `refs/heads/feature-${day}-${hour}`,
              workflow: "acme/fraud/.github/workflows/train.yml@refs/heads/main",
            },
          }),
        );
    // the backup reads all there is, each night
    for (let n = 0; n < 45; n++)
      events.push({
        at: at + 4 * HOUR + n * 2_000,
        path: path("prod", `part-${n}`),
        token: `backup ${day}`,
        name: "approle-backup",
        metadata: { role_name: "backup" },
        remote: "10.1.9.9",
        version: 1,
      });
    // an agent whose grant is missing asks for the same path over and over
    for (let n = 0; n < 30; n++)
      events.push({
        at: at + 5 * HOUR + n * 20_000,
        path: path("prod", "not-mine"),
        status: 403,
        token: `agent ${day}`,
        name: "approle-agent",
        metadata: { role_name: "agent" },
        remote: "10.1.3.3",
      });
    // a person mistypes twice, then logs in
    if (!weekend)
      for (const [n, status] of [400, 400, 200].entries())
        events.push({
          at: at + 8 * HOUR + n * 9_000,
          operation: "update",
          path: "auth/userpass/login/ana",
          mount: "userpass",
          status,
          remote: "10.4.4.4",
          ...(status === 200 && { granted: { token: `ana ${day}`, metadata: { username: "ana" } } }),
        });
  }
  return events;
}
