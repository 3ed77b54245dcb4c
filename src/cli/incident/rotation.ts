/** A leaked secret's rotation, taken as far as it goes without a person: the old value gets no grace. A rotation under way is hurried, not doubled. */
import { follow, type Following } from "../rotate/follow.ts";
import { AT, type Shown, verdictOf } from "../rotate/shown.ts";
import type { Outcome } from "./work.ts";

export interface Leaked {
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
}

const HOLD_MS = 20_000;

/** `hold` is called while it takes long. */
export async function rotateLeaked(
  following: Following,
  leaked: Leaked,
  { reason, hold }: { readonly reason: string; readonly hold: () => Promise<void> },
): Promise<Outcome> {
  const { secret, environment } = leaked;
  const begun = await following.client.call(
    "POST",
    AT,
    { ...leaked, reason, grace: "0s" },
    { allow: [400, 404, 405, 409] },
  );
  const id = begun.status === 409 ? await underWay(following, leaked) : dataOf(begun.body).id;
  if (typeof id !== "string")
    return { state: "waiting", note: `by hand: \`bulkhead rotate ${secret} --env ${environment}\`` };
  const holding = setInterval(() => void hold().catch(() => undefined), HOLD_MS);
  const shown = await follow(following, id, { now: true }).finally(() => clearInterval(holding));
  if (shown.state === "done")
    return { state: "done", note: `rotation ${id}: the new value works, the old one is proved dead` };
  const last = shown.problem || (shown.steps.at(-1)?.note ?? shown.state);
  const next =
    verdictOf(shown) === "failed" ? `rotate ${secret} --env ${environment}` : `rotate continue ${id}`;
  return { state: "waiting", note: `rotation ${id}: ${last}; go on with \`bulkhead ${next}\`` };
}

async function underWay({ client }: Following, { project, environment, secret }: Leaked): Promise<unknown> {
  const query = { project, environment, secret };
  const answer = await client.call("LIST", AT, undefined, { query, allow: [404] });
  const { key_info: found = {} } = dataOf(answer.body) as { key_info?: Readonly<Record<string, Shown>> };
  return Object.values(found).find(({ ended }) => ended === null)?.id;
}

const dataOf = (body: ReadonlyMap<string, { readonly bytes: Buffer }>): Record<string, unknown> =>
  (JSON.parse(body.get("data")?.bytes.toString("utf8") ?? "{}") ?? {}) as Record<string, unknown>;
