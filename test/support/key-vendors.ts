/** What the key server says for each vendor: its documented routes and answers, written from the vendors' pages and not from `providers/`. */
import { createHash } from "node:crypto";

export interface ServedKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

export interface Vendor {
  /** What stands before every path. */
  readonly base?: string;
  /** How a value begins. */
  readonly prefix: string;
  readonly mint: readonly [method: string, path: RegExp];
  /** The id is the first group, else what `idOf` finds in the body. */
  readonly revoke: readonly [method: string, path: RegExp];
  readonly list?: readonly [method: string, path: RegExp];
  readonly check: readonly [method: string, path: RegExp];
  /** What carries the minting key, and the checked one. */
  readonly credential: (headers: Readonly<Record<string, string>>) => string;
  readonly checked?: (headers: Readonly<Record<string, string>>) => string;
  readonly nameOf: (body: Readonly<Record<string, unknown>>) => string;
  readonly idOf?: (body: Readonly<Record<string, unknown>>, all: readonly ServedKey[]) => string;
  readonly made: (key: ServedKey) => object;
  readonly listed?: (keys: readonly ServedKey[]) => unknown;
  /** Provider's id in the catalogue, fields of its minter, fields of the credential besides its value. */
  readonly provider: string;
  readonly minter: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
  /** The field that holds the key; `value`. */
  readonly part?: string;
  /** Where it says what a key may do, its answer, and what of it a new key has to be given. */
  readonly rights?: readonly [
    method: string,
    path: RegExp,
    answer: object,
    wanted: Readonly<Record<string, unknown>>,
  ];
  /** What a live key is told of itself. */
  readonly self?: (key: ServedKey) => object;
  /** Its API makes none. */
  readonly personOnly?: boolean;
  /** True where the provider cannot say which handle a key has that was stored by hand. */
  readonly blind?: boolean;
}

const bearer = (headers: Readonly<Record<string, string>>): string =>
  (headers.authorization ?? "").replace(/^Bearer /, "");
const head =
  (name: string) =>
  (headers: Readonly<Record<string, string>>): string =>
    headers[name] ?? "";
const text =
  (name: string) =>
  (body: Readonly<Record<string, unknown>>): string =>
    String(body[name] ?? "");
const short = (value: string): string => `${value.slice(0, 8)}...${value.slice(-4)}`;
const sha = (value: string): string => createHash("sha256").update(value).digest("hex");

export const vendors: Readonly<Record<string, Vendor>> = {
  openai: {
    provider: "openai",
    prefix: "sk-svcacct-",
    minter: { project_id: "proj_a1" },
    mint: ["POST", /^\/organization\/projects\/proj_a1\/service_accounts$/],
    revoke: ["DELETE", /^\/organization\/projects\/proj_a1\/service_accounts\/([\w-]+)$/],
    list: ["GET", /^\/organization\/projects\/proj_a1\/(?:service_accounts|api_keys)$/],
    check: ["GET", /^\/models$/],
    credential: bearer,
    nameOf: text("name"),
    made: ({ id, name, value }) => ({
      object: "organization.project.service_account",
      id,
      name,
      role: "member",
      api_key: { object: "x", value, name: "Secret Key", id: `key_${id}` },
    }),
    listed: (keys) => ({
      object: "list",
      data: keys.map(({ id, name, value }) => ({
        id,
        name,
        redacted_value: short(value),
        owner: { service_account: { id } },
      })),
      has_more: false,
      last_id: keys.at(-1)?.id ?? null,
    }),
  },
  "openai-admin": {
    provider: "openai",
    prefix: "sk-admin-",
    minter: {},
    mint: ["POST", /^\/organization\/admin_api_keys$/],
    revoke: ["DELETE", /^\/organization\/admin_api_keys\/([\w-]+)$/],
    list: ["GET", /^\/organization\/admin_api_keys$/],
    check: ["GET", /^\/organization\/admin_api_keys$/],
    credential: bearer,
    nameOf: text("name"),
    made: ({ id, name, value }) => ({
      object: "organization.admin_api_key",
      id,
      name,
      redacted_value: short(value),
      value,
    }),
    listed: (keys) => ({
      object: "list",
      data: keys.map(({ id, name, value }) => ({ id, name, redacted_value: short(value) })),
      has_more: false,
    }),
  },
  openrouter: {
    provider: "openrouter",
    base: "/api/v1",
    rights: ["GET", /^\/api\/v1\/keys\/[\w-]+$/, { data: { limit: 25 } }, { limit: 25 }],
    prefix: "sk-or-v1-",
    minter: {},
    mint: ["POST", /^\/api\/v1\/keys$/],
    revoke: ["DELETE", /^\/api\/v1\/keys\/([\w-]+)$/],
    list: ["GET", /^\/api\/v1\/keys$/],
    check: ["GET", /^\/api\/v1\/key$/],
    credential: bearer,
    nameOf: text("name"),
    made: ({ id, name, value }) => ({
      key: value,
      data: { hash: id, name, label: short(value), disabled: false },
    }),
    listed: (keys) => ({
      data: keys.map(({ id, name, value }) => ({ hash: id, name, label: short(value) })),
    }),
  },
  litellm: {
    provider: "litellm",
    rights: ["GET", /^\/key\/info$/, { info: { models: ["small"], team_id: null } }, { models: ["small"] }],
    prefix: "sk-",
    minter: {},
    mint: ["POST", /^\/key\/generate$/],
    revoke: ["POST", /^\/key\/delete$/],
    list: ["GET", /^\/key\/list$/],
    check: ["GET", /^\/key\/info$/],
    credential: bearer,
    nameOf: text("key_alias"),
    idOf: (body, all) => {
      const [wanted = ""] = (body.keys ?? []) as string[];
      return all.find(({ value }) => sha(value) === wanted)?.id ?? "";
    },
    made: ({ name, value }) => ({ key: value, token: sha(value), key_alias: name }),
    listed: (keys) => ({
      keys: keys.map(({ name, value }) => ({ token: sha(value), key_alias: name })),
      total_pages: 1,
    }),
  },
  pinecone: {
    provider: "pinecone",
    rights: [
      "GET",
      /^\/admin\/api-keys\/[\w-]+$/,
      { roles: ["DataPlaneViewer"] },
      { roles: ["DataPlaneViewer"] },
    ],
    prefix: "pcsk_",
    minter: { project_id: "p-1" },
    mint: ["POST", /^\/admin\/projects\/p-1\/api-keys$/],
    revoke: ["DELETE", /^\/admin\/api-keys\/([\w-]+)$/],
    list: ["GET", /^\/admin\/projects\/p-1\/api-keys$/],
    check: ["GET", /^\/indexes$/],
    credential: bearer,
    checked: head("api-key"),
    nameOf: text("name"),
    made: ({ id, name, value }) => ({
      key: { id, name, project_id: "p-1", roles: ["ProjectEditor"] },
      value,
    }),
    listed: (keys) => ({ data: keys.map(({ id, name }) => ({ id, name, project_id: "p-1" })) }),
    blind: true,
  },
  databricks: {
    provider: "databricks",
    prefix: "dapi",
    minter: {},
    mint: ["POST", /^\/api\/2\.0\/token\/create$/],
    revoke: ["POST", /^\/api\/2\.0\/token\/delete$/],
    list: ["GET", /^\/api\/2\.0\/token\/list$/],
    check: ["GET", /^\/api\/2\.0\/preview\/scim\/v2\/Me$/],
    credential: bearer,
    nameOf: text("comment"),
    idOf: (body) => String(body.token_id ?? ""),
    made: ({ id, name, value }) => ({
      token_value: value,
      token_info: { token_id: id, comment: name, expiry_time: -1 },
    }),
    listed: (keys) => ({ token_infos: keys.map(({ id, name }) => ({ token_id: id, comment: name })) }),
    blind: true,
  },
  cloudflare: {
    provider: "cloudflare",
    base: "/client/v4",
    rights: [
      "GET",
      /^\/client\/v4\/user\/tokens\/(?!verify)[\w-]+$/,
      { result: { policies: [{ effect: "allow", note: "{name}" }] } },
      { policies: [{ effect: "allow", note: "{name}" }] },
    ],
    self: ({ id }) => ({ success: true, result: { id, status: "active" } }),
    prefix: "cf",
    minter: {},
    mint: ["POST", /^\/client\/v4\/user\/tokens$/],
    revoke: ["DELETE", /^\/client\/v4\/user\/tokens\/([\w-]+)$/],
    list: ["GET", /^\/client\/v4\/user\/tokens$/],
    check: ["GET", /^\/client\/v4\/user\/tokens\/verify$/],
    credential: bearer,
    nameOf: text("name"),
    made: ({ id, name, value }) => ({
      success: true,
      errors: [],
      result: { id, name, status: "active", value },
    }),
    listed: (keys) => ({
      success: true,
      result: keys.map(({ id, name }) => ({ id, name, status: "active" })),
    }),
  },
  gitlab: {
    provider: "gitlab",
    base: "/api/v4",
    rights: [
      "GET",
      /^\/api\/v4\/projects\/42\/access_tokens\/[\w-]+$/,
      { scopes: ["read_api"], access_level: 30 },
      { scopes: ["read_api"], access_level: 30 },
    ],
    self: ({ id }) => ({ id, active: true }),
    prefix: "glpat-",
    minter: { project_id: "42" },
    mint: ["POST", /^\/api\/v4\/projects\/42\/access_tokens$/],
    revoke: ["DELETE", /^\/api\/v4\/projects\/42\/access_tokens\/([\w-]+)$/],
    list: ["GET", /^\/api\/v4\/projects\/42\/access_tokens$/],
    check: ["GET", /^\/api\/v4\/personal_access_tokens\/self$/],
    credential: head("private-token"),
    nameOf: text("name"),
    made: ({ id, name, value }) => ({ id, name, token: value, active: true, revoked: false }),
    listed: (keys) => keys.map(({ id, name }) => ({ id, name, active: true })),
  },
  langsmith: {
    provider: "langsmith",
    prefix: "lsv2_sk_",
    minter: {},
    mint: ["POST", /^\/api\/v1\/orgs\/current\/service-keys$/],
    revoke: ["DELETE", /^\/api\/v1\/orgs\/current\/service-keys\/([\w-]+)$/],
    list: ["GET", /^\/api\/v1\/orgs\/current\/service-keys$/],
    check: ["GET", /^\/api\/v1\/sessions$/],
    credential: head("x-api-key"),
    nameOf: text("description"),
    made: ({ id, name, value }) => ({ id, description: name, short_key: short(value), key: value }),
    listed: (keys) => keys.map(({ id, name, value }) => ({ id, description: name, short_key: short(value) })),
  },
  anthropic: {
    provider: "anthropic",
    base: "/v1",
    prefix: "sk-ant-api03-",
    minter: {},
    mint: ["POST", /^\/never$/],
    revoke: ["POST", /^\/v1\/organizations\/api_keys\/([\w-]+)$/],
    list: ["GET", /^\/v1\/organizations\/api_keys$/],
    check: ["GET", /^\/v1\/models$/],
    credential: head("x-api-key"),
    nameOf: text("name"),
    made: () => ({}),
    listed: (keys) => ({
      data: keys.map(({ id, name, value }) => ({ id, name, partial_key_hint: short(value) })),
      has_more: false,
    }),
    personOnly: true,
  },
};
