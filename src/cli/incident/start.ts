/** Works an incident off: item by item in the plan's order, each taken before it is done and told afterwards. */
import { isBulkheadError } from "../../core/errors.ts";
import { type PlanItem, stepTitle } from "../../incident/index.ts";
import { HttpFailure } from "../../managers/http.ts";
import type { Context } from "../context.ts";
import { plain } from "../output.ts";
import { findProject } from "../project.ts";
import { readIncident } from "./target.ts";
import { carryOut } from "./work.ts";

const HOLD_MS = 20_000;
const OVER = new Set(["done", "excused"]);

/** Gives how many items are left. What fails keeps nothing else from being done. */
export async function workOff(context: Context, incident: string): Promise<number> {
  const { plan, items } = await readIncident(context, incident);
  const states = new Map(items.map(({ id, state }) => [id, state]));
  let step = 0;
  for (const item of plan) {
    if (OVER.has(states.get(item.id) ?? "")) continue;
    if (item.step !== step) context.out.note(`${item.step}. ${stepTitle(item.step)}`);
    step = item.step;
    if (item.action === null) say(context, item, `waits for ${item.owner}: ${item.command}`);
    else await one(context, incident, item);
  }
  const after = await readIncident(context, incident);
  return after.items.filter(({ state }) => !OVER.has(state)).length;
}

async function one(context: Context, incident: string, item: PlanItem): Promise<void> {
  const { client, operator } = await context.api();
  const path = `bulkhead/incidents/${incident}/items/${item.id}`;
  const claim = await taken(context, path, item);
  if (claim === null || item.action === null) return;
  const hold = async (): Promise<void> => void (await client.write(`${path}/begin`, { claim }));
  const holding = setInterval(() => void hold().catch(() => undefined), HOLD_MS);
  const following = {
    ...{ context, client, operator, ask: false },
    manifest: (await findProject(context))?.manifest ?? null,
  };
  const work = { client, env: context.env, incident, rehearse: false, hold, following };
  const outcome = await carryOut(item.action, work)
    .catch((error: unknown) => ({ state: "failed" as const, note: reasonOf(error) }))
    .finally(() => clearInterval(holding));
  try {
    await client.write(`${path}/end`, { claim, ...outcome });
  } catch (error) {
    // another operator took it over meanwhile: the rest is still to be done
    if (!isBulkheadError(error) || (error.code !== "incident.taken" && error.code !== "incident.over"))
      throw error;
    return say(context, item, error.message);
  }
  if (outcome.state === "failed") say(context, item, `failed: ${outcome.note}`, "red");
  else say(context, item, wordsOf(outcome));
}

/** null: another operator is at it, or has done it meanwhile. */
async function taken(context: Context, path: string, item: PlanItem): Promise<string | null> {
  const { client } = await context.api();
  try {
    return String((await client.write(`${path}/begin`))?.claim ?? "");
  } catch (error) {
    if (!isBulkheadError(error) || (error.code !== "incident.taken" && error.code !== "incident.over"))
      throw error;
    say(context, item, error.message);
    return null;
  }
}

const wordsOf = ({ state, note }: { readonly state: string; readonly note: string }): string =>
  state === "done" ? `done: ${note}` : `waits: ${note}`;

function say({ out }: Context, { id, title }: PlanItem, words: string, colour?: "red"): void {
  const line = plain(`${id.padEnd(5)} ${title}`);
  out.print(line);
  out.print(`      ${colour === undefined ? plain(words) : out.style(colour, plain(words))}`);
}

/** Messages of ours and of calls to other systems hold no value. */
export function reasonOf(error: unknown): string {
  if (isBulkheadError(error) || error instanceof HttpFailure) return error.message;
  return error instanceof Error ? error.message.slice(0, 300) : "failed";
}
