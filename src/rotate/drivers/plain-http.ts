/** The driver over data: what `providers/` says of a vendor's key API (`rotate.calls`) is all it knows. */
import { createHash } from "node:crypto";
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { CallBody, KeyApi, KeyCall, ListCall } from "../../providers/types.ts";
import {
  type Values,
  type Verification,
  atBase,
  fillHeader,
  fillText,
  fillUrl,
  verifyBy,
  verifyCredential,
} from "../../verify/index.ts";
import { at, jsonOf, refuseStatus, textAt } from "./answers.ts";
import type { Created, Driver, DriverContext } from "./types.ts";

const TIMEOUT_MS = 30_000;
const MOST_ANSWER = 4_194_304;
const MOST_PAGES = 100;

/** The first entry that fits the credential: its parts, then how its value begins; null when none does. */
export function keyApiFor(calls: readonly KeyApi[], parts: ReadonlyMap<string, Secret>): KeyApi | null {
  const fits = ({ part, prefixes }: KeyApi): boolean => {
    if (part !== undefined && !parts.has(part)) return false;
    const value = parts.get(part ?? "value")?.reveal();
    return (
      prefixes === undefined ||
      prefixes.some((prefix) => value?.subarray(0, prefix.length).toString("latin1") === prefix)
    );
  };
  return calls.find(fits) ?? null;
}

function apiFor({ provider, old, secret }: DriverContext): KeyApi {
  const api = keyApiFor(provider.rotate.calls ?? [], old);
  if (api === null)
    throw new BulkheadError("rotation.bad-driver", {
      secret,
      problem: `${provider.title} makes no keys of this sort by its API`,
    });
  return api;
}

function valuesOf(context: DriverContext, api: KeyApi, more: Readonly<Record<string, string>>): Values {
  const values = new Map<string, Secret | string>(context.old);
  const minter = context.minter ?? (api.self === true ? context.old : null);
  for (const [name, value] of minter ?? []) values.set(`minter.${name}`, value);
  // what only the credential brings serves its minter too, but for the address that the minter is sent to
  for (const [name, value] of context.old)
    if (!values.has(`minter.${name}`) && isPlain(context, name) && !api.base.startsWith(`{minter.${name}}`))
      values.set(`minter.${name}`, value);
  for (const [name, value] of Object.entries({ name: context.name, in_a_year: inAYear(), ...more }))
    values.set(name, value);
  return values;
}

const isPlain = ({ provider }: DriverContext, part: string): boolean =>
  provider.parts?.some(({ name, secret }) => name === part && !secret) === true;

const filled = (body: CallBody, values: Values): CallBody => {
  if (typeof body === "string") return fillText(body, values);
  if (Array.isArray(body)) return body.map((each: CallBody) => filled(each, values));
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, each]) => [name, filled(each as CallBody, values)]),
  );
};

interface Asked {
  readonly call: KeyCall;
  /** `make a key` */
  readonly what: string;
  readonly more?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** Members of the body as the provider gave them: no place in them is filled. */
  readonly rights?: Readonly<Record<string, CallBody>>;
  /** In place of the minter's. */
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(
  context: DriverContext,
  api: KeyApi,
  { call, what, more = {}, query = "", headers: own = api.headers, rights }: Asked,
) {
  const { provider, url, send, signal } = context;
  const values = valuesOf(context, api, more);
  try {
    const address = fillUrl(atBase(api.base, url, api.base) + call.path, values) + query;
    const headers = Object.fromEntries(
      Object.entries(own).map(([name, text]) => [name, fillHeader(text, values)]),
    );
    const body =
      call.body === undefined
        ? undefined
        : JSON.stringify({ ...(filled(call.body, values) as object), ...rights });
    if (body !== undefined) headers["Content-Type"] ??= "application/json";
    return await send({
      ...{ url: address, method: call.method, headers, signal, most: MOST_ANSWER, timeout: TIMEOUT_MS },
      ...(body !== undefined && { body }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (isBulkheadError(error) && error.code === "verify.part-missing")
      throw new BulkheadError("rotation.no-minter", {
        provider: provider.title,
        secret: context.secret,
        part: String(error.details.part).replace(/^minter\./, ""),
      });
    const reason =
      error instanceof Error && error.name === "HttpFailure" ? error.message : "the request failed";
    throw new BulkheadError("rotation.unavailable", { provider: provider.title, what, reason });
  }
}

async function create(context: DriverContext): Promise<Created> {
  const api = apiFor(context);
  const what = "make a key";
  if (api.mint === undefined)
    throw new BulkheadError("rotation.bad-driver", {
      secret: context.secret,
      problem: "its API makes no keys",
    });
  const rights = await rightsOfOld(context, api);
  const answer = await ask(context, api, { call: api.mint, what, rights });
  const provider = context.provider.title;
  refuseStatus(answer.status, provider, what);
  const json = jsonOf(answer, provider, what);
  const parts = new Map<string, Secret>();
  for (const [part, path] of Object.entries(api.mint.parts)) {
    const text = textAt(json, path);
    if (text === null)
      throw new BulkheadError("rotation.bad-answer", { provider, what, problem: "its answer holds no key" });
    parts.set(part, Secret.copy(text));
  }
  const handle = textAt(json, api.mint.id) ?? derivedHandle(api, parts);
  if (handle === null)
    throw new BulkheadError("rotation.bad-answer", { provider, what, problem: "its answer names no id" });
  return { parts, handle };
}

/** The day on which a token that must have an end gets it. */
const inAYear = (): string => new Date(Date.now() + 364 * 86_400_000).toISOString().slice(0, 10);

/** What the old one may do, for the new one: a rotation gives no right and takes none. */
async function rightsOfOld(context: DriverContext, api: KeyApi): Promise<Readonly<Record<string, CallBody>>> {
  const { like } = api;
  const { oldHandle = "", provider, secret } = context;
  if (like === undefined) return {};
  if (oldHandle === "")
    throw new BulkheadError("rotation.bad-driver", {
      secret,
      problem: `what ${provider.title} calls the old key is not known, and with it what it may do: give --old-id`,
    });
  const what = "say what the old key may do";
  const answer = await ask(context, api, { call: like, what, more: { old_id: oldHandle } });
  refuseStatus(answer.status, provider.title, what);
  const json = jsonOf(answer, provider.title, what);
  return Object.fromEntries(
    Object.entries(like.copy).flatMap(([name, path]) => {
      const found = at(json, path);
      return found === undefined || found === null ? [] : [[name, found as CallBody]];
    }),
  );
}

/** Asked with the old key itself. */
async function whoIs(
  context: DriverContext,
  api: KeyApi,
  whoami: NonNullable<KeyApi["whoami"]>,
): Promise<string | null> {
  const what = "name the old key";
  const answer = await ask(context, api, { call: whoami, what, headers: whoami.headers });
  if (answer.status < 200 || answer.status > 299) {
    answer.body.fill(0);
    return null;
  }
  return textAt(jsonOf(answer, context.provider.title, what), whoami.id);
}

function derivedHandle({ handle }: KeyApi, parts: ReadonlyMap<string, Secret>): string | null {
  const value = handle === undefined ? undefined : parts.get(handle.part);
  if (handle === undefined || value === undefined) return null;
  return handle.digest === undefined
    ? value.revealText()
    : createHash(handle.digest).update(value.reveal()).digest("hex");
}

async function* items(context: DriverContext, api: KeyApi, list: ListCall): AsyncGenerator<unknown> {
  const provider = context.provider.title;
  const what = "list its keys";
  let query = "";
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = await ask(context, api, { call: list, what, query });
    refuseStatus(answer.status, provider, what);
    const json = jsonOf(answer, provider, what);
    const found = at(json, list.items);
    if (!Array.isArray(found))
      throw new BulkheadError("rotation.bad-answer", { provider, what, problem: "its answer holds no list" });
    yield* found;
    const next =
      list.next === undefined || at(json, list.next.more ?? "") === false ? null : textAt(json, list.next.at);
    if (list.next === undefined || next === null || found.length === 0) return;
    query = `${list.path.includes("?") ? "&" : "?"}${list.next.query}=${encodeURIComponent(next)}`;
  }
}

async function standing(context: DriverContext): Promise<readonly string[] | null> {
  const api = apiFor(context);
  const { list } = api;
  if (list?.name === undefined) return null;
  const found: string[] = [];
  for await (const item of items(context, api, list)) {
    const id = textAt(item, list.id);
    if (id !== null && textAt(item, list.name)?.includes(context.name) === true) found.push(id);
  }
  return found;
}

async function handleOf(context: DriverContext): Promise<string | null> {
  const api = apiFor(context);
  const derived = derivedHandle(api, context.old);
  if (derived !== null) return derived;
  if (api.whoami !== undefined) return await whoIs(context, api, api.whoami);
  const list = api.find ?? api.list;
  const value = context.old.get(api.part ?? "value")?.revealText() ?? "";
  if (list?.hint === undefined || value === "") return null;
  const found = new Set<string>();
  for await (const item of items(context, api, list)) {
    const [id, hint] = [textAt(item, list.id), textAt(item, list.hint)];
    if (id !== null && hint !== null && isShortened(hint, value)) found.add(id);
  }
  // two that look alike: neither may be revoked on a guess
  return found.size === 1 ? ([...found][0] ?? null) : null;
}

/** `sk-abc…wxyz`, `sk-*****wxyz`: at least four characters of the end must agree. */
function isShortened(hint: string, value: string): boolean {
  const [head = "", tail = ""] = hint.split(/[.*…•]+/, 2);
  return (
    tail.length >= 4 &&
    head.length + tail.length <= value.length &&
    value.startsWith(head) &&
    value.endsWith(tail)
  );
}

async function revoke(context: DriverContext, handle: string): Promise<void> {
  const api = apiFor(context);
  const what = "revoke a key";
  const answer = await ask(context, api, { call: api.revoke, what, more: { id: handle } });
  answer.body.fill(0);
  if (answer.status === 404 || answer.status === 410) return;
  refuseStatus(answer.status, context.provider.title, what);
}

function verify(context: DriverContext, parts: ReadonlyMap<string, Secret>): Promise<Verification> {
  const { provider, send, url, signal } = context;
  const api = keyApiFor(provider.rotate.calls ?? [], parts);
  const options = { send, base: url, signal };
  return api?.verify === undefined
    ? verifyCredential(provider, parts, options)
    : verifyBy(api.verify, parts, { ...options, own: api.base });
}

export const plainHttp: Driver = {
  id: "api",
  create,
  standing,
  handleOf,
  revoke,
  verify,
  unprovable: ({ provider, old }) =>
    keyApiFor(provider.rotate.calls ?? [], old)?.verify === undefined && provider.verify === undefined,
};

const { create: _none, ...withoutCreate } = plainHttp;
/** The API revokes; a person makes the new one. */
export const disableOnly: Driver = { ...withoutCreate, id: "api-disable" };
