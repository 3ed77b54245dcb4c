/**
 * The client of /v1: typed calls over a transport (HTTP, or the kernel in the same process). The CLI, the demo and the tests speak
 * to Bulkhead through it and through nothing else.
 */
import { BulkheadError, type ErrorCode, errorTable } from "../core/errors.ts";
import {
  type Json,
  RawJson,
  type ReplyValue,
  decodeString,
  encodeJson,
  members,
  parseJson,
  parseObject,
} from "../core/json-bytes.ts";
import type { ApiMethod, ApiResponse, ApiTransport } from "../core/ports/api.ts";
import { Secret } from "../core/secret.ts";

export interface ApiClientOptions {
  readonly transport: ApiTransport;
  readonly token?: Secret | undefined;
}

export interface Answer {
  readonly status: number;
  /** Top-level members of the envelope as bytes; empty for 204. */
  readonly body: ReadonlyMap<string, RawJson>;
  readonly warnings: readonly string[];
}

/** One version of a KV v2 secret, its fields as Secrets (numbers, booleans and objects as their JSON text). */
export interface SecretVersion {
  readonly fields: ReadonlyMap<string, Secret>;
  readonly version: number;
  readonly metadata: Readonly<Record<string, Json>>;
}

export class ApiClient {
  readonly #transport: ApiTransport;
  readonly #token: Secret | undefined;

  constructor({ transport, token }: ApiClientOptions) {
    this.#transport = transport;
    this.#token = token;
  }

  /** The same server with another token. */
  with(token: Secret): ApiClient {
    return new ApiClient({ transport: this.#transport, token });
  }

  /**
   * One call. Answers of 400 and above throw: the error row the server names, else `api.refused`, with the server's own words.
   * `allow` lists statuses to hand back in place of that.
   */
  async call(
    method: ApiMethod,
    path: string,
    body?: Readonly<Record<string, ReplyValue | undefined>>,
    options: {
      query?: Record<string, string>;
      allow?: readonly number[];
      headers?: Record<string, string>;
    } = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = { "x-vault-request": "true", ...options.headers };
    if (this.#token !== undefined) headers["x-vault-token"] = this.#token.revealText();
    if (body !== undefined)
      headers["content-type"] = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const response = await this.#transport({
      method,
      path,
      query: new URLSearchParams(options.query),
      headers,
      body: body === undefined ? null : Buffer.concat(encodeJson(body)),
      remote: "local",
    });
    const bytes = Buffer.concat(response.body);
    for (const chunk of response.body) chunk.fill(0);
    const members = bytes.length === 0 ? new Map<string, RawJson>() : parseAnswer(bytes, path);
    if (response.status >= 400 && !options.allow?.includes(response.status))
      throw refusal(response, members, { method, path });
    const warnings = members.get("warnings");
    return {
      status: response.status,
      body: members,
      warnings: warnings === undefined ? [] : ((parseJson(warnings) ?? []) as string[]),
    };
  }

  /** `data` as JSON, for answers that hold no secret; null when there is nothing there (404). */
  async read(path: string, query?: Record<string, string>): Promise<Readonly<Record<string, Json>> | null> {
    const answer = await this.call("GET", path, undefined, { allow: [404], ...(query && { query }) });
    return answer.status === 404 ? null : dataOf(answer);
  }

  async write(
    path: string,
    body: Readonly<Record<string, ReplyValue | undefined>> = {},
  ): Promise<Readonly<Record<string, Json>> | null> {
    return dataOf(await this.call("POST", path, body));
  }

  async delete(path: string): Promise<void> {
    await this.call("DELETE", path, undefined, { allow: [404] });
  }

  /** What is not JSON. The caller owns the bytes. */
  async download(path: string): Promise<Buffer> {
    const response = await this.#raw("GET", path, null);
    return Buffer.concat(response.body);
  }

  async upload(path: string, body: Buffer): Promise<void> {
    await this.#raw("POST", path, body);
  }

  async #raw(method: ApiMethod, path: string, body: Buffer | null): Promise<ApiResponse> {
    const headers: Record<string, string> = { "x-vault-request": "true" };
    if (this.#token !== undefined) headers["x-vault-token"] = this.#token.revealText();
    const query = new URLSearchParams();
    const response = await this.#transport({ method, path, query, headers, body, remote: "local" });
    if (response.status < 400) return response;
    const answer = Buffer.concat(response.body);
    const members = answer.length === 0 ? new Map<string, RawJson>() : parseAnswer(answer, path);
    throw refusal(response, members, { method, path });
  }

  /** Names below a path; empty when there are none. */
  async list(path: string): Promise<readonly string[]> {
    const answer = await this.call("LIST", path, undefined, { allow: [404] });
    const data = answer.status === 404 ? null : dataOf(answer);
    return (data?.keys ?? []) as readonly string[];
  }

  /** One version (default: the current one) of a KV v2 secret; null when there is none or it was deleted. `path` as `secret/data/…`. */
  async readSecret(path: string, version?: number): Promise<SecretVersion | null> {
    const answer = await this.call("GET", path, undefined, {
      allow: [404],
      ...(version !== undefined && { query: { version: String(version) } }),
    });
    const outer = answer.body.get("data");
    if (answer.status === 404 || outer === undefined) return null;
    const data = members(outer);
    const inner = data.get("data");
    const metadata = data.get("metadata");
    if (inner === undefined || metadata === undefined || inner.bytes[0] !== 0x7b) return null;
    const fields = new Map(
      [...members(inner)].map(([name, value]) => [
        name,
        Secret.own(decodeString(value) ?? Buffer.from(value.bytes)),
      ]),
    );
    inner.bytes.fill(0); // the same memory the answer was read into
    const meta = parseJson(metadata) as Record<string, Json>;
    return { fields, version: Number(meta.version), metadata: meta };
  }

  /** What a path gives out (a minted credential, an unversioned secret) with its lease; null when there is nothing. */
  async readLeased(path: string): Promise<LeasedSecret | null> {
    const answer = await this.call("GET", path, undefined, { allow: [404] });
    const data = answer.body.get("data");
    if (answer.status === 404 || data === undefined || data.bytes[0] !== 0x7b) return null;
    const fields = new Map(
      [...members(data)].flatMap(([name, value]): [string, Secret][] =>
        value.bytes.toString("latin1") === "null"
          ? []
          : [[name, Secret.own(decodeString(value) ?? Buffer.from(value.bytes))]],
      ),
    );
    data.bytes.fill(0);
    const fact = (name: string): Json => {
      const raw = answer.body.get(name);
      return raw === undefined ? null : parseJson(raw);
    };
    const id = String(fact("lease_id") ?? "");
    const ttl = Number(fact("lease_duration") ?? 0) * 1_000;
    return { fields, lease: id === "" ? null : { id, ttl, renewable: fact("renewable") === true } };
  }

  /** Prolongs a lease; gives how long it lives now, in milliseconds. */
  async renewLease(id: string, increment?: number): Promise<number> {
    const seconds = increment === undefined ? undefined : Math.ceil(increment / 1_000);
    const answer = await this.call("POST", "sys/leases/renew", { lease_id: id, increment: seconds });
    const raw = answer.body.get("lease_duration");
    return raw === undefined ? 0 : Number(parseJson(raw)) * 1_000;
  }

  /** Prolongs the client's own token; gives how long it lives now, in milliseconds. */
  async renewSelf(): Promise<number> {
    const answer = await this.call("POST", "auth/token/renew-self", {});
    const auth = answer.body.get("auth");
    const facts = auth === undefined ? null : (parseJson(auth) as Readonly<Record<string, Json>>);
    return Number(facts?.lease_duration ?? 0) * 1_000;
  }

  /** Logs in (any path that answers with `auth`) and gives the new token with its facts. */
  /** With `GET` the body's texts go as the query (a browser login's answer). */
  async login(
    path: string,
    body: Readonly<Record<string, ReplyValue | undefined>>,
    method: "POST" | "GET" = "POST",
  ): Promise<LoginAnswer> {
    const answer =
      method === "POST"
        ? await this.call("POST", path, body)
        : await this.call("GET", path, undefined, {
            query: Object.fromEntries(
              Object.entries(body).flatMap(([name, value]) =>
                typeof value === "string" ? [[name, value]] : [],
              ),
            ),
          });
    const auth = answer.body.get("auth");
    const found = auth === undefined || auth.bytes[0] !== 0x7b ? null : members(auth);
    const token = decodeString(found?.get("client_token") ?? new RawJson(Buffer.from("null")));
    if (found === null || token === null)
      throw new BulkheadError("api.unexpected", { path, problem: "it holds no token" });
    const facts = Object.fromEntries(
      [...found].filter(([name]) => name !== "client_token").map(([name, value]) => [name, parseJson(value)]),
    );
    return {
      token: Secret.own(token),
      accessor: String(facts.accessor),
      policies: (facts.policies ?? []) as string[],
      metadata: (facts.metadata ?? {}) as Record<string, string>,
      ttl: Number(facts.lease_duration) * 1_000,
      renewable: facts.renewable === true,
    };
  }
}

export interface LeasedSecret {
  readonly fields: ReadonlyMap<string, Secret>;
  /** null: it has none. `ttl` in milliseconds. */
  readonly lease: { readonly id: string; readonly ttl: number; readonly renewable: boolean } | null;
}

export interface LoginAnswer {
  readonly token: Secret;
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Milliseconds; 0: never expires. */
  readonly ttl: number;
  readonly renewable: boolean;
}

function dataOf(answer: Answer): Readonly<Record<string, Json>> | null {
  const data = answer.body.get("data");
  return data === undefined ? null : ((parseJson(data) ?? null) as Readonly<Record<string, Json>> | null);
}

function parseAnswer(bytes: Buffer, path: string): Map<string, RawJson> {
  try {
    return parseObject(bytes);
  } catch (cause) {
    throw new BulkheadError("api.unexpected", { path, problem: "it is not a JSON object" }, { cause });
  }
}

function refusal(
  response: ApiResponse,
  body: ReadonlyMap<string, RawJson>,
  call: { method: string; path: string },
): BulkheadError {
  const errors = body.get("errors");
  const said = errors === undefined ? [] : (parseJson(errors) as string[]);
  const text =
    said
      .join("; ")
      .replace(/^1 error occurred:\n\t\* /, "")
      .trim() || (response.status === 404 ? "there is nothing" : `status ${response.status}`);
  // The row's code and hint travel beside Vault's envelope, so that both sides give the same exit code and the same advice.
  const named = response.headers["x-bulkhead-code"];
  const hint = response.headers["x-bulkhead-hint"];
  const code: ErrorCode =
    named !== undefined && Object.hasOwn(errorTable, named)
      ? (named as ErrorCode)
      : codeOfStatus(response.status);
  return new ApiRefusal(code, text, response.status, call, hint === undefined ? undefined : decoded(hint));
}

function decoded(hint: string): string | undefined {
  try {
    return decodeURIComponent(hint);
  } catch {
    return undefined;
  }
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 403) return "auth.denied";
  return status === 503 ? "api.unavailable" : "api.refused";
}

/** A refusal by the server: the row's hint and exit code, the server's own words and status. */
export class ApiRefusal extends BulkheadError {
  override readonly status: number;
  constructor(
    code: ErrorCode,
    said: string,
    status: number,
    { method, path }: { method: string; path: string },
    hint?: string,
  ) {
    super(code, { said, path, operation: method.toLowerCase() }, hint === undefined ? {} : { hint });
    this.status = status;
    this.message = code === "auth.denied" ? `${said}: ${method.toLowerCase()} ${path}` : said;
  }
}
