/**
 * What two servers offer, as rows to compare: OpenBao's out of its OpenAPI document, with every engine and auth method it has
 * mounted; Bulkhead's out of the declarations that its own document is made from. Paths below a mount stand without the mount's name.
 */
import { PathTable } from "../src/kernel/pattern.ts";
import type { FieldDeclaration, Operation, PathDeclaration } from "../src/kernel/plugin.ts";
import type { Bao } from "../test/support/bao.ts";
import { type TestKernel, openTestKernel } from "../test/support/kernel.ts";

export interface Fact {
  /** `sys`, `pki`, `kv-v2`, `auth/jwt`. */
  readonly mount: string;
  /** `roles/{name}`; no slash at the end. */
  readonly path: string;
  readonly operation: Exclude<Operation, "create">;
  readonly fields: readonly string[];
}

export interface Refused {
  readonly mount: string;
  readonly field: string;
  readonly says: string;
}

/** Names of parameters do not matter: `{role}` there is `{name}` here. */
export const keyOf = ({ mount, path, operation }: Omit<Fact, "fields">): string =>
  `${operation} ${mount}/${path.replace(/\{\w+\*?\}/g, "{}")}`;

/** Also without a rest that may be empty: `leases/lookup/{prefix*}` lists `leases/lookup/` too. */
export function keysOf(fact: Fact): string[] {
  const whole = keyOf(fact);
  return fact.operation === "list" && /\/\{\w+\*\}$/.test(fact.path)
    ? [whole, whole.replace(/\/\{\}$/, "")]
    : [whole];
}

/** Bulkhead's types as they are mounted: name of the mount and what it is mounted with. */
export const MOUNTED: readonly (readonly ["mounts" | "auth", string])[] = [
  ...["kv-v1", "kv-v2", "transit", "pki", "database", "aws"].map((type) => ["mounts", type] as const),
  ...["approle", "userpass", "jwt", "oidc", "kubernetes", "cert"].map((type) => ["auth", type] as const),
];

async function mountedKernel(): Promise<TestKernel> {
  const at = await openTestKernel();
  for (const [kind, type] of MOUNTED) {
    const { status, text } = await at.call("POST", `sys/${kind}/${type}`, { body: { type } });
    if (status !== 204) throw new Error(`${type} cannot be mounted: ${text}`);
  }
  return at;
}

export async function ourFacts(): Promise<{ readonly facts: Fact[]; readonly refused: Refused[] }> {
  const at = await mountedKernel();
  try {
    const facts: Fact[] = [];
    const refused = new Map<string, Refused>();
    for (const { info, paths } of await at.kernel.services.mounts.declared()) {
      const mount = info.path.slice(0, -1);
      for (const { pattern, operations, fields = {} } of paths) {
        const names = Object.keys(fields);
        for (const operation of Object.keys(operations) as Operation[])
          if (operation !== "create" || operations.update === undefined)
            facts.push({
              mount,
              path: pattern.replace(/\/$/, ""),
              operation: operation === "create" ? "update" : operation,
              fields: names,
            });
        for (const one of refusedOf(mount, fields)) refused.set(`${one.mount} ${one.field}`, one);
      }
    }
    return { facts, refused: [...refused.values()] };
  } finally {
    await at.close();
  }
}

/** A description that begins so is of a field whose use is refused. */
const refusedOf = (mount: string, fields: Readonly<Record<string, FieldDeclaration>>): Refused[] =>
  Object.entries(fields)
    .filter(([, { description }]) => /^(?:Not offered|Refused)\b/.test(description))
    .map(([field, { description }]) => ({ mount, field, says: description }));

/** `update auth/approle role/{name}`. */
export type Route = string;

export const routeOf = ({ mount, path, operation }: Omit<Fact, "fields">): Route =>
  `${operation} ${mount} ${path}`;

const OPERATIONS: Readonly<Record<string, Fact["operation"]>> = {
  GET: "read",
  HEAD: "read",
  LIST: "list",
  SCAN: "scan",
  POST: "update",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/**
 * Which declared route serves a request; null for none. `mounts`: where which type is mounted (`{ "k1/": "kv-v1" }`, types as in
 * `Fact.mount`) beside what is always there. The first declaration that matches wins, as in the kernel.
 */
export async function routeFinder(
  mounts: Readonly<Record<string, string>>,
): Promise<(method: string, path: string) => Route | null> {
  const declared = await declarations();
  const prefixes = [...declared.keys()]
    .filter((mount) => /^(?:sys|cubbyhole|identity|auth\/token)$/.test(mount))
    .map((mount) => [`${mount}/`, mount] as const);
  const table = [...prefixes, ...Object.entries(mounts)].sort(([a], [b]) => b.length - a.length);
  const compiled = new Map([...declared].map(([mount, paths]) => [mount, new PathTable(paths)]));
  return (method, target) => {
    const [path = "", query = ""] = target.split("?");
    const [prefix, mount] = table.find(([start]) => `${path}/`.startsWith(start)) ?? [];
    if (prefix === undefined || mount === undefined) return null;
    const listed = new URLSearchParams(query).has("list");
    const operation = listed ? "list" : OPERATIONS[method];
    const slash = operation === "list" && !path.endsWith("/") ? "/" : "";
    const found = compiled.get(mount)?.match((path + slash).slice(prefix.length)) ?? null;
    const { operations, pattern } = found?.declaration ?? {};
    if (operation === undefined || pattern === undefined) return null;
    const served = operations?.[operation] ?? (operation === "update" ? operations?.create : undefined);
    return served === undefined ? null : routeOf({ mount, path: pattern.replace(/\/$/, ""), operation });
  };
}

/** `mount path` of the declarations that answer some without a token, or look at another than the caller's. */
export async function openRoutes(): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  for (const [mount, paths] of await declarations())
    for (const { pattern, unauthenticated, callerOptional, wrappingToken, callerToken } of paths)
      if ([unauthenticated, callerOptional, wrappingToken, callerToken === "absent"].includes(true))
        open.add(`${mount} ${pattern.replace(/\/$/, "")}`);
  return open;
}

async function declarations(): Promise<ReadonlyMap<string, readonly PathDeclaration[]>> {
  const at = await mountedKernel();
  try {
    const declared = await at.kernel.services.mounts.declared();
    return new Map(declared.map(({ info, paths }) => [info.path.slice(0, -1), paths]));
  } finally {
    await at.close();
  }
}

interface Body {
  readonly content: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
}
interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: Body;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties?: object }>> };
}
interface Plugin {
  readonly type: string;
  readonly name: string;
}

/** Without the databases, which are plug-ins of one engine; that engine is not in the catalogue. */
const ALSO: readonly Plugin[] = [{ type: "secret", name: "database" }];

/** Mounts everything that the server knows, unless that was done. Gives its operations and the databases it has. */
export async function baoFacts(
  bao: Bao,
  { mounted = false }: { readonly mounted?: boolean } = {},
): Promise<{ readonly facts: Fact[]; readonly databases: string[] }> {
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${bao.address}/v1/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-vault-token": bao.token, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  const catalogue = (await ask("sys/plugins/catalog")) as { data: { detailed: readonly Plugin[] } };
  const { detailed } = catalogue.data;
  for (const { type, name } of mounted ? [] : [...detailed, ...ALSO])
    if (type === "auth") await ask(`sys/auth/${name}`, { type: name });
    else if (type === "secret") await ask(`sys/mounts/${name === "kv" ? "kv-v1" : name}`, { type: name });
  const document = (await ask("sys/internal/specs/openapi")) as Document;
  const facts = Object.entries(document.paths).flatMap(([path, item]) => factsOf(document, path, item));
  return { facts, databases: detailed.filter(({ type }) => type === "database").map(({ name }) => name) };
}

function factsOf(document: Document, path: string, item: Readonly<Record<string, Described>>): Fact[] {
  // at `secret/` the development server has a version 2
  const whole = path.replace(/^\/secret\//, "/kv-v2/").slice(1);
  const [first = "", second = ""] = whole.split("/");
  const mount = first === "auth" ? `auth/${second}` : first;
  const below = whole.slice(mount.length + 1).replace(/\/$/, "");
  return Object.entries(item)
    .filter(([verb]) => /^(?:get|post|patch|delete)$/.test(verb))
    .flatMap(([verb, described]) =>
      operationsOf(verb, described).map((operation) => ({
        mount,
        path: below,
        operation,
        fields: fieldsOf(document, described),
      })),
    );
}

function operationsOf(verb: string, { parameters = [] }: Described): readonly Fact["operation"][] {
  if (verb !== "get") return [verb === "post" ? "update" : (verb as "patch" | "delete")];
  const listed = (["list", "scan"] as const).filter((one) => parameters.some(({ name }) => name === one));
  return listed.length > 0 ? listed : ["read"];
}

function fieldsOf(document: Document, { parameters = [], requestBody }: Described): string[] {
  const inQuery = parameters.filter((one) => one.in === "query").map(({ name }) => name);
  const schemas = Object.values(requestBody?.content ?? {}).map(({ schema }) => {
    const name = schema.$ref?.split("/").at(-1);
    return name === undefined ? (schema as { properties?: object }) : document.components.schemas[name];
  });
  const inBody = schemas.flatMap((schema) => Object.keys(schema?.properties ?? {}));
  return [...new Set([...inQuery, ...inBody])].filter((name) => name !== "list" && name !== "scan");
}
