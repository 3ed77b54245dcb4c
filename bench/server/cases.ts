/** What is asked of each server: prepared over its API, then sent as ready-made requests. */
import { type KeyObject, createSign, generateKeyPairSync } from "node:crypto";
import type { Subject } from "./servers.ts";

export interface BenchCase {
  readonly name: string;
  /** The peer has no such thing, or the servers differ in more than speed. */
  readonly note?: string;
  /** Whole HTTP requests; null where this server does not offer it. */
  prepare(subject: Subject, options: CaseOptions): Promise<readonly string[] | null>;
}

export interface CaseOptions {
  /** Secrets in the store for reads. */
  readonly secrets: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** One HTTP/1.1 request as text. */
export function request(
  subject: Subject,
  method: string,
  path: string,
  body?: Fields,
  token = subject.token,
): string {
  const text = body === undefined ? "" : JSON.stringify(body);
  const auth = token === "" ? "" : `X-Vault-Token: ${token}\r\n`;
  return `${method} /v1/${path} HTTP/1.1\r\nHost: ${new URL(subject.address).host}\r\n${auth}X-Vault-Request: true\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

export async function call(
  { address, token }: Subject,
  method: string,
  path: string,
  body?: Fields,
): Promise<{ readonly status: number; readonly json: Record<string, never> }> {
  const answer = await fetch(`${address}/v1/${path}`, {
    method,
    headers: { "x-vault-token": token },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: (text === "" ? {} : JSON.parse(text)) as Record<string, never> };
}

async function must(
  subject: Subject,
  method: string,
  path: string,
  body?: Fields,
): Promise<Record<string, never>> {
  const { status, json } = await call(subject, method, path, body);
  if (status >= 300) throw new Error(`${subject.name}: ${method} ${path}: ${status} ${JSON.stringify(json)}`);
  return json;
}

const at = (json: unknown, path: string): string =>
  path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], json) as string;
const VALUE = { data: { username: "u".repeat(16), password: "p".repeat(48) } };
export const secretPath = (index: number): string =>
  `secret/data/bench/${String(index % 100).padStart(2, "0")}/s${index}`;

export const seeding = (subject: Subject, secrets: number): string[] =>
  Array.from({ length: secrets }, (_, index) => request(subject, "POST", secretPath(index), VALUE));

/** In an order that does not follow the store's. */
const scattered = (secrets: number): number[] =>
  Array.from({ length: Math.min(secrets, 2_000) }, (_, index) => (index * 7_919) % secrets);

const POLICY = 'path "secret/data/*" { capabilities = ["create", "read", "update"] }';
const RULES = [
  ...Array.from(
    { length: 99 },
    (_, index) => `path "secret/data/team${index}/+/x*" { capabilities = ["read"] }`,
  ),
  'path "secret/data/bench/*" { capabilities = ["read"] }',
].join("\n");

async function tokenWith(subject: Subject, name: string, policy: string): Promise<string> {
  await must(subject, "PUT", `sys/policies/acl/${name}`, { policy });
  return at(
    await must(subject, "POST", "auth/token/create", { policies: [name], ttl: "1h" }),
    "auth.client_token",
  );
}

async function appRole(subject: Subject, name: string, token_type: string): Promise<readonly string[]> {
  await call(subject, "POST", "sys/auth/approle", { type: "approle" });
  await must(subject, "POST", `auth/approle/role/${name}`, {
    token_policies: "default",
    token_type,
    token_ttl: "20m",
  });
  const role = at(await must(subject, "GET", `auth/approle/role/${name}/role-id`), "data.role_id");
  const secret = at(await must(subject, "POST", `auth/approle/role/${name}/secret-id`, {}), "data.secret_id");
  return [request(subject, "POST", "auth/approle/login", { role_id: role, secret_id: secret }, "")];
}

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** An RS256 token as a CI system gives it, good for an hour. */
function jwt(key: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  const claims = { iss: "https://ci.example", sub: "repo:acme/fraud:ref:refs/heads/main", aud: "bulkhead" };
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part({ ...claims, iat: now, nbf: now, exp: now + 3_600 })}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key).toString("base64url")}`;
}

async function jwtLogin(subject: Subject, token_type: string): Promise<readonly string[] | null> {
  const enabled = await call(subject, "POST", "sys/auth/jwt", { type: "jwt" });
  if (enabled.status >= 300 && !JSON.stringify(enabled.json).includes("already in use")) return null;
  const pem = keys.publicKey.export({ type: "spki", format: "pem" });
  await must(subject, "POST", "auth/jwt/config", {
    jwt_validation_pubkeys: [pem],
    bound_issuer: "https://ci.example",
  });
  await must(subject, "POST", `auth/jwt/role/${token_type}`, {
    role_type: "jwt",
    user_claim: "sub",
    bound_audiences: ["bulkhead"],
    bound_subject: "repo:acme/fraud:ref:refs/heads/main",
    token_policies: ["default"],
    token_type,
    token_ttl: "20m",
  });
  return [request(subject, "POST", "auth/jwt/login", { role: token_type, jwt: jwt(keys.privateKey) }, "")];
}

export const cases: readonly BenchCase[] = [
  {
    name: "KV v2 read",
    prepare: async (subject, { secrets }) => {
      const token = await tokenWith(subject, "bench", POLICY);
      return scattered(secrets).map((index) => request(subject, "GET", secretPath(index), undefined, token));
    },
  },
  {
    name: "KV v2 read, policy of 100 rules",
    prepare: async (subject, { secrets }) => {
      const token = await tokenWith(subject, "rules", RULES);
      return scattered(secrets).map((index) => request(subject, "GET", secretPath(index), undefined, token));
    },
  },
  {
    name: "KV v2 write",
    prepare: async (subject) => {
      const token = await tokenWith(subject, "bench", POLICY);
      return Array.from({ length: 500 }, (_, index) =>
        request(subject, "POST", `secret/data/written/${index}`, VALUE, token),
      );
    },
  },
  {
    name: "list of 1,000",
    prepare: async (subject) => {
      for (let index = 0; index < 1_000; index += 50)
        await Promise.all(
          Array.from({ length: 50 }, (_, more) =>
            must(subject, "POST", `secret/data/list/name-${index + more}`, { data: { a: "b" } }),
          ),
        );
      return [request(subject, "GET", "secret/metadata/list?list=true")];
    },
  },
  {
    name: "token lookup-self",
    prepare: async (subject) => [
      request(subject, "GET", "auth/token/lookup-self", undefined, await tokenWith(subject, "bench", POLICY)),
    ],
  },
  { name: "AppRole login, durable", prepare: (subject) => appRole(subject, "service", "service") },
  { name: "AppRole login, batch token", prepare: (subject) => appRole(subject, "batch", "batch") },
  { name: "JWT RS256 login, durable", prepare: (subject) => jwtLogin(subject, "service") },
  { name: "JWT RS256 login, batch token", prepare: (subject) => jwtLogin(subject, "batch") },
];
