/** One list of requests to the `kubernetes` method for Bulkhead and a real OpenBao server, with one cluster behind both. */
import { type Cluster } from "./cluster.ts";
import { signingKey } from "./issuer.ts";
import type { LoginRequest } from "./login-oracle.ts";

type More = Pick<LoginRequest, "differs" | "refusal" | "open">;
const at = (path: string): string => `kubernetes/${path}`;
const post = (path: string, body: object = {}, more: More = {}): LoginRequest => ({
  method: "POST",
  path: at(path),
  body,
  ...more,
});
const get = (path: string, more: More = {}): LoginRequest => ({ method: "GET", path: at(path), ...more });
const list = (path: string): LoginRequest => ({ method: "LIST", path: at(path) });
const remove = (path: string): LoginRequest => ({ method: "DELETE", path: at(path) });

const BROAD = "B2: any account, or any namespace, is refused";
const NOTHING = "B2: the role was refused, so there is nothing to read";
const NOT_OFFERED = "not offered: naming the namespaces says who gets in, their labels do not";
const NO_POD = "outside of a pod the system's certificates count instead of failing";
const CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

export async function kubernetesRequests(cluster: Cluster): Promise<readonly LoginRequest[]> {
  const host = { kubernetes_host: cluster.address, kubernetes_ca_cert: CA };
  return [
    get("config"),
    list("role"),
    get("role/x"),
    remove("role/x"),
    post("login", {}, { open: true }),
    post("login", { role: "x" }, { open: true }),
    post("login", { jwt: "x" }, { open: true }),
    post(
      "login",
      { role: "x", jwt: "y" },
      { open: true, differs: "a role that is not there is refused like every other login: 403 and an id" },
    ),
    ...configs(host),
    ...roles(),
    post("config", host),
    ...(await logins(cluster)),
    post("config", { ...host, pem_keys: [cluster.key.pem] }),
    ...(await byKey(cluster)),
  ];
}

function configs(host: { readonly kubernetes_host: string }): readonly LoginRequest[] {
  const tried: readonly [object, string?][] = [
    [{}],
    [{ kubernetes_host: "" }],
    [{ ...host, pem_keys: ["x"] }],
    [{ kubernetes_host: host.kubernetes_host, disable_local_ca_jwt: true }],
    [host],
    [{ ...host, issuer: "i", disable_iss_validation: false }],
    [{ ...host, disable_local_ca_jwt: true }],
    [{ kubernetes_host: host.kubernetes_host, token_reviewer_jwt: "x" }, NO_POD],
    [host],
  ];
  return tried.flatMap(([body, differs]) => [
    post("config", body, differs === undefined ? {} : { differs }),
    get("config", differs === undefined ? {} : { differs: "the configuration before it was refused there" }),
  ]);
}

function roles(): readonly LoginRequest[] {
  const base = { bound_service_account_names: "train", bound_service_account_namespaces: "ml" };
  const tried: readonly [object, string?, string?][] = [
    [{}],
    [{ bound_service_account_names: "a" }],
    [{ bound_service_account_namespaces: "a" }],
    [base],
    [{ bound_service_account_names: ["a", "b"], bound_service_account_namespaces: ["c", "d"] }],
    [{ ...base, bound_service_account_names: "*" }, BROAD, NOTHING],
    [{ ...base, bound_service_account_namespaces: "*" }, BROAD, NOTHING],
    [{ bound_service_account_names: "*", bound_service_account_namespaces: "*" }, BROAD, NOTHING],
    [{ ...base, bound_service_account_names: ["a", "*"] }],
    [{ ...base, bound_service_account_namespaces: ["a", "*"] }],
    [{ ...base, alias_name_source: "x" }],
    [{ ...base, alias_name_source: "serviceaccount_name" }],
    [{ ...base, alias_name_source: "serviceaccount_uid", audience: "v" }],
    [{ ...base, audience: "" }],
    [{ ...base, token_ttl: 10, token_max_ttl: 5 }],
    [{ ...base, token_ttl: "1m", token_max_ttl: "1h", token_policies: ["p"], token_type: "batch" }],
    [{ ...base, token_type: "batch", token_num_uses: 1 }],
    [{ ...base, token_type: "x" }],
    [{ ...base, token_num_uses: -1 }],
    [{ ...base, policies: "p", ttl: 60, max_ttl: 120, num_uses: 3, period: 30 }],
    [
      {
        ...base,
        token_bound_cidrs: ["10.0.0.0/8"],
        token_no_default_policy: true,
        token_explicit_max_ttl: 60,
      },
    ],
    [{ bound_service_account_names: "a", bound_service_account_namespace_selector: "x" }, NOT_OFFERED],
    [
      {
        bound_service_account_names: "a",
        bound_service_account_namespace_selector: '{"matchLabels":{"a":"b"}}',
      },
      NOT_OFFERED,
      NOT_OFFERED,
    ],
  ];
  return [
    ...tried.flatMap(([body, differs, read]) => [
      post("role/r", body, differs === undefined ? {} : { differs }),
      get("role/r", read === undefined ? {} : { differs: read }),
      remove("role/r"),
      get("role/r"),
    ]),
    post("role/Up.per", base),
    list("role"),
    post("role/Up.per", { token_ttl: 5 }),
    get("role/up.per"),
    remove("role/UP.PER"),
    post("role/a@b", base),
    get("role/a/b"),
  ];
}

const account = (namespace: string, name: string, uid = "uid-train"): object => ({
  sub: `system:serviceaccount:${namespace}:${name}`,
  "kubernetes.io": { namespace, serviceaccount: { name, uid } },
});
const send = (jwt: string, more: More = {}, role = "l"): LoginRequest =>
  post("login", { role, jwt }, { open: true, ...more });
const refused = { refusal: true } as const;

async function logins(cluster: Cluster): Promise<readonly LoginRequest[]> {
  const now = Math.floor(Date.now() / 1_000);
  const stranger = await signingKey("cluster", "RS256");
  const wrong = [
    account("ml", "default"),
    account("dev", "train"),
    { aud: ["other"] },
    { aud: undefined },
    { exp: now - 500 },
    { nbf: now + 500 },
    { iat: now + 500 },
    { "kubernetes.io": undefined },
    { "kubernetes.io": { namespace: "ml" } },
  ];
  return [
    post("role/l", {
      bound_service_account_names: "train",
      bound_service_account_namespaces: "ml",
      audience: "bulkhead",
      token_policies: "p",
    }),
    post("role/n", {
      bound_service_account_names: ["train", "other"],
      bound_service_account_namespaces: ["ml", "dev"],
      alias_name_source: "serviceaccount_name",
      token_type: "batch",
      audience: "bulkhead",
    }),
    send(await cluster.token()),
    send(
      await cluster.token(),
      { differs: "the role's own name stands in the metadata, not how the login spelled it" },
      "L",
    ),
    send(await cluster.token(), {}, "n"),
    send(await cluster.token(account("dev", "other")), {}, "n"),
    send(await cluster.token({}, stranger), refused),
    send("abc", refused),
    send("a.b.c", refused),
    ...(await Promise.all(wrong.map(async (claims) => send(await cluster.token(claims), refused)))),
    send("", {}),
    post("login", { role: "l" }, { open: true }),
  ];
}

async function byKey(cluster: Cluster): Promise<readonly LoginRequest[]> {
  const stranger = await signingKey("cluster", "RS256");
  return [
    send(await cluster.token()),
    send(await cluster.token({}, stranger), refused),
    send(await cluster.token({ aud: ["other"] }), refused),
    send(await cluster.token(account("ml", "default")), refused),
  ];
}
