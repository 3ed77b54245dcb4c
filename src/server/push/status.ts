/** What was pushed against what stands there now and what is stored here: by name, date and mark, since values cannot be read back. */
import type { ApiClient } from "../../client/index.ts";
import type { PushContext, PushedState } from "../../managers/push/index.ts";
import { KV_MOUNT, secretPath } from "../../manifest/desired.ts";
import { listed } from "../../client/lists.ts";
import type { PushJob } from "./jobs.ts";

export interface Remembered {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly target: string;
  readonly place: string;
  readonly name: string;
  readonly version: number;
  readonly mark: string;
  /** RFC 3339. */
  readonly time: string;
}

/** `gone`: it was pushed and is not there; `changed`: somebody else put something there; `behind`: there is a newer version here. */
export type Drift = "same" | "behind" | "changed" | "gone" | "never" | "undeclared";

export interface PushStatus {
  readonly environment: string;
  readonly secret: string;
  readonly target: string;
  readonly place: string;
  readonly name: string;
  readonly drift: Drift;
  /** RFC 3339; null: never. */
  readonly pushed: string | null;
  readonly version: number | null;
  readonly stored: number | null;
  /** As the target says; null: it does not. */
  readonly updated: string | null;
}

export async function rememberedPushes(client: ApiClient, project: string): Promise<readonly Remembered[]> {
  const found = await listed<Remembered>(client, "bulkhead/inventory/pushed", { query: { project } });
  return [...(found?.info.values() ?? [])];
}

export function driftOf(
  remembered: Remembered | undefined,
  there: PushedState | undefined,
  stored: number | null,
): Drift {
  if (remembered === undefined) return "never";
  if (there === undefined) return "gone";
  if (there.mark !== remembered.mark) return "changed";
  return stored !== null && stored !== remembered.version ? "behind" : "same";
}

/** One line for each name that was pushed, or has a name by the declaration alone. Throws `push.…`. */
export async function statusOf(
  job: PushJob,
  fields: readonly string[],
  at: { readonly client: ApiClient; readonly known: readonly Remembered[]; readonly context: PushContext },
): Promise<PushStatus[]> {
  const { project, environment, secret, target, place } = job;
  const mine = at.known.filter(
    (one) =>
      one.environment === environment &&
      one.secret === secret &&
      one.target === target.id &&
      one.place === place,
  );
  const declared = mine.length > 0 ? [] : fields.map((field) => job.nameOf(field, fields));
  const names = [...new Set([...mine.map(({ name }) => name), ...declared])];
  const there = await target.state(job.settings, names, at.context);
  const metadata = await at.client.read(`${KV_MOUNT}/metadata/${secretPath(project, environment, secret)}`);
  const current = metadata === null ? null : Number(metadata.current_version ?? 0);
  return names.map((name) => {
    const remembered = mine.find((one) => one.name === name);
    const state = there.find((one) => one.name === name);
    return {
      environment,
      secret,
      target: target.id,
      place,
      name,
      drift: driftOf(remembered, state, current),
      pushed: remembered?.time ?? null,
      version: remembered?.version ?? null,
      stored: current,
      updated: state?.updated ?? null,
    };
  });
}
