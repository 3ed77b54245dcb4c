/**
 * The declared fields of a call, from the path, the body and the query (in that order of rank), each checked against its type.
 * Only `secret` and `json` fields may hold values: they stay bytes.
 */
import { parseDuration } from "../core/duration.ts";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import { type Json, RawJson, decodeString, parseJson } from "../core/json-bytes.ts";
import { Secret } from "../core/secret.ts";
import type { FieldDeclaration, FieldType, Fields } from "./plugin.ts";

export interface FieldSources {
  readonly params: Readonly<Record<string, string>>;
  readonly members: ReadonlyMap<string, RawJson>;
  readonly query: URLSearchParams;
}

type Value =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string>>
  | RawJson
  | Secret;
/** undefined: not of this type. */
type Reader = (given: Json) => Value | undefined;

const isText = (given: Json): given is string => typeof given === "string";

const READERS: Readonly<Record<Exclude<FieldType, "json" | "secret">, Reader>> = {
  string: (given) =>
    isText(given)
      ? given
      : typeof given === "number" || typeof given === "boolean"
        ? String(given)
        : undefined,
  int: (given) => {
    const number = isText(given) && /^[-+]?\d{1,15}$/.test(given) ? Number(given) : given;
    return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
  },
  bool: (given) => {
    if (typeof given === "boolean") return given;
    const text = isText(given) || typeof given === "number" ? String(given).toLowerCase() : "";
    return ["1", "t", "true"].includes(text) ? true : ["0", "f", "false"].includes(text) ? false : undefined;
  },
  duration: (given) => {
    if (given === "") return 0;
    return isText(given) || typeof given === "number" ? parseDuration(given) : undefined;
  },
  strings: (given) => {
    if (Array.isArray(given)) {
      const texts = (given as readonly Json[]).map(READERS.string);
      return texts.every((text) => typeof text === "string") ? texts : undefined;
    }
    return isText(given)
      ? given
          .split(",")
          .map((text) => text.trim())
          .filter((text) => text !== "")
      : undefined;
  },
  map: (given) => {
    if (isText(given) || Array.isArray(given)) return pairsOf(given);
    if (given === null || typeof given !== "object") return undefined;
    const entries = Object.entries(given as Readonly<Record<string, Json>>).map(
      ([name, value]) => [name, READERS.string(value)] as const,
    );
    return entries.every(([, value]) => value !== undefined)
      ? (Object.fromEntries(entries) as Record<string, string>)
      : undefined;
  },
};

/** `a=1,b=2` or a list of such texts, as command lines send maps. */
function pairsOf(given: Json): Readonly<Record<string, string>> | undefined {
  const pairs = READERS.strings(given) as readonly string[] | undefined;
  if (pairs?.every((pair) => pair.indexOf("=") > 0) !== true) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}

/** Throws `request.invalid` for a wrong type or a missing required field; the message never shows what was given. */
export function readFields(
  declarations: Readonly<Record<string, FieldDeclaration>>,
  sources: FieldSources,
): DeclaredFields {
  const values = new Map<string, Value>();
  for (const [name, declaration] of Object.entries(declarations)) {
    const value = readField(name, declaration.type, sources);
    if (declaration.refused === true && value !== undefined && asksForSomething(value))
      throw new BulkheadError("request.field-not-offered", { field: name });
    if (value !== undefined) values.set(name, value);
    else if (declaration.required === true)
      throw new BulkheadError("request.invalid", { problem: `missing ${name}` });
  }
  return new DeclaredFields(values);
}

function asksForSomething(value: Value): boolean {
  if (typeof value !== "object") return value !== "" && value !== 0 && value !== false;
  return value instanceof Secret
    ? value.length > 0
    : value instanceof RawJson || Object.keys(value).length > 0;
}

function readField(
  name: string,
  type: FieldType,
  { params, members, query }: FieldSources,
): Value | undefined {
  const raw = Object.hasOwn(params, name) ? undefined : members.get(name);
  if (raw !== undefined) return raw.bytes.equals(NULL) ? undefined : fromJson(name, type, raw);
  const text = Object.hasOwn(params, name) ? params[name] : queryText(query, name);
  return text === undefined ? undefined : fromText(name, type, text);
}

const NULL = Buffer.from("null");

/** A name that is given several times is a list. */
export function queryText(query: URLSearchParams, name: string): string | undefined {
  const all = query.getAll(name);
  return all.length === 0 ? undefined : all.join(",");
}

function fromJson(name: string, type: FieldType, raw: RawJson): Value {
  if (type === "json") return raw;
  if (type === "secret") {
    const bytes = decodeString(raw);
    if (bytes === null) throw wrongType(name, type);
    return Secret.own(bytes);
  }
  return convert(name, type, parseJson(raw));
}

function fromText(name: string, type: FieldType, text: string): Value {
  if (type === "json") return new RawJson(Buffer.from(JSON.stringify(text)));
  return type === "secret" ? Secret.copy(text) : convert(name, type, text);
}

function convert(name: string, type: Exclude<FieldType, "json" | "secret">, given: Json): Value {
  try {
    const value = READERS[type](given);
    if (value !== undefined) return value;
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
  }
  throw wrongType(name, type);
}

const wrongType = (name: string, type: FieldType): BulkheadError =>
  new BulkheadError("request.invalid", {
    problem: `Field validation failed: error converting input for field "${name}": expected type "${type}"`,
  });

export class DeclaredFields implements Fields {
  readonly #values: Map<string, Value>;

  constructor(values: Map<string, Value>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
  string(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }
  int(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === "number" ? value : undefined;
  }
  bool(name: string): boolean | undefined {
    const value = this.#values.get(name);
    return typeof value === "boolean" ? value : undefined;
  }
  duration(name: string): number | undefined {
    return this.int(name);
  }
  strings(name: string): readonly string[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? (value as readonly string[]) : undefined;
  }
  map(name: string): Readonly<Record<string, string>> | undefined {
    const value = this.#values.get(name);
    const isMap =
      typeof value === "object" &&
      !Array.isArray(value) &&
      !(value instanceof RawJson) &&
      !(value instanceof Secret);
    return isMap ? (value as Readonly<Record<string, string>>) : undefined;
  }
  json(name: string): RawJson | undefined {
    const value = this.#values.get(name);
    return value instanceof RawJson ? value : undefined;
  }
  secret(name: string): Secret | undefined {
    const value = this.#values.get(name);
    return value instanceof Secret ? value : undefined;
  }

  /** The kernel's own additions (the caller's token), as a copy that is wiped with the others. */
  add(name: string, value: Secret): void {
    this.#values.set(name, Secret.copy(value.reveal()));
  }

  /** Zeroes the secrets among them. */
  wipe(): void {
    for (const value of this.#values.values()) if (value instanceof Secret) value.wipe();
  }
}
