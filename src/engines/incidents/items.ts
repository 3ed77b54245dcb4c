/**
 * An item's life: somebody takes it (so that no second operator does the same), does it, says how it ended. The claim is a row before
 * anything is done: after a crash the item is free again when the claim's time is over, and done once more.
 */
import { randomBytes } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { PlanItem } from "../../incident/index.ts";
import { type Incident, type ItemRow, addEvent, loadIncident, loadItem, putItem } from "./rows.ts";

export const CLAIM_MS = 60_000;

export interface Asked {
  readonly incident: string;
  readonly item: string;
  readonly by: string;
  readonly now: number;
}

const OVER = new Set(["done", "excused"]);

async function found(
  tx: Parameters<typeof loadIncident>[0],
  { incident, item }: Asked,
): Promise<{ readonly open: Incident; readonly planned: PlanItem; readonly row: ItemRow }> {
  const open = await loadIncident(tx, incident);
  if (open === null) throw new BulkheadError("incident.unknown", { id: incident.slice(0, 64) });
  if (open.state === "closed") throw new BulkheadError("incident.closed", { id: incident });
  const planned = open.plan.find(({ id }) => id === item);
  if (planned === undefined) throw new BulkheadError("incident.unknown-item", { item: item.slice(0, 20) });
  return { open, planned, row: await loadItem(tx, incident, item) };
}

/** Takes an item, or goes on holding it. Throws `incident.taken`, `incident.over`. */
export async function begin(
  storage: Storage,
  asked: Asked,
  held: string,
): Promise<{ readonly claim: string }> {
  const { incident, item, by, now } = asked;
  return await storage.transaction(async (tx) => {
    const { planned, row } = await found(tx, asked);
    if (OVER.has(row.state)) throw new BulkheadError("incident.over", { item, state: row.state });
    const { claim } = row;
    if (claim !== null && claim.until > now && claim.token !== held)
      throw new BulkheadError("incident.taken", {
        item,
        by: claim.by,
        seconds: Math.ceil((claim.until - now) / 1_000),
      });
    const token = claim !== null && claim.token === held ? held : randomBytes(16).toString("hex");
    putItem(tx, incident, {
      item,
      row: { ...row, state: "doing", by, claim: { token, by, until: now + CLAIM_MS } },
    });
    if (token !== held)
      await addEvent(tx, incident, { time: now, by, what: `begins ${item}: ${planned.title}` });
    return { claim: token };
  });
}

export interface Ending {
  readonly state: "done" | "failed" | "excused" | "waiting";
  readonly note: string;
  /** null: a person's word, who needs no claim. */
  readonly claim: string | null;
}

export async function end(storage: Storage, asked: Asked, { state, note, claim }: Ending): Promise<void> {
  const { incident, item, by, now } = asked;
  await storage.transaction(async (tx) => {
    const { planned, row } = await found(tx, asked);
    if (OVER.has(row.state)) throw new BulkheadError("incident.over", { item, state: row.state });
    const held = row.claim !== null && row.claim.until > now && row.claim.token !== claim;
    if (held || (claim !== null && row.claim?.token !== claim))
      throw new BulkheadError("incident.taken", {
        ...{ item, by: row.claim?.by ?? "somebody else" },
        seconds: Math.ceil(Math.max(0, (row.claim?.until ?? now) - now) / 1_000),
      });
    putItem(tx, incident, {
      item,
      row: { state, by, time: state === "waiting" ? null : now, note, claim: null },
    });
    const words = {
      done: "has done",
      failed: "failed at",
      excused: "leaves out",
      waiting: "leaves to people",
    }[state];
    await addEvent(tx, incident, {
      time: now,
      by,
      what: `${words} ${item}: ${planned.title}${note === "" ? "" : ` (${note})`}`,
    });
  });
}
