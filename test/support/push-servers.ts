/** Stores that values are pushed to, each a server of ours with state that speaks the documented protocol and refuses what it would refuse. */
import sodium from "libsodium-wrappers";
import type { ProtocolAnswer, ProtocolRequest } from "./protocol-server.ts";

type Answers = (request: ProtocolRequest) => ProtocolAnswer;
const json = (body: string): Record<string, unknown> => JSON.parse(body) as Record<string, unknown>;

export interface FakeGitHub {
  readonly answer: Answers;
  /** What was opened with the private key, by `owner/name[ environment] NAME`. */
  readonly values: Map<string, string>;
  /** As somebody else would, on its page. */
  change(key: string, value: string | null): void;
}

/** Opens what it gets with libsodium's own `crypto_box_seal_open`. */
export async function fakeGitHub(token: string): Promise<FakeGitHub> {
  await sodium.ready;
  const pair = sodium.crypto_box_keypair();
  const values = new Map<string, string>();
  const dates = new Map<string, string>();
  let clock = Date.UTC(2026, 0, 1);
  const set = (key: string, value: string | null): void => {
    clock += 60_000;
    if (value === null) values.delete(key);
    else values.set(key, value);
    dates.set(key, new Date(clock).toISOString());
  };
  const PATH = /^\/repos\/([^/]+)\/([^/]+)\/(?:actions|environments\/([^/]+))\/secrets\/([^/]+)$/;
  const answer: Answers = ({ method, path, headers, body }) => {
    if (headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { message: "Bad credentials" } };
    const [, owner = "", name = "", environment, secret = ""] = (PATH.exec(path) ?? []).map(
      (part) => part && decodeURIComponent(part),
    );
    if (owner !== "acme" || name !== "fraud") return { status: 404, body: { message: "Not Found" } };
    const key = `acme/fraud${environment === undefined ? "" : ` ${environment}`} ${secret}`;
    if (secret === "public-key")
      return {
        body: { key_id: "k1", key: sodium.to_base64(pair.publicKey, sodium.base64_variants.ORIGINAL) },
      };
    if (method === "PUT") {
      const sent = json(body);
      if (sent.key_id !== "k1") return { status: 422 };
      const opened = sodium.crypto_box_seal_open(
        sodium.from_base64(String(sent.encrypted_value), sodium.base64_variants.ORIGINAL),
        pair.publicKey,
        pair.privateKey,
      );
      const isNew = !values.has(key);
      set(key, sodium.to_string(opened));
      return { status: isNew ? 201 : 204 };
    }
    if (!values.has(key)) return { status: 404, body: { message: "Not Found" } };
    return { body: { name: secret, created_at: dates.get(key), updated_at: dates.get(key) } };
  };
  return { answer, values, change: set };
}

export interface Variable {
  key: string;
  value: string;
  environment_scope: string;
  masked: boolean;
  protected: boolean;
}

export function fakeGitLab(token: string): { answer: Answers; variables: Variable[] } {
  const variables: Variable[] = [];
  const answer: Answers = ({ method, path, query, headers, body }) => {
    if (headers["private-token"] !== token) return { status: 401, body: { message: "401 Unauthorized" } };
    const [, project = "", key] = /^\/api\/v4\/projects\/([^/]+)\/variables(?:\/([^/]+))?$/.exec(path) ?? [];
    if (decodeURIComponent(project) !== "acme/fraud") return { status: 404, body: {} };
    const scope = query.get("filter[environment_scope]") ?? "*";
    const at = variables.findIndex((one) => one.key === key && one.environment_scope === scope);
    if (method === "GET") return at < 0 ? { status: 404, body: {} } : { body: variables[at] };
    const sent = json(body) as unknown as Variable;
    const taken = variables.some(
      (one) => one.key === sent.key && one.environment_scope === sent.environment_scope,
    );
    if (method === "POST") {
      if (taken) return { status: 400, body: { message: { key: ["has already been taken"] } } };
      if (sent.masked && (sent.value.length < 8 || /\s/.test(sent.value))) return { status: 400, body: {} };
      variables.push(sent);
      return { status: 201, body: sent };
    }
    if (at < 0) return { status: 404, body: {} };
    variables[at] = { ...(variables[at] as Variable), ...sent };
    return { body: variables[at] };
  };
  return { answer, variables };
}

interface Managed {
  manager: string;
  operation: string;
  time: string;
  keys: Set<string>;
}

/** Secrets of the namespace `ml`, with server-side apply and its owners. */
export function fakeCluster(token: string) {
  const objects = new Map<string, { data: Map<string, string>; managed: Managed[] }>();
  let clock = Date.UTC(2026, 0, 1);
  const shown = (name: string): object => {
    const { data, managed } = objects.get(name) ?? { data: new Map<string, string>(), managed: [] };
    return {
      kind: "Secret",
      data: Object.fromEntries(data),
      metadata: {
        name,
        managedFields: managed.map(({ manager, operation, time, keys }) => ({
          manager,
          operation,
          time,
          fieldsV1: { "f:data": Object.fromEntries([...keys].map((key) => [`f:${key}`, {}])) },
        })),
      },
    };
  };
  const write = (
    name: string,
    manager: string,
    data: Readonly<Record<string, string>>,
    applied: boolean,
  ): void => {
    clock += 60_000;
    const object = objects.get(name) ?? { data: new Map<string, string>(), managed: [] };
    objects.set(name, object);
    let own = object.managed.find((one) => one.manager === manager);
    if (own === undefined)
      object.managed.push(
        (own = { manager, operation: applied ? "Apply" : "Update", time: "", keys: new Set() }),
      );
    for (const other of object.managed)
      if (other !== own) for (const key of Object.keys(data)) other.keys.delete(key);
    if (applied)
      for (const key of own.keys)
        if (!Object.hasOwn(data, key)) {
          object.data.delete(key);
          own.keys.delete(key);
        }
    for (const [key, value] of Object.entries(data)) {
      object.data.set(key, value);
      own.keys.add(key);
    }
    own.time = new Date(clock).toISOString();
  };
  const answer: Answers = ({ method, path, query, headers, body }) => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: {} };
    const [, name = ""] = /^\/api\/v1\/namespaces\/ml\/secrets\/([a-z0-9.-]+)$/.exec(path) ?? [];
    if (name === "") return { status: 403, body: {} };
    if (method === "GET") return objects.has(name) ? { body: shown(name) } : { status: 404, body: {} };
    if (method !== "PATCH" || headers["content-type"] !== "application/apply-patch+yaml")
      return { status: 415 };
    const isNew = !objects.has(name);
    write(name, query.get("fieldManager") ?? "", json(body).data as Record<string, string>, true);
    return { status: isNew ? 201 : 200, body: shown(name) };
  };
  const valuesOf = (name: string): Record<string, string> =>
    Object.fromEntries(
      [...(objects.get(name)?.data ?? [])].map(([key, value]) => [
        key,
        Buffer.from(value, "base64").toString(),
      ]),
    );
  return {
    answer,
    valuesOf,
    change: (name: string, data: Record<string, string>) => write(name, "kubectl", data, false),
  };
}

export function fakeGoogle(token: string): { answer: Answers; versions: Map<string, string[]> } {
  const versions = new Map<string, string[]>();
  const answer: Answers = ({ method, path, query, headers, body }) => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: {} };
    const base = "/v1/projects/acme-prod/secrets";
    if (!path.startsWith(base)) return { status: 403, body: {} };
    if (method === "POST" && path === base) {
      const id = query.get("secretId") ?? "";
      if (versions.has(id)) return { status: 409, body: {} };
      versions.set(id, []);
      return { body: { name: `projects/1/secrets/${id}` } };
    }
    const [, id = "", rest = ""] = /^\/([^/:]+)(.*)$/.exec(path.slice(base.length)) ?? [];
    const all = versions.get(id);
    if (all === undefined) return { status: 404, body: {} };
    if (rest === ":addVersion") {
      const { data } = json(body).payload as { data: string };
      all.push(Buffer.from(data, "base64").toString());
    } else if (rest !== "/versions/latest" || all.length === 0) return { status: 404, body: {} };
    const name = `projects/1/secrets/${id}/versions/${all.length}`;
    return { body: { name, state: "ENABLED", createTime: `2026-01-0${all.length}T00:00:00Z` } };
  };
  return { answer, versions };
}

export function fakeVault(token: string): { answer: Answers; versions: Map<string, string[]> } {
  const versions = new Map<string, string[]>();
  const answer: Answers = ({ method, path, headers, body }) => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: {} };
    const [, name = "", rest = ""] = /^\/secrets\/([A-Za-z0-9-]+)(.*)$/.exec(path) ?? [];
    const all = versions.get(name) ?? [];
    const one = (number: number): object => ({
      id: `https://vault/secrets/${name}/v${number}`,
      attributes: { created: 1_767_225_600 + number, updated: 1_767_225_600 + number },
    });
    if (method === "PUT") {
      all.push(String(json(body).value));
      versions.set(name, all);
      return { body: { ...one(all.length), value: all.at(-1) } };
    }
    if (rest !== "/versions" || all.length === 0) return { status: 404, body: {} };
    return { body: { value: all.map((_, index) => one(index + 1)) } };
  };
  return { answer, versions };
}
