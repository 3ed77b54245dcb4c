/** What requests say, one item or a batch of them: values stay bytes, and what is wrong with an item is that item's error alone. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import {
  RawJson,
  type ReplyValue,
  decodeString,
  elements,
  encodeJson,
  extentOf,
  kindOf,
  members,
} from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, Reply } from "../../kernel/plugin.ts";
import { decodeBase64 } from "./base64.ts";

/** Vault's own rule for names. */
const NAME = /^\w(?:[\w.-]*\w)?$/;
const MOST_NAME = 256;
/** JSON values within a batch: each costs memory of its own while it is read. */
const MOST_VALUES = 200_000;
/** Milliseconds of work after which others get their turn. */
const SLICE = 10;

export type Item = ReadonlyMap<string, RawJson>;

export const isKeyName = (name: string): boolean => NAME.test(name) && name.length <= MOST_NAME;

/** Other names are no paths of this engine, as in Vault. */
export function keyName(call: Call): string {
  const name = call.params.name ?? "";
  if (!isKeyName(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

/** A member as bytes in a buffer of its own (a number as its digits); null when absent. Throws `request.invalid`. */
export function textOf(item: Item, name: string): Buffer | null {
  const raw = item.get(name);
  if (raw === undefined) return null;
  const kind = kindOf(raw);
  if (kind === "null") return null;
  if (kind === "string") return decodeString(raw);
  if (kind === "number" || kind === "boolean") return Buffer.from(raw.bytes);
  throw new BulkheadError("request.invalid", {
    problem: `error converting input for field "${name}": expected a string, got ${kind}`,
  });
}

/** A member's base64, decoded into a buffer of its own; null when absent. */
export function bytesOf(item: Item, name: string, before = ""): Buffer | null {
  const text = textOf(item, name);
  if (text === null) return null;
  try {
    return decodeBase64(text, before);
  } finally {
    text.fill(0);
  }
}

/** A short member as text (versions, names of algorithms); undefined when absent. */
export function wordOf(item: Item, name: string): string | undefined {
  const bytes = textOf(item, name);
  return bytes?.toString("utf8", 0, 100);
}

export function versionOf(item: Item): number {
  const text = wordOf(item, "key_version") ?? "0";
  if (!/^[-+]?\d{1,9}$/.test(text))
    throw new BulkheadError("request.invalid", {
      problem: 'error converting input for field "key_version": expected type "int"',
    });
  return Number(text);
}

/** `reference` of a batch's item, given back with its result. */
const referenceOf = (item: Item): ReplyValue => {
  const raw = item.get("reference");
  return raw !== undefined && kindOf(raw) === "string" ? new RawJson(Buffer.from(raw.bytes)) : "";
};

export interface Items {
  readonly items: readonly Item[];
  readonly batch: boolean;
}

/** The items of `batch_input`, or the request itself as one. Throws `transit.missing` for an empty batch. */
export function itemsOf(call: Call, fields: Readonly<Record<string, FieldDeclaration>>): Items {
  const batch = call.fields.json("batch_input");
  if (batch !== undefined && kindOf(batch) !== "null") return { items: batchOf(batch), batch: true };
  const one = new Map<string, RawJson>();
  for (const name of Object.keys(fields)) {
    const raw = call.fields.json(name);
    if (raw !== undefined) one.set(name, raw);
  }
  return { items: [one], batch: false };
}

function batchOf(batch: RawJson): Item[] {
  const invalid = (problem: string): BulkheadError =>
    new BulkheadError("request.invalid", { problem: `failed to parse batch input: ${problem}` });
  const kind = kindOf(batch);
  if (kind !== "array") throw invalid(`source data must be an array, got ${kind}`);
  if (extentOf(batch).values > MOST_VALUES) throw invalid(`more than ${MOST_VALUES} values in one batch`);
  const items = elements(batch);
  if (items.length === 0)
    throw new BulkheadError("transit.missing", { problem: "missing batch input to process" });
  return items.map((raw, index) => {
    if (kindOf(raw) !== "object") throw invalid(`[${index}] expected an object, got ${kindOf(raw)}`);
    return members(raw);
  });
}

export type Result = Readonly<Record<string, ReplyValue>>;

export interface BatchRules {
  /** Beside `error` in a failed item. */
  readonly failed?: Result;
  /** A failed item makes the whole answer 400 (or `partial_failure_response_code`). */
  readonly strict?: boolean;
  /** Differs between the two forms of an answer. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** Does `work` for each item; long batches let other requests in between. The only item's error is the request's. */
export async function answerEach(
  call: Call,
  { items, batch }: Items,
  work: (item: Item, index: number) => Promise<Result>,
  rules: BatchRules = {},
): Promise<Reply> {
  const [first] = items;
  if (!batch && first !== undefined) return { data: await work(first, 0) };
  const results: Result[] = [];
  let failures = 0;
  let since = performance.now();
  for (const [index, item] of items.entries()) {
    const reference = referenceOf(item);
    try {
      results.push({ ...renamed(await work(item, index), rules.rename), reference });
    } catch (error) {
      if (!isBulkheadError(error) || error.status >= 500) throw error;
      failures++;
      results.push({ ...rules.failed, error: error.message, reference });
    }
    if (performance.now() - since < SLICE) continue;
    await nextTurn();
    since = performance.now();
  }
  const data = { batch_results: composed(results) };
  return rules.strict !== true || failures === 0
    ? { data }
    : { data, status: failures === items.length ? 400 : partialStatus(call) };
}

const renamed = (result: Result, names: Readonly<Record<string, string>> = {}): Result =>
  Object.fromEntries(Object.entries(result).map(([name, value]) => [names[name] ?? name, value]));

/** As one slice of JSON: the audit log bounds what it hashes of one. The parts are zeroed. */
function composed(results: readonly Result[]): RawJson {
  const parts = encodeJson(results);
  const whole = Buffer.concat(parts);
  for (const part of parts) part.fill(0);
  return new RawJson(whole);
}

/** Statuses that carry a body and are answers. */
const isStatus = (code: number): boolean => code >= 200 && code <= 599 && ![204, 205, 304].includes(code);

function partialStatus(call: Call): number {
  const code = call.fields.int("partial_failure_response_code");
  return code !== undefined && isStatus(code) ? code : 400;
}

/** Fields that every batch takes. */
export const BATCH_FIELDS = {
  batch_input: { type: "json", description: "Several items in one request, each with the fields below" },
} as const satisfies Record<string, FieldDeclaration>;
