/**
 * `vault://MOUNT/PATH`: HashiCorp Vault, OpenBao or another Bulkhead, by its own variables (`VAULT_ADDR`, `VAULT_TOKEN` or
 * `~/.vault-token`, `VAULT_NAMESPACE`, `VAULT_CACERT`). KV of both versions; any other path is read as it is.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { asked, json, member, plain, refused } from "./answers.ts";
import type { HttpAnswer } from "./http.ts";
import { badPlace, splitQuery } from "./place.ts";
import type { Listed, Manager, Reference, ResolveContext, Resolved } from "./types.ts";

interface Server {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly ca: string | undefined;
}

async function serverOf(reference: Reference, { env }: ResolveContext): Promise<Server> {
  const address = env.VAULT_ADDR;
  if (!address)
    throw noIdentity(
      reference,
      "VAULT_ADDR is not set",
      "set it to the server's address, https://vault.example:8200",
    );
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.search !== "")
    throw noIdentity(reference, "VAULT_ADDR is no plain address", "write it like https://vault.example:8200");
  const file = join(env.HOME ?? homedir(), ".vault-token");
  const token = env.VAULT_TOKEN || (await readFile(file, "utf8").catch(() => "")).trim();
  if (token === "")
    throw noIdentity(reference, "there is no token", "log in with `vault login`, or set VAULT_TOKEN");
  const namespace = env.VAULT_NAMESPACE;
  return {
    base: `${url.origin}${url.pathname.replace(/\/$/, "")}/v1`,
    headers: {
      "x-vault-token": token,
      "x-vault-request": "true",
      ...(namespace && { "x-vault-namespace": namespace }),
    },
    ca: env.VAULT_CACERT ? await caOf(reference, env.VAULT_CACERT) : undefined,
  };
}

const noIdentity = (reference: Reference, problem: string, help: string): BulkheadError =>
  new BulkheadError("reference.no-identity", { reference: reference.text, problem, help });

async function caOf(reference: Reference, path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => {
    throw noIdentity(reference, `VAULT_CACERT names ${path}, which cannot be read`, "it is a PEM file");
  });
}

interface Kv {
  readonly mount: string;
  readonly version: 1 | 2 | null;
}

const coded = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

async function get(
  reference: Reference,
  context: ResolveContext,
  server: Server,
  path: string,
): Promise<HttpAnswer> {
  return await asked(reference, {
    url: `${server.base}/${path}`,
    headers: server.headers,
    ca: server.ca,
    signal: context.signal,
  });
}

/** Which mount it is on: asked where the token may, else the first part of the path. */
async function mountOf(
  reference: Reference,
  context: ResolveContext,
  server: Server,
  path: string,
): Promise<Kv> {
  const answer = await get(reference, context, server, `sys/internal/ui/mounts/${coded(path)}`);
  const first = path.split("/")[0] ?? "";
  if (answer.status !== 200) return { mount: first, version: 2 };
  const data = member(json(reference, answer.body), "data");
  const mount = String(member(data, "path") ?? first).replace(/\/$/, "");
  if (member(data, "type") !== "kv") return { mount, version: null };
  return { mount, version: member(data, "options", "version") === "2" ? 2 : 1 };
}

function fieldsFrom(data: unknown): Resolved {
  const object = typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  const fields = new Map(Object.entries(object).map(([name, value]) => [name, Secret.copy(plain(value))]));
  if (!fields.has("value")) fields.set("value", Secret.copy(JSON.stringify(object)));
  return { fields, version: null, structured: true };
}

export const vault: Manager = {
  scheme: "vault",
  title: "HashiCorp Vault or OpenBao",
  example: "vault://secret/ml/openai#api_key",
  resolve: async (reference, context) => {
    const { path, query } = splitQuery(reference, ["version"]);
    const clean = path.replace(/^\/|\/$/g, "");
    if (clean.split("/").some((one) => one === "" || one === "." || one === ".."))
      throw badPlace(reference, "its path is not plain", "vault://MOUNT/PATH");
    const server = await serverOf(reference, context);
    const { mount, version } = await mountOf(reference, context, server, clean);
    const below = clean.slice(mount.length + 1);
    const asksFor = query.version === undefined ? "" : `?version=${encodeURIComponent(query.version)}`;
    // As the API has it, or as `vault kv` has it: both forms are seen in the wild.
    const target =
      version === 2 ? `${coded(mount)}/data/${coded(below.replace(/^data\//, ""))}${asksFor}` : coded(clean);
    const answer = await get(reference, context, server, target);
    if (answer.status !== 200) return refused(reference, answer.status);
    const data = member(json(reference, answer.body), "data");
    answer.body.fill(0);
    if (version !== 2) return fieldsFrom(data);
    const number = member(data, "metadata", "version");
    return {
      ...fieldsFrom(member(data, "data")),
      version: typeof number === "number" ? String(number) : null,
    };
  },
  list: async (reference, context) => {
    const server = await serverOf(reference, context);
    const clean = reference.place.replace(/^\/|\/$/g, "");
    const { mount, version } = await mountOf(reference, context, server, `${clean}/`);
    const below = clean.slice(mount.length + 1);
    const target =
      version === 2
        ? [coded(mount), "metadata", ...(below === "" ? [] : [coded(below)])].join("/")
        : coded(clean);
    const answer = await get(reference, context, server, `${target}?list=true`);
    if (answer.status !== 200) return refused(reference, answer.status);
    const keys = (member(json(reference, answer.body), "data", "keys") ?? []) as readonly string[];
    return keys
      .filter((name) => !name.endsWith("/"))
      .map((name): Listed => ({ name, reference: `vault://${clean}/${name}` }));
  },
};
