/**
 * What a key may do, as its provider tells (requirement B5): one harmless request that the provider's description holds, its scopes in
 * our words. Where the provider does not tell, that is the answer. Whether a key is a person's is also read off its form.
 */
import type { Provider, ScopesRequest } from "../providers/types.ts";
import type { Secret } from "../core/secret.ts";
import { RequestFailure, boundedRequest } from "./request.ts";

export interface KeyRights {
  /** In our words, sorted; null: the provider does not say. */
  readonly rights: readonly string[] | null;
  /** As the provider names them. */
  readonly scopes: readonly string[];
  readonly person: boolean;
}

export interface AskOptions {
  /** Puts another address in place of the described one, for tests against a server of theirs. */
  readonly address?: (url: string) => string;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

const MOST_SCOPES = 200;

/**
 * `parts`: the credential's, by name. Throws `RequestFailure` where the provider cannot be asked, refuses the key, or answers what nobody
 * expects: nothing is concluded then.
 */
export async function askRights(
  provider: Provider,
  parts: ReadonlyMap<string, Secret>,
  options: AskOptions = {},
): Promise<KeyRights> {
  const formed = [...parts.values()].some((value) => isPersons(provider, value));
  const { scopes: asked } = provider;
  if (asked === undefined) return { rights: null, scopes: [], person: formed };
  const address = options.address?.(asked.url) ?? asked.url;
  const { status, headers, body } = await boundedRequest({
    method: asked.method,
    url: address,
    headers: { accept: "application/json", "user-agent": "bulkhead", ...filled(asked.headers, parts) },
    hosts: options.address === undefined ? provider.hosts : [new URL(address).hostname],
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  try {
    if (status !== 200) throw new RequestFailure(`${provider.title} answers ${status}`);
    const json = parsed(body);
    const scopes = scopesOf(asked, headers, json);
    const values = asked.person === undefined ? [] : textsAt(json, asked.person.json);
    const person = formed || values.some((value) => asked.person?.values.includes(value) === true);
    if (scopes === null) return { rights: null, scopes: [], person };
    return { rights: rightsOf(asked, scopes), scopes, person };
  } finally {
    body.fill(0);
  }
}

/** Throws `RequestFailure` for a part that is not there. */
function filled(
  headers: Readonly<Record<string, string>>,
  parts: ReadonlyMap<string, Secret>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [
      name,
      text.replace(/\{([a-z_]+)\}/g, (_, part: string) => {
        const value = parts.get(part)?.revealText();
        if (value === undefined) throw new RequestFailure(`the credential has no ${part}`);
        if (!/^[\x21-\x7e]+$/.test(value)) throw new RequestFailure(`${part} cannot stand in a request`);
        return value;
      }),
    ]),
  );
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return null;
  }
}

/** null: nowhere. An empty list is an answer: the key may do what everybody may. */
function scopesOf(
  { scopes }: ScopesRequest,
  headers: Readonly<Record<string, string>>,
  json: unknown,
): readonly string[] | null {
  for (const place of scopes) {
    if ("header" in place) {
      const text = headers[place.header];
      if (text !== undefined) return clean(text.split(/[,\s]+/));
      continue;
    }
    const found = textsAt(json, place.json);
    if (found.length > 0) return clean(found);
  }
  return null;
}

const clean = (words: readonly string[]): string[] =>
  [...new Set(words)].filter((word) => /^[\x21-\x7e]{1,100}$/.test(word)).slice(0, MOST_SCOPES);

function textsAt(json: unknown, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) return typeof json === "string" ? [json] : [];
  if (name === "*")
    return Array.isArray(json) ? json.slice(0, 1_000).flatMap((one) => textsAt(one, rest)) : [];
  if (typeof json !== "object" || json === null || !Object.hasOwn(json, name)) return [];
  return textsAt((json as Record<string, unknown>)[name], rest);
}

const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|[:._-])admin(?:$|[:._-])/, "admin"],
  [/(?:^|[:._-])delete(?:$|[:._-])/, "delete"],
  [/(?:^|[:._-])(?:write|manage|create)(?:$|[:._-])/, "write"],
  [/(?:^|[:._-])(?:read|list|history)(?:$|[:._-])/, "read"],
];

function rightsOf({ rights }: ScopesRequest, scopes: readonly string[]): string[] {
  const all = scopes.flatMap((scope) => {
    if (Object.hasOwn(rights, scope)) return rights[scope] ?? [];
    return [ENDINGS.find(([pattern]) => pattern.test(scope))?.[1] ?? scope];
  });
  return [...new Set(all.length === 0 ? ["read"] : all)].sort();
}

/** By the form of the key: whether it is one that a person's account gives out. */
export function isPersons({ credentials }: Provider, value: Secret): boolean {
  const text = value.reveal().toString("latin1");
  return credentials.some(
    ({ actsFor, formats, needsContext }) =>
      actsFor === "person" &&
      needsContext !== true &&
      formats.some(({ pattern }) => {
        const match = new RegExp(pattern).exec(text);
        return match !== null && (match[1] ?? match[0]) === text;
      }),
  );
}
