/** Receipts at hand: this user's files and what the store keeps, each with what its signature is worth here. */
import { type KeyObject, createPublicKey } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ApiClient } from "../client/index.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import {
  type Envelope,
  type Receipt,
  parseEnvelope,
  receiptKeyId,
  receiptOf,
  verifyEnvelope,
} from "../core/receipt.ts";
import { readReceiptKey } from "../run/seal.ts";
import type { Context } from "./context.ts";
import { readPrivateFile } from "./private-file.ts";
import { envelopeAt } from "./run/ending.ts";

/** Of a file: larger ones are no receipts. */
const MOST_FILE = 1024 * 1024;
const AT_ONCE = 8;
const PAGE = 200;

export interface PublicKey {
  readonly keyid: string;
  readonly key: KeyObject;
}

export const inReach = (context: Context): boolean => context.address !== null || context.hasLocalStore;

export function pemOf({ key }: PublicKey): string {
  return key.export({ format: "pem", type: "spki" }).toString();
}

/** Public or private, in PEM. Throws `io.failed`, `receipt.key-invalid`. */
export function keyFile(path: string, signer: "store" | "local"): PublicKey {
  const pem = readSmall(path);
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "ed25519") return { keyid: receiptKeyId(signer, key), key };
  } catch {
    // said below
  }
  throw new BulkheadError("receipt.key-invalid", { path });
}

/** null: none was made yet. Throws `receipt.key-invalid`, `cli.file-exposed`, `io.failed`. */
export function localPublicKey({ home }: Context): PublicKey | null {
  if (!existsSync(home.receiptKey)) return null;
  const { keyid, key } = readReceiptKey(readPrivateFile(home.receiptKey), home.receiptKey);
  return { keyid, key: createPublicKey(key) };
}

export async function storePublicKey(client: ApiClient): Promise<PublicKey> {
  const data = await client.read("bulkhead/runs/receipt-key");
  try {
    const key = createPublicKey(String(data?.public_key ?? ""));
    return { keyid: receiptKeyId("store", key), key };
  } catch (cause) {
    const details = { path: "bulkhead/runs/receipt-key", problem: "it holds no key" };
    throw new BulkheadError("api.unexpected", details, { cause });
  }
}

/** The keys that are at hand, each looked for once and only when one is asked for. */
export class ReceiptKeys {
  readonly #context: Context;
  readonly #kept = new Map<string, Promise<PublicKey | null>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** null: there is none. Throws what keeps the one that should be there from being read. */
  async of(keyid: string): Promise<PublicKey | null> {
    const [signer = ""] = keyid.split(":", 1);
    const kept = this.#kept.get(signer) ?? this.#find(signer);
    this.#kept.set(signer, kept);
    return await kept;
  }

  async #find(signer: string): Promise<PublicKey | null> {
    if (signer === "local") return localPublicKey(this.#context);
    if (signer !== "store" || !inReach(this.#context)) return null;
    return await storePublicKey((await this.#context.api()).client);
  }
}

/** `valid`; `unsigned`; `no key`: nothing here to check it with; `invalid`. */
export type Worth = "valid" | "unsigned" | "no key" | "invalid";

export interface Checked {
  readonly envelope: Envelope;
  readonly receipt: Receipt;
  readonly keyid: string | null;
  readonly worth: Worth;
  /** Why it is not valid. */
  readonly problem: string | null;
}

/** Throws `receipt.invalid` where not even its statement can be read. */
export async function checked(envelope: Envelope, keys: ReceiptKeys): Promise<Checked> {
  const receipt = receiptOf(envelope);
  const keyid = envelope.signatures[0]?.keyid ?? null;
  const told = (worth: Worth, problem: string | null): Checked => ({
    envelope,
    receipt,
    keyid,
    worth,
    problem,
  });
  if (keyid === null)
    return receipt.signer === "none" ? told("unsigned", null) : told("invalid", "its signature is gone");
  try {
    const key = await keys.of(keyid);
    if (key === null) return told("no key", `there is no key here for ${keyid}`);
    verifyEnvelope(envelope, key);
    return told("valid", null);
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    return told(error.code === "receipt.invalid" ? "invalid" : "no key", error.message);
  }
}

/** Throws `io.failed`, `receipt.invalid`. */
export const envelopeFile = (path: string): Envelope => parseEnvelope(readSmall(path));

function readSmall(path: string): string {
  try {
    if (statSync(path).size <= MOST_FILE) return readFileSync(path, "utf8");
  } catch (cause) {
    const { code: reason = "unknown" } = cause as NodeJS.ErrnoException;
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
  throw new BulkheadError("receipt.invalid", { problem: `${path} is too large` });
}

export interface Wished {
  readonly project?: string | undefined;
  readonly stage?: string | undefined;
  readonly env?: string | undefined;
  /** Ended at or after this moment, in milliseconds since the epoch. */
  readonly since?: number;
}

export interface ReceiptAtHand extends Checked {
  readonly at: "store" | "local";
}

export interface Gathered {
  /** Newest first; the store's where both have one of the same run. */
  readonly receipts: readonly ReceiptAtHand[];
  /** Runs that the store knows and of which there is no receipt that can be read. */
  readonly missing: readonly { readonly run: string; readonly stage: string; readonly environment: string }[];
  /** Files and runs whose receipt cannot be read, and why. */
  readonly unread: readonly { readonly what: string; readonly reason: string }[];
}

export async function gather(context: Context, wished: Wished): Promise<Gathered> {
  const keys = new ReceiptKeys(context);
  const unread: { what: string; reason: string }[] = [];
  const found = new Map<string, ReceiptAtHand>();
  const take = async (what: string, at: "store" | "local", read: () => Promise<Envelope>): Promise<void> => {
    try {
      const one = await checked(await read(), keys);
      if (wanted(one.receipt, wished)) found.set(one.receipt.run, { ...one, at });
    } catch (error) {
      if (!isBulkheadError(error)) throw error;
      unread.push({ what, reason: error.message });
    }
  };
  for (const path of localFiles(context))
    await take(path, "local", () => Promise.resolve().then(() => envelopeFile(path)));
  const runs = await storeRuns(context, wished, unread);
  const signed = runs.filter(({ receipt }) => receipt !== null);
  for (let at = 0; at < signed.length; at += AT_ONCE)
    await Promise.all(
      signed.slice(at, at + AT_ONCE).map(async ({ id }) => {
        const { client } = await context.api();
        await take(`run ${id}`, "store", () => envelopeAt(client, "GET", `bulkhead/runs/${id}/receipt`));
      }),
    );
  const { since = 0 } = wished;
  const missing = runs.filter(
    ({ id, state, end_time: end }) => !found.has(id) && state !== "running" && Date.parse(end ?? "") >= since,
  );
  return {
    receipts: [...found.values()].sort((a, b) => (a.receipt.started < b.receipt.started ? 1 : -1)),
    missing: missing.map(({ id: run, stage, environment }) => ({ run, stage, environment })),
    unread,
  };
}

function wanted(receipt: Receipt, { project, stage, env, since }: Wished): boolean {
  return (
    (project === undefined || receipt.project === project) &&
    (stage === undefined || receipt.stage === stage) &&
    (env === undefined || receipt.environment === env) &&
    (since === undefined || Date.parse(receipt.ended) >= since)
  );
}

function localFiles({ home }: Context): string[] {
  try {
    const names = readdirSync(home.runs).filter((name) => name.endsWith(".json"));
    return names.map((name) => join(home.runs, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    const { code: reason = "unknown" } = error as NodeJS.ErrnoException;
    throw new BulkheadError("io.failed", { action: "read", path: home.runs, reason }, { cause: error });
  }
}

interface RunLine {
  readonly id: string;
  readonly stage: string;
  readonly environment: string;
  readonly state: string;
  readonly created_time: string;
  readonly end_time: string | null;
  readonly receipt: string | null;
}

/** A store that does not let the caller list runs is told, and the local receipts stand. */
async function storeRuns(
  context: Context,
  { project, stage, env, since = 0 }: Wished,
  unread: { what: string; reason: string }[],
): Promise<RunLine[]> {
  if (!inReach(context)) return [];
  const where = { project, stage, environment: env, limit: String(PAGE) };
  const query = Object.fromEntries(
    Object.entries(where).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const all: RunLine[] = [];
  try {
    const { client } = await context.api();
    for (let after = ""; ; ) {
      const more = after === "" ? query : { ...query, after };
      const answer = await client.call("LIST", "bulkhead/runs", undefined, { query: more, allow: [404] });
      const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
        key_info?: Record<string, RunLine>;
        next?: string | null;
      };
      const page = Object.values(data.key_info ?? {});
      all.push(...page);
      const oldest = page.at(-1)?.created_time;
      // a run that began before the period may have ended in it: a day is the longest that is looked back
      if (!data.next || oldest === undefined || Date.parse(oldest) < since - LONGEST_RUN) return all;
      after = data.next;
    }
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    unread.push({ what: "the store's runs", reason: error.message });
    return [];
  }
}

const LONGEST_RUN = 24 * 3_600_000;
