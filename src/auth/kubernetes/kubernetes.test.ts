/** Service accounts' tokens against a cluster that is asked, and against its keys alone. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type Cluster, startCluster } from "../../../test/support/cluster.ts";
import { signingKey } from "../../../test/support/issuer.ts";
import { type JwtApi, jwtApi } from "../../../test/support/jwt-api.ts";
import { Secret } from "../../core/secret.ts";
import { isOwnCluster } from "./review.ts";

const NAMES = { bound_service_account_names: "train", bound_service_account_namespaces: "ml" };

interface Both {
  readonly api: JwtApi;
  readonly cluster: Cluster;
  login(
    token: string,
    role?: string,
  ): Promise<{ status: number; metadata: unknown; reason: string; claim: unknown }>;
}

async function open(context: TestContext, config: (cluster: Cluster) => object = () => ({})): Promise<Both> {
  const api = await jwtApi(context);
  const cluster = await startCluster(api.now);
  context.after(() => cluster.close());
  await api.kernel.services.mounts.mount("auth", "kubernetes/", { type: "kubernetes" });
  const made = await api.call("POST", "auth/kubernetes/config", {
    kubernetes_host: cluster.address,
    ...config(cluster),
  });
  assert.equal(made.status, 204, made.text);
  const role = await api.call("POST", "auth/kubernetes/role/r", {
    ...NAMES,
    audience: "bulkhead",
    token_policies: "p",
  });
  assert.equal(role.status, 204, role.text);
  return {
    api,
    cluster,
    login: async (token, name = "r") => {
      const before = api.said.length;
      const answer = await api.call(
        "POST",
        "auth/kubernetes/login",
        { role: name, jwt: token },
        { token: "" },
      );
      const fields = api.said[before]?.fields ?? {};
      if (answer.status !== 200) assert.match(answer.errors.join(), /^permission denied \([0-9a-f-]{36}\)$/);
      return {
        status: answer.status,
        metadata: answer.get("auth.metadata"),
        reason: String(fields.reason),
        claim: fields.claim,
      };
    },
  };
}

const account = (namespace: string, name: string, uid = "uid-train") => ({
  sub: `system:serviceaccount:${namespace}:${name}`,
  "kubernetes.io": { namespace, serviceaccount: { name, uid } },
});
test("the pod of the role gets in; another account, namespace, audience or time does not", async (context) => {
  const { api, cluster, login } = await open(context);
  const right = await login(await cluster.token());
  assert.equal(right.status, 200, right.reason);
  assert.deepEqual(right.metadata, {
    role: "r",
    service_account_name: "train",
    service_account_namespace: "ml",
    service_account_secret_name: "",
    service_account_uid: "uid-train",
    ci_system: "kubernetes",
    repository: "ml",
    workflow: "train",
    job: "train-0",
    run: "uid-pod",
    actor: "system:serviceaccount:ml:train",
  });
  const wrong: [object, unknown][] = [
    [account("ml", "default"), "/kubernetes.io/serviceaccount/name"],
    [account("dev", "train"), "/kubernetes.io/namespace"],
    [{ aud: ["https://kubernetes.default.svc"] }, "aud"],
    [{ aud: undefined }, "aud"],
    [{ exp: api.now() - 100 }, "exp"],
    [{ nbf: api.now() + 100 }, "nbf"],
    [{ "kubernetes.io": undefined }, "kubernetes.io"],
  ];
  for (const [claims, claim] of wrong) {
    const asked = cluster.reviewers.length;
    const refused = await login(await cluster.token(claims));
    assert.deepEqual([refused.status, refused.claim], [403, claim], refused.reason);
    assert.equal(cluster.reviewers.length, asked, "a strange token is not sent on");
  }
});

test("the cluster's word counts: a deleted pod, a forged token, another's identity, no answer", async (context) => {
  const { cluster, login } = await open(context);
  const stranger = await signingKey("cluster", "RS256");
  assert.match((await login(await cluster.token({}, stranger))).reason, /does not know the token/);
  cluster.deleted.add("uid-train");
  assert.match((await login(await cluster.token())).reason, /does not know the token/);
  cluster.deleted.clear();
  const user = { username: "system:serviceaccount:ml:train", uid: "uid-train" };
  const lies: [object, RegExp][] = [
    [{ authenticated: "true", user, audiences: ["bulkhead"] }, /does not know/],
    [{ authenticated: true, user, audiences: [] }, /does not confirm the audience/],
    [{ authenticated: true, user }, /does not confirm the audience/],
    [{ authenticated: true, user: { ...user, uid: "other" }, audiences: ["bulkhead"] }, /another's token/],
    [{ authenticated: true, user: { ...user, username: "ada" }, audiences: ["bulkhead"] }, /another's token/],
    [{}, /does not know/],
  ];
  for (const [status, reason] of lies) {
    cluster.lie = status;
    assert.match((await login(await cluster.token())).reason, reason, JSON.stringify(status));
  }
  await cluster.close();
  assert.match((await login(await cluster.token())).reason, /cannot be asked/);
});

test("the reviewer's own token asks, and is never shown", async (context) => {
  const { api, cluster, login } = await open(context, () => ({ token_reviewer_jwt: "reviewer-token-x" }));
  assert.equal((await login(await cluster.token())).status, 200);
  assert.deepEqual(cluster.reviewers, ["Bearer reviewer-token-x"]);
  const shown = await api.call("GET", "auth/kubernetes/config");
  assert.equal(shown.get("data.token_reviewer_jwt_set"), true);
  assert.ok(!shown.text.includes("reviewer-token-x"));
});

test("with the cluster's keys nobody is asked, and a token must end by itself", async (context) => {
  const { cluster, login } = await open(context, ({ key }) => ({ pem_keys: [key.pem] }));
  assert.equal((await login(await cluster.token())).status, 200);
  const stranger = await signingKey("cluster", "RS256");
  assert.match((await login(await cluster.token({}, stranger))).reason, /no key of the cluster/);
  assert.match((await login(await cluster.token({ exp: undefined }))).reason, /without end/);
  assert.equal(cluster.reviewers.length, 0);
});

test("roles for any account or namespace are refused, unless they say why", async (context) => {
  const { api } = await open(context);
  const path = "auth/kubernetes/role/broad";
  const wide: [object, RegExp][] = [
    [
      { ...NAMES, bound_service_account_names: "*" },
      /serviceaccount\/name.*"bound_service_account_names": \["SERVICE-ACCOUNT"\]/,
    ],
    [
      { ...NAMES, bound_service_account_namespaces: "*" },
      /namespace.*"bound_service_account_namespaces": \["NAMESPACE"\]/,
    ],
    [{ ...NAMES, bound_service_account_names: "tr*" }, /serviceaccount\/name/],
    [{ ...NAMES, bound_service_account_namespaces: ["ml", "dev-*"] }, /namespace/],
  ];
  for (const [body, text] of wide) {
    const refused = await api.call("POST", path, body);
    assert.equal(refused.status, 400);
    assert.match(refused.errors.join(), text);
    assert.equal((await api.call("POST", path, { ...body, allow_broad: "a trial cluster" })).status, 204);
    assert.equal((await api.call("GET", path)).get("data.allow_broad"), "a trial cluster");
    await api.call("DELETE", path);
  }
  assert.equal(
    (await api.call("POST", path, NAMES)).status,
    204,
    "without audience the cluster checks its own",
  );
  const config = { kubernetes_host: "https://cluster.example", pem_keys: [(await signingKey("x")).pem] };
  const offline = await api.call("POST", "auth/kubernetes/config", config);
  assert.match(offline.errors.join(), /`aud`.*"audience": "bulkhead"/, "without it nobody would check");
});

test("the pod's own token goes to the pod's own cluster alone", () => {
  const env = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };
  for (const own of [
    "https://kubernetes.default.svc",
    "https://kubernetes.default.svc.cluster.local:443",
    "https://10.96.0.1:443/",
    "https://10.96.0.1",
  ])
    assert.equal(isOwnCluster(own, env), true, own);
  for (const strange of [
    "https://evil.example",
    "https://kubernetes.default.svc.evil.example",
    "https://kubernetes.default.svc@evil.example",
    "https://evil.example/#kubernetes.default.svc",
    "https://10.96.0.1:8443",
    "https://10.96.0.1.evil.example",
    "http://127.0.0.1:1",
    "http://10.96.0.1",
  ])
    assert.equal(isOwnCluster(strange, env), false, strange);
  assert.equal(isOwnCluster("https://10.96.0.1", {}), false);
  const six = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };
  assert.equal(isOwnCluster("https://[fd00::1]:6443", six), true);
});

test("the issuer where it is asked, the role's networks, every date by itself, and a whole account", async (context) => {
  const issuer = "https://kubernetes.default.svc";
  const { api, cluster, login } = await open(context, () => ({ issuer, disable_iss_validation: false }));
  const path = "auth/kubernetes/role/r";
  assert.equal((await login(await cluster.token({ iss: issuer }))).status, 200);
  for (const iss of ["https://other", "kubernetes/serviceaccount", undefined])
    assert.equal((await login(await cluster.token({ iss }))).claim, "iss");
  const right = (claims: object) => cluster.token({ iss: issuer, ...claims });
  for (const [claims, claim] of [
    [{ exp: api.now() - 100, nbf: undefined, iat: undefined }, "exp"],
    [{ exp: undefined, nbf: api.now() + 100, iat: undefined }, "nbf"],
    [{ exp: undefined, nbf: undefined, iat: api.now() - 1_000 }, "exp"],
  ] as const)
    assert.equal((await login(await right(claims))).claim, claim, JSON.stringify(claims));
  assert.equal((await login(await right({ exp: undefined, nbf: undefined, iat: undefined }))).status, 200);
  for (const part of ["namespace", "name", "uid"]) {
    const said = { namespace: "ml", name: "train", uid: "uid-train", [part]: "" };
    const { namespace, name, uid } = said;
    assert.equal((await login(await right(account(namespace, name, uid)))).claim, "kubernetes.io", part);
  }
  await api.call("POST", path, { ...NAMES, audience: "bulkhead", token_bound_cidrs: "10.0.0.0/8" });
  assert.match((await login(await right({}))).reason, /network/);
  const from = await api.call(
    "POST",
    "auth/kubernetes/login",
    { role: "r", jwt: await right({}) },
    { token: "", remote: "10.1.2.3" },
  );
  assert.equal(from.status, 200, from.text);
  assert.match((await login(await right({}), "none")).reason, /no such role/);
  await api.call("POST", path, { ...NAMES, audience: "bulkhead", token_bound_cidrs: [] });
  const body = { role: "r", jwt: await right({}) };
  const held = (await api.call("POST", "auth/kubernetes/login", body, { token: "" })).textAt(
    "auth.client_token",
  );
  const { tokens } = api.kernel.services;
  const renew = async () => await tokens.renew((await tokens.lookup(Secret.copy(held)))?.tokenHash ?? "");
  await renew();
  await api.call("DELETE", path);
  await assert.rejects(renew(), "the role behind it is gone");
});

test("tokens of former clusters, and names for people to read", async (context) => {
  const { api, cluster, login } = await open(context, ({ key }) => ({ pem_keys: [key.pem] }));
  const former = {
    "kubernetes.io": undefined,
    "kubernetes.io/serviceaccount/namespace": "ml",
    "kubernetes.io/serviceaccount/service-account.name": "train",
    "kubernetes.io/serviceaccount/service-account.uid": "uid-train",
    "kubernetes.io/serviceaccount/secret.name": "train-token-x",
  };
  const { status, metadata, reason } = await login(await cluster.token(former));
  assert.equal(status, 200, reason);
  const said = metadata as Record<string, string>;
  assert.deepEqual(
    [said.service_account_secret_name, said.repository, said.workflow],
    ["train-token-x", "ml", "train"],
  );
  const aliases: string[] = [];
  for (const alias_name_source of ["serviceaccount_uid", "serviceaccount_name"]) {
    await api.call("POST", "auth/kubernetes/role/r", { ...NAMES, audience: "bulkhead", alias_name_source });
    const body = { role: "r", jwt: await cluster.token() };
    const answer = await api.call("POST", "auth/kubernetes/login", body, { token: "" });
    const entity = await api.kernel.services.identity.view(answer.textAt("auth.entity_id"));
    aliases.push(...(entity?.templates.entity.aliases ?? []).map(({ name }) => name));
  }
  assert.deepEqual(aliases, ["uid-train", "ml/train"]);
});

test("a cluster or a role that could not work is refused; without a cluster nobody gets in", async (context) => {
  const api = await jwtApi(context);
  await api.kernel.services.mounts.mount("auth", "kubernetes/", { type: "kubernetes" });
  const config = (body: object) => api.call("POST", "auth/kubernetes/config", body);
  const role = (body: object) => api.call("POST", "auth/kubernetes/role/r", body);
  const login = (body: object) => api.call("POST", "auth/kubernetes/login", body, { token: "" });
  assert.equal((await api.call("GET", "auth/kubernetes/config")).status, 404);
  assert.deepEqual((await login({ jwt: "x" })).errors, ["missing role"]);
  assert.deepEqual((await login({ role: "r" })).errors, ["missing jwt"]);
  assert.deepEqual((await login({ role: "r", jwt: "" })).errors, ["missing jwt"]);
  assert.equal((await role(NAMES)).status, 204);
  const early = await login({ role: "r", jwt: "a.b.c" });
  assert.equal(early.status, 400);
  assert.doesNotMatch(early.text, /permission denied/, "nothing was asked of the token");
  const host = { kubernetes_host: "https://cluster.example" };
  const badConfigs: [object, RegExp][] = [
    [{}, /no host/],
    [{ kubernetes_host: "http://cluster.example" }, /kubernetes_host: it must be https/],
    [{ ...host, pem_keys: ["x"] }, /valid public keys/],
    [{ ...host, disable_local_ca_jwt: true }, /kubernetes_ca_cert must be given/],
  ];
  for (const [body, wanted] of badConfigs) {
    const answer = await config(body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.errors.join(), wanted);
  }
  const badRoles: [object, RegExp][] = [
    [{ ...NAMES, bound_service_account_names: [] }, /names" can not be empty/],
    [{ ...NAMES, bound_service_account_namespaces: [] }, /namespaces" can not be empty/],
    [{ ...NAMES, bound_service_account_names: ["*", "a"], allow_broad: "x" }, /can not mix/],
    [{ ...NAMES, bound_service_account_namespaces: ["a", "*"], allow_broad: "x" }, /can not mix/],
    [{ ...NAMES, alias_name_source: "pod" }, /alias_name_source/],
    [{ ...NAMES, bound_service_account_namespace_selector: "{}" }, /not offered/],
    [{ ...NAMES, token_ttl: "2h", token_max_ttl: "1h" }, /token_ttl/],
  ];
  for (const [body, wanted] of badRoles) {
    const answer = await role(body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.match(answer.errors.join(), wanted);
  }
});

test("a cluster that answers nonsense lets nobody in", async (context) => {
  const { cluster, login } = await open(context);
  for (const lie of [[], "x", { authenticated: true, user: null, audiences: ["bulkhead"] }]) {
    cluster.lie = lie as never;
    assert.equal((await login(await cluster.token())).status, 403, JSON.stringify(lie));
  }
});
