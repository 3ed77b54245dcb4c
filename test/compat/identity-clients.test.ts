/** Identities under other people's programs, unmodified, against a real server: hvac, the `bao` CLI, jose as a verifier, and STS (moto). */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { startMoto } from "../support/moto.ts";
import { NO_PIP } from "../support/python.ts";
import { baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { type TestServer, startTestServer } from "../support/server.ts";

interface Asked {
  readonly method?: string;
  readonly token?: string;
  readonly body?: object;
}
type Data = Readonly<Record<string, unknown>>;

async function ask(server: TestServer, path: string, { method, token, body }: Asked = {}): Promise<Data> {
  const response = await fetch(`${server.address}/v1/${path}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: { "x-vault-token": token ?? server.rootToken },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, `${path}: ${response.status} ${text}`);
  return text === "" ? {} : (JSON.parse(text) as Data);
}

const textAt = (node: unknown, ...names: readonly string[]): string => {
  const found = names.reduce<unknown>((value, name) => (value as Data | undefined)?.[name], node);
  if (typeof found !== "string") throw new Error(`no text at ${names.join(".")}`);
  return found;
};

test("hvac's identity calls", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const server = await startTestServer();
  t.after(() => server.stop());
  await runHvac("hvac_identity.py", { packages, server, checks: 51 });
});

test("the bao CLI on identities", async (t) => {
  const server = await startTestServer();
  t.after(() => server.stop());
  const bao = await baoCli(t, server);
  if (bao === null) return;
  const run = bao.field;
  const id = await run(
    "write",
    "-field=id",
    "identity/entity",
    "name=ada",
    "policies=one,two",
    "metadata=team=red",
    "metadata=site=x",
  );
  const shown = await run("read", `identity/entity/id/${id}`);
  assert.match(shown, /metadata\s+map\[site:x team:red\]/);
  assert.match(shown, /policies\s+\[one two\]/);
  const group = await run("write", "-field=id", "identity/group", "name=reds", `member_entity_ids=${id}`);
  assert.match(await run("read", "identity/group/name/reds"), new RegExp(`member_entity_ids\\s+\\[${id}\\]`));
  assert.equal(await run("read", "-field=name", `identity/group/id/${group}`), "reds");
  assert.match(await run("list", "identity/entity/name"), /^ada$/m);
  await run("write", "identity/oidc/config", `issuer=${server.address}`);
  await run("write", "identity/oidc/key/k", "algorithm=ES256", "allowed_client_ids=*");
  await run("write", "identity/oidc/role/r", "key=k", "ttl=1h", 'template={"x":{{time.now}}}');
  assert.match(await run("read", "identity/oidc/role/r"), /ttl\s+1h/);
  await run("write", "-f", "identity/oidc/key/k/rotate");
  await run("delete", `identity/entity/id/${id}`);
  await assert.rejects(run("read", `identity/entity/id/${id}`));
});

const SUBJECT =
  "project:{{identity.token.metadata.project}}:stage:{{identity.token.metadata.stage}}:environment:{{identity.token.metadata.environment}}";

/** A stage's AppRole as `apply` makes it, and a run's login; the issuer with one role for the cloud. */
async function pipeline(t: TestContext, algorithm: string): Promise<{ server: TestServer; token: string }> {
  const server = await startTestServer();
  t.after(() => server.stop());
  await ask(server, "identity/oidc/config", { body: { issuer: server.address } });
  await ask(server, "identity/oidc/key/cloud", { body: { algorithm, allowed_client_ids: "sts.example" } });
  await ask(server, "identity/oidc/role/cloud", {
    body: {
      key: "cloud",
      ttl: "15m",
      client_id: "sts.example",
      subject: SUBJECT,
      template: '{"run":{{identity.token.metadata.run}}}',
    },
  });
  const policy = 'path "identity/oidc/token/cloud" { capabilities = ["read"] }';
  await ask(server, "sys/policies/acl/train", { body: { policy } });
  const token_metadata = { project: "fraud", stage: "train", environment: "prod" };
  await ask(server, "auth/approle/role/train", { body: { token_policies: "train", token_metadata } });
  const role_id = textAt(await ask(server, "auth/approle/role/train/role-id"), "data", "role_id");
  const made = await ask(server, "auth/approle/role/train/secret-id", {
    body: { metadata: JSON.stringify({ run: "run-7" }) },
  });
  const secret_id = textAt(made, "data", "secret_id");
  const login = await ask(server, "auth/approle/login", { body: { role_id, secret_id } });
  return { server, token: textAt(login, "auth", "client_token") };
}

const mint = async (server: TestServer, token: string): Promise<string> =>
  textAt(await ask(server, "identity/oidc/token/cloud", { token }), "data", "token");

for (const algorithm of ["RS256", "ES256", "EdDSA"])
  test(`jose verifies ${algorithm} tokens by discovery, before and after rotations`, async (t) => {
    const { server, token } = await pipeline(t, algorithm);
    const issuer = `${server.address}/v1/identity/oidc`;
    const found = await fetch(`${issuer}/.well-known/openid-configuration`);
    assert.equal(found.headers.get("content-type"), "application/json");
    assert.match(found.headers.get("cache-control") ?? "", /^public, max-age=\d+$/);
    const { jwks_uri, issuer: said } = (await found.json()) as { jwks_uri: string; issuer: string };
    assert.equal(said, issuer);
    // a verifier that read the keys once and keeps them
    const keys = createRemoteJWKSet(new URL(jwks_uri), { cooldownDuration: 3_600_000 });
    const verified = async (jwt: string) =>
      (await jwtVerify(jwt, keys, { issuer, audience: "sts.example", algorithms: [algorithm] })).payload;
    const first = await mint(server, token);
    const payload = await verified(first);
    assert.equal(payload.sub, "project:fraud:stage:train:environment:prod");
    assert.equal(payload.run, "run-7");
    await ask(server, "identity/oidc/key/cloud/rotate", { body: {} });
    const second = await mint(server, token);
    await verified(second);
    await verified(first);
    // one that comes fresh knows both as well
    const fresh = createRemoteJWKSet(new URL(jwks_uri));
    for (const jwt of [first, second]) await jwtVerify(jwt, fresh, { issuer, audience: "sts.example" });
    await assert.rejects(jwtVerify(first, fresh, { issuer, audience: "other" }));
    const broken = `${first.slice(0, -6)}AAAAAA`;
    await assert.rejects(jwtVerify(broken, fresh, { issuer, audience: "sts.example" }));
    await ask(server, "identity/oidc/key/cloud/rotate", { body: { verification_ttl: "0s" } });
    await assert.rejects(jwtVerify(second, createRemoteJWKSet(new URL(jwks_uri)), { issuer }));
  });

test("STS gives credentials for a stage's token of our issuer, with no static key anywhere", async (t) => {
  const moto = await startMoto();
  if (moto === null) return t.skip(NO_PIP);
  t.after(() => moto.stop());
  const { server, token } = await pipeline(t, "RS256");
  const call = async (service: "iam" | "sts", form: Readonly<Record<string, string>>): Promise<string> => {
    const response = await fetch(moto.address, {
      method: "POST",
      headers: {
        // moto tells services apart by the credential's scope; nothing of it is checked
        authorization: `AWS4-HMAC-SHA256 Credential=none/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams(form),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return text;
  };
  const issuer = `${server.address}/v1/identity/oidc`;
  await call("iam", {
    Action: "CreateOpenIDConnectProvider",
    Version: "2010-05-08",
    Url: issuer.replace("http:", "https:"),
    "ClientIDList.member.1": "sts.example",
    "ThumbprintList.member.1": "0".repeat(40),
  });
  const provider = `arn:aws:iam::123456789012:oidc-provider/${issuer.replace("http://", "")}`;
  await call("iam", {
    Action: "CreateRole",
    Version: "2010-05-08",
    RoleName: "ml-training",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: provider },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${issuer.replace("http://", "")}:aud`]: "sts.example",
              [`${issuer.replace("http://", "")}:sub`]: "project:fraud:stage:train:environment:prod",
            },
          },
        },
      ],
    }),
  });
  const jwt = await mint(server, token);
  const answer = await call("sts", {
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: "arn:aws:iam::123456789012:role/ml-training",
    RoleSessionName: textAt(decodeJwt(jwt), "run"),
    WebIdentityToken: jwt,
  });
  assert.match(answer, /<AccessKeyId>ASIA\w+<\/AccessKeyId>/);
  assert.match(answer, /assumed-role\/ml-training\/run-7/);
});
