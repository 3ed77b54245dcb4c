/** Managers without an emulator: each against a server of ours that keeps state and speaks the documented protocol. */
import assert from "node:assert/strict";
import { createVerify, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../../test/support/fake.ts";
import {
  type ProtocolAnswer,
  type ProtocolRequest,
  protocolServer,
} from "../../test/support/protocol-server.ts";
import { crc32c } from "./crc32c.ts";
import { listReferences, parseReference, resolveReference } from "./index.ts";

type Env = Record<string, string>;
const NOWHERE = { HOME: "/nonexistent", PATH: "/nonexistent", NO_GCE_CHECK: "true" };

async function fieldsOf(text: string, env: Env): Promise<Record<string, string>> {
  const { fields } = await resolveReference(parseReference(text), { env, cwd: "/" });
  return Object.fromEntries([...fields].map(([name, value]) => [name, value.revealText()]));
}
const listed = async (text: string, env: Env): Promise<string[]> =>
  (await listReferences(parseReference(text), { env, cwd: "/" })).map(({ reference }) => reference);

async function serve(t: TestContext, answer: (request: ProtocolRequest) => ProtocolAnswer) {
  const server = await protocolServer(answer);
  t.after(() => server.stop());
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-cloud-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return { ...server, file };
}

test("Google Secret Manager: by a key, by federation with impersonation, by a person's login, by the metadata service", async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const [value, old, jwt, refresh] = [fake("", 30), fake("", 30), fake("", 40), fake("", 40)];
  const tokens = new Map<string, string>(); // access token → whose
  const issue = (who: string): object => {
    const token = fake("ya29.", 30);
    tokens.set(token, who);
    return { access_token: token, token_type: "Bearer", expires_in: 3600 };
  };
  const payload = (text: string, number: number, sum = crc32c(Buffer.from(text))): ProtocolAnswer => ({
    body: {
      name: `projects/1/secrets/openai/versions/${number}`,
      payload: { data: Buffer.from(text).toString("base64"), dataCrc32c: String(sum) },
    },
  });
  const cloud = await serve(t, ({ path, headers, body, query }) => {
    const form = new URLSearchParams(body);
    if (path === "/token") {
      if (form.get("grant_type") === "refresh_token")
        return form.get("refresh_token") === refresh
          ? { body: issue("person") }
          : { status: 400, body: { error: "invalid_grant" } };
      const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
      const good = createVerify("RSA-SHA256")
        .update(`${head}.${claims}`)
        .verify(publicKey, signature, "base64url");
      const { aud, iss } = JSON.parse(Buffer.from(claims, "base64url").toString()) as {
        aud: string;
        iss: string;
      };
      return good && aud.endsWith("/token")
        ? { body: issue(iss) }
        : { status: 400, body: { error: "invalid_grant" } };
    }
    if (path === "/sts")
      return form.get("subject_token") === jwt && form.get("audience") === "//pool"
        ? { body: issue("federated") }
        : { status: 400, body: { error: "invalid_request" } };
    if (path === "/computeMetadata/v1/instance/service-accounts/default/token")
      return headers["metadata-flavor"] === "Google" ? { body: issue("instance") } : { status: 403 };
    const who = tokens.get(/^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1] ?? "");
    if (path === "/impersonate")
      return who === "federated"
        ? { body: { accessToken: (issue("impersonated") as { access_token: string }).access_token } }
        : { status: 403 };
    if (who === undefined) return { status: 401, body: { error: { status: "UNAUTHENTICATED" } } };
    if (who === "federated") return { status: 403, body: { error: { status: "PERMISSION_DENIED" } } };
    if (path === "/v1/projects/ml/secrets/openai/versions/latest:access") return payload(value, 2);
    if (path === "/v1/projects/ml/secrets/openai/versions/1:access") return payload(old, 1);
    if (path === "/v1/projects/ml/secrets/broken/versions/latest:access") return payload(value, 1, 1);
    if (path === "/v1/projects/ml/secrets")
      return query.get("pageToken") === "2"
        ? { body: { secrets: [{ name: "projects/1/secrets/hub" }] } }
        : { body: { secrets: [{ name: "projects/1/secrets/openai" }], nextPageToken: "2" } };
    return { status: 404, body: { error: { status: "NOT_FOUND" } } };
  });
  const key = {
    type: "service_account",
    client_email: "run@ml",
    private_key_id: "1",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    token_uri: `${cloud.address}/token`,
  };
  const federation = {
    type: "external_account",
    audience: "//pool",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${cloud.address}/sts`,
    credential_source: {
      file: cloud.file("jwt", JSON.stringify({ value: jwt })),
      format: { type: "json", subject_token_field_name: "value" },
    },
  };
  const base = { ...NOWHERE, CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: `${cloud.address}/` };
  const by = (name: string, content: object): Env => ({
    ...base,
    GOOGLE_APPLICATION_CREDENTIALS: cloud.file(name, JSON.stringify(content)),
  });
  const person = {
    type: "authorized_user",
    client_id: "c",
    client_secret: "s",
    refresh_token: refresh,
    token_uri: `${cloud.address}/token`,
  };
  const { NO_GCE_CHECK: _, ...plain } = base;
  const ways: readonly Env[] = [
    by("key.json", key),
    by("impersonating.json", {
      ...federation,
      service_account_impersonation_url: `${cloud.address}/impersonate`,
    }),
    by("person.json", person),
    { ...plain, GCE_METADATA_HOST: cloud.address.replace("http://", "") },
  ];
  for (const env of ways) assert.deepEqual(await fieldsOf("gcp-sm://ml/openai", env), { value });
  const [env = {}] = ways;
  assert.deepEqual(await fieldsOf("gcp-sm://ml/openai/1", env), { value: old });
  assert.deepEqual(await listed("gcp-sm://ml/", env), ["gcp-sm://ml/openai", "gcp-sm://ml/hub"]);
  await assert.rejects(fieldsOf("gcp-sm://ml/broken", env), { code: "reference.unexpected" });
  await assert.rejects(fieldsOf("gcp-sm://ml/none", env), { code: "reference.absent" });
  await assert.rejects(fieldsOf("gcp-sm://ml", env), { code: "reference.bad-place" });
  await assert.rejects(fieldsOf("gcp-sm://ml/openai", by("plain.json", federation)), {
    code: "reference.refused",
    message: /PERMISSION_DENIED/,
  });
  await assert.rejects(
    fieldsOf("gcp-sm://ml/openai", by("old.json", { ...person, refresh_token: fake("", 40) })),
    { code: "reference.refused" },
  );
  await assert.rejects(fieldsOf("gcp-sm://ml/openai", by("odd.json", { type: "gdch" })), {
    code: "reference.no-identity",
  });
  await assert.rejects(fieldsOf("gcp-sm://ml/openai", by("bad.json", { ...key, private_key: "x" })), {
    code: "reference.no-identity",
  });
  await assert.rejects(fieldsOf("gcp-sm://ml/openai", base), { code: "reference.no-identity" });
  await assert.rejects(
    fieldsOf("gcp-sm://ml/openai", { ...base, GOOGLE_APPLICATION_CREDENTIALS: "/nonexistent" }),
    { code: "reference.no-identity" },
  );
});

test("Azure Key Vault: by a principal's secret, by the platform's token, by managed identity; no other host gets the token", async (t) => {
  const [value, secret, jwt, header, access] = [
    fake("", 30),
    fake("", 30),
    fake("", 40),
    fake("", 30),
    fake("", 40),
  ];
  const token = { body: { access_token: access, expires_in: "3600" } };
  const cloud = await serve(t, ({ path, headers, body, query }) => {
    const form = new URLSearchParams(body);
    if (path === "/tenant/oauth2/v2.0/token") {
      const proved = form.get("client_secret") === secret || form.get("client_assertion") === jwt;
      return proved && form.get("scope") === "https://vault.azure.net/.default"
        ? token
        : { status: 401, body: { error: "invalid_client" } };
    }
    if (path === "/msi")
      return headers["x-identity-header"] === header && query.get("resource") === "https://vault.azure.net"
        ? token
        : { status: 403 };
    if (path === "/metadata/identity/oauth2/token")
      return headers.metadata === "true" ? token : { status: 400 };
    if (headers.authorization !== `Bearer ${access}`)
      return { status: 401, body: { error: { code: "Unauthorized" } } };
    if (query.get("api-version") !== "7.4") return { status: 400, body: { error: { code: "BadParameter" } } };
    if (path === "/secrets/openai" || path === "/secrets/openai/v1")
      return { body: { value, id: `${cloud.address}/secrets/openai/v1` } };
    if (path === "/secrets")
      return query.get("skip") === null
        ? {
            body: {
              value: [{ id: "https://x/secrets/openai" }],
              nextLink: `${cloud.address}/secrets?api-version=7.4&skip=1`,
            },
          }
        : {
            body: {
              value: [{ id: "https://x/secrets/hub" }],
              nextLink: query.get("skip") === "1" ? null : "",
            },
          };
    return { status: 404, body: { error: { code: "SecretNotFound" } } };
  });
  const host = cloud.address.replace("http://", "");
  const app = {
    ...NOWHERE,
    AZURE_AUTHORITY_HOST: cloud.address,
    AZURE_TENANT_ID: "tenant",
    AZURE_CLIENT_ID: "app",
  };
  const ways: readonly Env[] = [
    { ...app, AZURE_CLIENT_SECRET: secret },
    { ...app, AZURE_FEDERATED_TOKEN_FILE: cloud.file("jwt", `${jwt}\n`) },
    { ...NOWHERE, IDENTITY_ENDPOINT: `${cloud.address}/msi`, IDENTITY_HEADER: header },
    { ...NOWHERE, AZURE_POD_IDENTITY_AUTHORITY_HOST: cloud.address },
  ];
  for (const env of ways) assert.deepEqual(await fieldsOf(`azure-kv://${host}/openai`, env), { value });
  const [env = {}] = ways;
  assert.deepEqual(await fieldsOf(`azure-kv://${host}/openai/v1`, env), { value });
  assert.deepEqual(await listed(`azure-kv://${host}/`, env), [
    `azure-kv://${host}/openai`,
    `azure-kv://${host}/hub`,
  ]);
  await assert.rejects(fieldsOf(`azure-kv://${host}/none`, env), { code: "reference.absent" });
  await assert.rejects(fieldsOf(`azure-kv://${host}/openai`, { ...env, AZURE_CLIENT_SECRET: fake("", 30) }), {
    code: "reference.refused",
  });
  const before = cloud.asked.length;
  for (const vault of [
    "evil.example",
    "my-vault.vault.azure.net.evil.example",
    "a@127.0.0.1",
    "evil.example#.vault.azure.net",
  ])
    await assert.rejects(
      fieldsOf(`azure-kv://${vault}/openai`, env),
      { code: /^reference\.(bad-place|invalid)$/ },
      vault,
    );
  assert.equal(cloud.asked.length, before, "not even a token was asked for");
});

test("Conjur: by an API key, by the platform's token, by a token file", async (t) => {
  const [value, key, jwt] = [fake("", 30), fake("", 40), fake("", 40)];
  const session = JSON.stringify({ protected: "p", payload: fake("", 20), signature: "s" });
  const cloud = await serve(t, ({ method, path, headers, body, query }) => {
    if (path === "/authn/acme/host%2Fml/authenticate")
      return method === "POST" && body === key ? { body: session } : { status: 401 };
    if (path === "/authn-jwt/ci/acme/authenticate")
      return new URLSearchParams(body).get("jwt") === jwt ? { body: session } : { status: 401 };
    if (headers.authorization !== `Token token="${Buffer.from(session).toString("base64")}"`)
      return { status: 401 };
    if (path === "/secrets/acme/variable/prod%2Fml%2Fopenai") return { body: value };
    if (path === "/resources/acme" && query.get("kind") === "variable")
      return { body: [{ id: "acme:variable:prod/ml/openai" }, { id: "acme:variable:dev/x" }] };
    return { status: 404 };
  });
  const base = { ...NOWHERE, CONJUR_APPLIANCE_URL: cloud.address, CONJUR_ACCOUNT: "acme" };
  const ways: readonly Env[] = [
    { ...base, CONJUR_AUTHN_LOGIN: "host/ml", CONJUR_AUTHN_API_KEY: key },
    { ...base, CONJUR_AUTHN_JWT_SERVICE_ID: "ci", JWT_TOKEN_PATH: cloud.file("jwt", jwt) },
    { ...base, CONJUR_AUTHN_TOKEN_FILE: cloud.file("token", session) },
  ];
  for (const env of ways) assert.deepEqual(await fieldsOf("conjur://prod/ml/openai", env), { value });
  const [env = {}] = ways;
  assert.deepEqual(await listed("conjur://prod/ml/", env), ["conjur://prod/ml/openai"]);
  await assert.rejects(fieldsOf("conjur://prod/none", env), { code: "reference.absent" });
  await assert.rejects(fieldsOf("conjur://prod/ml/openai", { ...env, CONJUR_AUTHN_API_KEY: fake("", 40) }), {
    code: "reference.refused",
  });
  await assert.rejects(fieldsOf("conjur://prod/ml/openai", base), { code: "reference.no-identity" });
});

test("Doppler: one secret of a config, or its names", async (t) => {
  const [value, token] = [fake("", 30), fake("dp.st.", 40)];
  const cloud = await serve(t, ({ path, headers, query }) => {
    if (headers.authorization !== `Bearer ${token}`) return { status: 401 };
    const here = query.get("project") === "backend" && query.get("config") === "prd";
    if (path === "/v3/configs/config/secret")
      return here && query.get("name") === "OPENAI_API_KEY"
        ? { body: { name: "OPENAI_API_KEY", value: { raw: "${X}", computed: value } } }
        : { status: 404 };
    return path === "/v3/configs/config/secrets/names" && here
      ? { body: { names: ["OPENAI_API_KEY", "HF_TOKEN"] } }
      : { status: 404 };
  });
  const env = { ...NOWHERE, DOPPLER_API_HOST: cloud.address, DOPPLER_TOKEN: token };
  assert.deepEqual(await fieldsOf("doppler://backend/prd/OPENAI_API_KEY", env), { value });
  assert.deepEqual(await listed("doppler://backend/prd/", env), [
    "doppler://backend/prd/OPENAI_API_KEY",
    "doppler://backend/prd/HF_TOKEN",
  ]);
  await assert.rejects(fieldsOf("doppler://backend/prd/NONE", env), { code: "reference.absent" });
  await assert.rejects(fieldsOf("doppler://backend/prd", env), { code: "reference.bad-place" });
  await assert.rejects(fieldsOf("doppler://backend/prd/X", { ...env, DOPPLER_TOKEN: fake("", 20) }), {
    code: "reference.refused",
  });
  await assert.rejects(fieldsOf("doppler://backend/prd/X", NOWHERE), { code: "reference.no-identity" });
});
