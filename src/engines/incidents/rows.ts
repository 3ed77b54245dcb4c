/** The mount's storage: `incident/<id>`, `item/<incident>/<item>`, `event/<incident>/<number>`, `key` (signs records). */
import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { ItemState, PlanItem, Reached, Target } from "../../incident/index.ts";

/** Times in milliseconds since the epoch. */
export interface Incident {
  readonly id: string;
  readonly state: "open" | "closed";
  readonly target: Target;
  readonly reached: Reached;
  /** From when on it may have gone on. */
  readonly since: number;
  readonly plan: readonly PlanItem[];
  readonly created: number;
  readonly closed: number | null;
  readonly by: string;
}

export interface ItemRow {
  readonly state: ItemState;
  readonly by: string;
  readonly time: number | null;
  readonly note: string;
  /** Who is at it, until when; null: nobody. */
  readonly claim: { readonly token: string; readonly by: string; readonly until: number } | null;
}

export interface EventRow {
  readonly time: number;
  readonly by: string;
  readonly what: string;
}

export const WAITING: ItemRow = { state: "waiting", by: "", time: null, note: "", claim: null };

const NUMBER_DIGITS = 6;
const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
async function decoded<T>(from: Pick<StorageReader, "get">, key: string): Promise<T | null> {
  const bytes = await from.get(key);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as T);
}

/** 32 hex digits, the first 12 the time. */
export const newIncidentId = (now: number): string =>
  now.toString(16).padStart(12, "0") + randomBytes(10).toString("hex");

export const loadIncident = async (from: StorageReader, id: string): Promise<Incident | null> =>
  /^[0-9a-f]{32}$/.test(id) ? await decoded<Incident>(from, `incident/${id}`) : null;
export const incidentIds = async (from: StorageReader): Promise<string[]> =>
  (await from.list("incident/")).reverse();
export const putIncident = (tx: StorageTransaction, incident: Incident): void =>
  tx.put(`incident/${incident.id}`, encode(incident));

export const loadItem = async (from: StorageReader, incident: string, item: string): Promise<ItemRow> =>
  (await decoded<ItemRow>(from, `item/${incident}/${item}`)) ?? WAITING;
export const putItem = (
  tx: StorageTransaction,
  incident: string,
  { item, row }: { readonly item: string; readonly row: ItemRow },
): void => tx.put(`item/${incident}/${item}`, encode(row));

export async function addEvent(tx: StorageTransaction, incident: string, event: EventRow): Promise<void> {
  const number = (await tx.list(`event/${incident}/`)).length;
  tx.put(`event/${incident}/${String(number).padStart(NUMBER_DIGITS, "0")}`, encode(event));
}

export async function loadEvents(storage: Storage, incident: string): Promise<EventRow[]> {
  const found: EventRow[] = [];
  for (const key of await storage.list(`event/${incident}/`)) {
    const event = await decoded<EventRow>(storage, `event/${incident}/${key}`);
    if (event !== null) found.push(event);
  }
  return found;
}

/** Made at first use; it never leaves the barrier. */
export async function signingKey(tx: StorageTransaction) {
  const kept = await tx.get("key");
  if (kept !== null) return createPrivateKey({ key: kept, format: "der", type: "pkcs8" });
  const { privateKey } = generateKeyPairSync("ed25519");
  tx.put("key", privateKey.export({ format: "der", type: "pkcs8" }));
  return privateKey;
}
