/** What requests say: paths, check-and-set, version lists, durations, metadata. Lenient where Vault's clients count on it. */
import { BulkheadError } from "../../core/errors.ts";
import { parseDuration } from "../../core/duration.ts";
import {
  type Json,
  type RawJson,
  type ReplyValue,
  decodeString,
  elements,
  encodeJson,
  extentOf,
  kindOf,
  leaves,
  members,
  parseJson,
} from "../../core/json-bytes.ts";
import type { Call } from "../../kernel/plugin.ts";

/** Leaves room for the mount's path (256) and the version within a storage key of 1,024 bytes. */
const MAX_PATH = 640;
/** The store takes 32 MiB an entry, of which encryption needs a little. */
const MAX_VALUE = 31 * 1024 * 1024;
/** Bytes times nesting: what taking a value apart costs at most (about a second). */
const MAX_WORK = 512 * 1024 * 1024;
/** Each is a row of the value index. */
const MAX_STRINGS = 5_000;
const MAX_VERSIONS_LISTED = 10_000;
const MAX_CUSTOM_KEYS = 64;
const MAX_CUSTOM_KEY = 128;
const MAX_CUSTOM_VALUE = 512;
/** Made in the call, not at start: compiling the classes costs every short command a millisecond. */
const isUnprintable = (text: string): boolean => /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(text);

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

/**
 * The secret's path; null when it names a folder (nothing to read there). The kernel has refused relative, doubled and
 * unprintable segments before, and storage resolves nothing.
 */
export function secretPath(call: Call): string | null {
  const path = call.params.path ?? "";
  if (Buffer.byteLength(path) > MAX_PATH)
    throw new BulkheadError("kv.bad-path", { problem: `longer than ${MAX_PATH} bytes` });
  return path === "" || path.endsWith("/") ? null : path;
}

export function writablePath(call: Call): string {
  const path = secretPath(call);
  if (path === null) throw new BulkheadError("kv.folder");
  return path;
}

/** The folder's path: empty or with a trailing slash. */
export function folderPath(call: Call): string {
  const path = call.params.path ?? "";
  return path === "" || path.endsWith("/") ? path : `${path}/`;
}

/** `data` as it came: an object, or null. */
export function dataValue(call: Call): RawJson {
  const data = call.fields.json("data");
  if (data === undefined) throw new BulkheadError("kv.no-data");
  const kind = kindOf(data);
  if (kind !== "object" && kind !== "null")
    throw invalid(`error converting input for field "data": expected an object, got ${kind}`);
  checkWork(data);
  return data;
}

/** Throws for what would take too long to take apart. */
function checkWork(raw: RawJson): void {
  if (raw.bytes.length > MAX_VALUE) throw new BulkheadError("request.too-large", { limit: MAX_VALUE });
  if (raw.bytes.length * extentOf(raw).depth > MAX_WORK)
    throw invalid("data is nested too deeply for its size");
}

/** Without white space, in a buffer of its own; of equal member names the last is kept, so that every reader sees the same. */
export function compact(raw: RawJson): Buffer {
  checkWork(raw); // also what a patch made
  return Buffer.concat(encodeJson(rebuilt(raw)));
}

function rebuilt(raw: RawJson): ReplyValue {
  const kind = kindOf(raw);
  if (kind === "array") return elements(raw).map(rebuilt);
  if (kind !== "object") return raw;
  return Object.fromEntries([...members(raw)].map(([name, value]) => [name, rebuilt(value)]));
}

/** Every string below `raw`, decoded, under its dotted name; the caller wipes the buffers. */
export function stringFields(raw: RawJson): Map<string, Buffer> {
  const fields = new Map<string, Buffer>();
  for (const leaf of leaves(raw)) {
    const bytes = decodeString(leaf.raw);
    if (bytes === null) continue;
    const name = leaf.path.join(".");
    let unique = name; // `{"a.b": …, "a": {"b": …}}`: neither may hide the other
    for (let count = 2; fields.has(unique); count++) unique = `${name}#${count}`;
    fields.set(unique, bytes);
    if (fields.size > MAX_STRINGS) {
      wipe(fields.values());
      throw invalid(`a secret of more than ${MAX_STRINGS} strings`);
    }
  }
  return fields;
}

export function wipe(buffers: Iterable<Buffer>): void {
  for (const buffer of buffers) buffer.fill(0);
}

/** `options.cas`, a number or a numeric string; undefined when absent. */
export function casOption(call: Call): number | undefined {
  const options = call.fields.json("options");
  if (options === undefined || kindOf(options) === "null") return undefined;
  if (kindOf(options) !== "object")
    throw invalid(`error converting input for field "options": expected an object, got ${kindOf(options)}`);
  const cas = members(options).get("cas");
  if (cas === undefined) return undefined;
  const number = wholeNumber(parseJson(cas));
  if (number === null) throw invalid("error parsing check-and-set parameter");
  return number;
}

function wholeNumber(value: Json): number | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : null;
  return typeof value === "string" && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : null;
}

/** `versions`: numbers or numeric strings in an array, one alone, or a comma list. */
export function versionList(call: Call): number[] {
  const raw = call.fields.json("versions");
  if (raw === undefined) throw new BulkheadError("kv.no-versions");
  const value = parseJson(raw);
  const items: readonly Json[] = Array.isArray(value)
    ? (value as readonly Json[])
    : typeof value === "string"
      ? value.split(",").filter((item) => item.trim() !== "")
      : [value as Json];
  if (items.length === 0 || value === null) throw new BulkheadError("kv.no-versions");
  if (items.length > MAX_VERSIONS_LISTED) throw invalid(`more than ${MAX_VERSIONS_LISTED} versions at once`);
  return items.map((item) => {
    const number = wholeNumber(item);
    if (number === null) throw invalid('error converting input for field "versions": expected whole numbers');
    return number;
  });
}

/** A nullable member of a settings request: undefined when absent, null resets. */
type Given<T> = T | null | undefined;

function given(call: Call, name: string): Given<Json> {
  const raw = call.fields.json(name);
  if (raw !== undefined) return parseJson(raw);
  return saysNull(call, name) ? null : undefined;
}

/** Fields take `null` for absent; in a merge patch it means something. */
function saysNull(call: Call, name: string): boolean {
  if (call.operation !== "patch" || call.body === null) return false;
  const raw = members(call.body).get(name);
  return raw !== undefined && kindOf(raw) === "null";
}

export function countField(call: Call, name: string): Given<number> {
  const value = given(call, name);
  if (value === undefined || value === null) return value;
  const number = wholeNumber(value);
  if (number === null || number < 0 || number > 0xffff_ffff)
    throw invalid(`error converting input for field "${name}": expected a whole number of at least 0`);
  return number;
}

export function boolField(call: Call, name: string): Given<boolean> {
  const value = given(call, name);
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw invalid(`error converting input for field "${name}": expected true or false`);
}

/** Milliseconds. `negative`: what a negative span means (null: refused). */
export function spanField(call: Call, name: string, negative: number | null): Given<number> {
  const value = given(call, name);
  if (value === undefined || value === null) return value;
  if (typeof value !== "string" && typeof value !== "number")
    throw invalid(`error converting input for field "${name}": expected a duration`);
  if (String(value).trim().startsWith("-")) {
    if (negative === null)
      throw invalid(`error converting input for field "${name}": cannot provide negative value`);
    return negative;
  }
  return parseDuration(value);
}

/** `custom_metadata` before its limits are checked: null members are removals in a patch. */
export function customField(call: Call): Given<Record<string, string | null>> {
  const value = given(call, "custom_metadata");
  if (value === undefined || value === null) return value;
  if (typeof value !== "object" || Array.isArray(value))
    throw invalid('error converting input for field "custom_metadata": expected an object of strings');
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Json>>).map(([key, item]) => {
      if (item !== null && typeof item === "object")
        throw invalid("custom_metadata validation failed: every value must be a string");
      return [key, item === null ? null : String(item)];
    }),
  );
}

/** Throws when custom metadata is beyond the engine's limits; an empty object counts as none. */
export function checkedCustom(custom: Readonly<Record<string, string>>): Record<string, string> | null {
  const fail = (problem: string): BulkheadError => invalid(`custom_metadata validation failed: ${problem}`);
  const entries = Object.entries(custom);
  if (entries.length > MAX_CUSTOM_KEYS)
    throw fail(`payload must contain at most ${MAX_CUSTOM_KEYS} keys, provided ${entries.length}`);
  for (const [key, value] of entries) {
    const [keyLength, valueLength] = [Buffer.byteLength(key), Buffer.byteLength(value)];
    if (keyLength === 0 || keyLength > MAX_CUSTOM_KEY)
      throw fail(
        `length of key ${JSON.stringify(key.slice(0, 64))} is ${keyLength} but must be 0 < len(key) <= ${MAX_CUSTOM_KEY}`,
      );
    if (isUnprintable(key)) throw fail(`key ${JSON.stringify(key)} contains unprintable characters`);
    if (valueLength === 0 || valueLength > MAX_CUSTOM_VALUE)
      throw fail(
        `length of value for key ${JSON.stringify(key)} is ${valueLength} but must be 0 < len(value) <= ${MAX_CUSTOM_VALUE}`,
      );
    if (isUnprintable(value))
      throw fail(`value for key ${JSON.stringify(key)} contains unprintable characters`);
  }
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** As Go prints a duration, which Vault's answers carry: `3h25m19s`, `1h0m0s`, `0s`. */
export function goDuration(ms: number): string {
  if (ms > 0 && ms < 1_000) return `${ms}ms`;
  const total = Math.floor(ms / 1_000);
  const [hours, minutes] = [Math.floor(total / 3_600), Math.floor((total % 3_600) / 60)];
  const fraction =
    ms % 1_000 === 0
      ? ""
      : `.${String(ms % 1_000)
          .padStart(3, "0")
          .replace(/0+$/, "")}`;
  const seconds = `${total % 60}${fraction}s`;
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
