/**
 * How what was sent and answered stands in an audit entry: names in clear, every string and number as `hmac-sha256:…`. Whoever
 * sends a request decides how much there is to hash, also one without a token, and an entry must always fit into the log: what
 * goes beyond a few hundred values stands as one hash of its text.
 */
import { type KeyObject, createHmac } from "node:crypto";
import {
  type Json,
  RawJson,
  type ReplyValue,
  decodeString,
  elements,
  extentOf,
  kindOf,
  members,
  parseJson,
} from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";

/** Of one entry. */
const MOST_HASHES = 1_000;
const MOST_NAMES = 256 * 1024;
/** Bytes times depth of one field. */
const MOST_WORK = 16 * 1024 * 1024;

export function hashWith(key: KeyObject, value: Uint8Array): string {
  return `hmac-sha256:${createHmac("sha256", key).update(value).digest("hex")}`;
}

/** One for each entry: it counts. */
export class EntryHasher {
  readonly #key: KeyObject;
  #hashes = MOST_HASHES;
  #names = MOST_NAMES;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  bytes(value: Uint8Array): string {
    return hashWith(this.#key, value);
  }

  texts(values: readonly string[]): Json {
    this.#hashes -= values.length;
    return this.#hashes < 0
      ? this.bytes(Buffer.from(values.join(",")))
      : values.map((value) => this.bytes(Buffer.from(value)));
  }

  raw(raw: RawJson): Json {
    const { depth, values, names } = extentOf(raw);
    if (values > this.#hashes || names > this.#names || raw.bytes.length * depth > MOST_WORK)
      return this.bytes(raw.bytes);
    this.#hashes -= values;
    this.#names -= names;
    return this.#each(raw);
  }

  /** `plain`: strings stand in clear. */
  value(value: ReplyValue | undefined, plain: boolean): Json {
    if (value instanceof RawJson) return this.raw(value);
    if (value instanceof Secret) return this.bytes(value.reveal());
    if (typeof value === "string") return plain ? value : this.bytes(Buffer.from(value));
    if (value === undefined || value === null || typeof value !== "object") return value ?? null;
    if (Array.isArray(value)) return (value as readonly ReplyValue[]).map((one) => this.value(one, plain));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.value(one, plain)]));
  }

  #each(raw: RawJson): Json {
    const kind = kindOf(raw);
    if (kind === "object")
      return Object.fromEntries([...members(raw)].map(([name, value]) => [name, this.#each(value)] as const));
    if (kind === "array") return elements(raw).map((element) => this.#each(element));
    if (kind === "number") return this.bytes(raw.bytes);
    if (kind !== "string") return parseJson(raw);
    const bytes = decodeString(raw) ?? Buffer.alloc(0);
    const hashed = this.bytes(bytes);
    bytes.fill(0);
    return hashed;
  }
}
