import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { type Account, startAccount } from "../../test/support/moto-account.ts";
import { protocolServer } from "../../test/support/protocol-server.ts";
import { NO_PIP } from "../../test/support/python.ts";
import { awsIdentity } from "./aws-credentials.ts";
import { awsJson } from "./aws-json.ts";
import { listReferences, parseReference, resolveReference } from "./index.ts";

const NOWHERE = { AWS_EC2_METADATA_DISABLED: "true", HOME: "/nonexistent" };
const keys = ({ admin, address }: Account): Record<string, string> => ({
  ...NOWHERE,
  AWS_ACCESS_KEY_ID: admin.accessKeyId,
  AWS_SECRET_ACCESS_KEY: admin.secretAccessKey,
  AWS_REGION: "eu-west-1",
  AWS_ENDPOINT_URL: address,
});
const context = (env: Record<string, string | undefined>) => ({ env, cwd: "/" });
const fieldsOf = async (
  text: string,
  env: Record<string, string | undefined>,
): Promise<Record<string, string>> => {
  const { fields } = await resolveReference(parseReference(text), context(env));
  return Object.fromEntries([...fields].map(([name, value]) => [name, value.revealText()]));
};

test("secrets and parameters of an account are resolved and listed, old versions too; a key without rights is refused", async (t) => {
  const account = await startAccount();
  if (account === null) return t.skip(NO_PIP);
  t.after(() => account.stop());
  const env = keys(account);
  const sm = { name: "secretsmanager", id: "secrets-manager", target: "secretsmanager" };
  const ssm = { name: "ssm", id: "ssm", target: "AmazonSSM" };
  const call = (service: typeof sm, action: string, parameters: object): Promise<unknown> =>
    awsJson(
      parseReference("aws-sm://set-up"),
      context(env),
      service,
      action,
      parameters as Record<string, unknown>,
    );
  const [old, now, binary, parameter] = [fake("", 30), fake("", 30), fake("", 30), fake("", 30)];
  const made = (await call(sm, "CreateSecret", {
    Name: "prod/billing",
    SecretString: JSON.stringify({ token: old }),
  })) as { ARN: string };
  await call(sm, "PutSecretValue", {
    SecretId: "prod/billing",
    SecretString: JSON.stringify({ token: now }),
  });
  await call(sm, "CreateSecret", { Name: "prod/raw", SecretBinary: Buffer.from(binary).toString("base64") });
  await call(sm, "CreateSecret", { Name: "product/other", SecretString: "x" });
  await call(ssm, "PutParameter", { Name: "/prod/openai", Value: parameter, Type: "SecureString" });

  assert.deepEqual(await fieldsOf("aws-sm://prod/billing#token", env), { token: now });
  assert.deepEqual(await fieldsOf("aws-sm://prod/billing?stage=AWSPREVIOUS#token", env), { token: old });
  assert.deepEqual(await fieldsOf("aws-sm://prod/raw", env), { value: binary });
  assert.deepEqual(
    await fieldsOf(`aws-sm://${made.ARN}#token`, { ...env, AWS_REGION: undefined }),
    { token: now },
    "the ARN's own region",
  );
  for (const place of ["aws-ssm:///prod/openai", "aws-ssm://prod/openai", "aws-ssm:///prod/openai:1"])
    assert.deepEqual(await fieldsOf(place, env), { value: parameter });
  const listed = async (text: string): Promise<string[]> =>
    (await listReferences(parseReference(text), context(env))).map(({ reference }) => reference).toSorted();
  assert.deepEqual(await listed("aws-sm://prod/"), ["aws-sm://prod/billing", "aws-sm://prod/raw"]);
  assert.deepEqual(await listed("aws-ssm:///prod/"), ["aws-ssm:///prod/openai"]);

  await assert.rejects(fieldsOf("aws-sm://prod/none", env), { code: "reference.absent" });
  await assert.rejects(fieldsOf("aws-ssm:///prod/none", env), { code: "reference.absent" });
  await assert.rejects(fieldsOf("aws-sm://prod/billing?versoin=1", env), { code: "reference.bad-place" });
  await assert.rejects(fieldsOf("aws-sm://prod/billing", { ...env, AWS_SECRET_ACCESS_KEY: fake("", 40) }), {
    code: "reference.refused",
  });
  await assert.rejects(fieldsOf("aws-sm://prod/billing", { ...env, AWS_ENDPOINT_URL: "http://192.0.2.7" }), {
    code: "reference.unreachable",
  });
});

test("the identity comes from where AWS's own tools look, in their order", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-aws-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const jwt = fake("", 40);
  const [token, grants] = [fake("", 30), fake("", 30)];
  const server = await protocolServer(({ method, path, headers, body }) => {
    const form = new URLSearchParams(body);
    const id = (name: string): object => ({ AccessKeyId: name, SecretAccessKey: "s", Token: "t" });
    if (form.get("Action") === "AssumeRoleWithWebIdentity")
      return form.get("WebIdentityToken") === jwt && headers.authorization === undefined
        ? {
            body: `<r><AccessKeyId>web-${form.get("RoleArn")}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></r>`,
          }
        : { status: 400, body: "<Error><Code>InvalidIdentityToken</Code></Error>" };
    if (form.get("Action") === "AssumeRole") {
      const by = /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1] ?? "?";
      return {
        body: `<r><AccessKeyId>role-${form.get("RoleArn")}-by-${by}</AccessKeyId><SecretAccessKey>s</SecretAccessKey></r>`,
      };
    }
    if (path === "/task") return headers.authorization === grants ? { body: id("task") } : { status: 401 };
    if (path === "/latest/api/token") return method === "PUT" ? { body: token } : { status: 405 };
    if (headers["x-aws-ec2-metadata-token"] !== token) return { status: 401 };
    if (path.endsWith("/security-credentials/")) return { body: "ml-node\n" };
    return path.endsWith("/ml-node") ? { body: id("instance") } : { status: 404 };
  });
  t.after(() => server.stop());
  writeFileSync(join(folder, "jwt"), `${jwt}\n`);
  writeFileSync(
    join(folder, "config"),
    "[default]\nregion = eu-north-1\n\n[profile ml]\nregion=us-west-2\nrole_arn = arn:ml\nsource_profile = base\n\n[profile loop]\nregion=x\nrole_arn=arn:loop\nsource_profile=loop\n",
  );
  writeFileSync(
    join(folder, "credentials"),
    "[base]\naws_access_key_id = BASE\naws_secret_access_key = s\n[loop]\naws_access_key_id=OWN\naws_secret_access_key=s\n[default]\naws_access_key_id=DEFAULT\naws_secret_access_key=s\n",
  );
  const files = {
    AWS_CONFIG_FILE: join(folder, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
  };
  const base = {
    HOME: "/nonexistent",
    AWS_ENDPOINT_URL: server.address,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: server.address,
    AWS_REGION: "r",
  };
  const who = async (env: Record<string, string>): Promise<string> => {
    const found = await awsIdentity(parseReference("aws-sm://x"), context({ ...base, ...env }));
    return `${found.credentials.accessKeyId}@${found.region}`;
  };
  const direct = { AWS_ACCESS_KEY_ID: "DIRECT", AWS_SECRET_ACCESS_KEY: "s" };
  const web = { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "jwt"), AWS_ROLE_ARN: "arn:ci" };
  const task = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.address}/task`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: grants,
  };
  const table: readonly (readonly [Record<string, string>, string])[] = [
    [{ ...direct, ...web, ...files, ...task }, "DIRECT@r"],
    [{ ...web, ...files, ...task }, "web-arn:ci@r"],
    [{ ...files, ...task }, "DEFAULT@r"],
    [{ ...files, AWS_REGION: "", AWS_PROFILE: "ml" }, "role-arn:ml-by-BASE@"],
    [{ ...files, AWS_PROFILE: "loop" }, "role-arn:loop-by-OWN@r"],
    [task, "task@r"],
    [{}, "instance@r"],
  ];
  for (const [env, expected] of table) assert.equal(await who(env), expected);
  const { AWS_REGION: _, ...regionless } = base;
  const inFile = await awsIdentity(
    parseReference("aws-sm://x"),
    context({ ...regionless, ...files, AWS_PROFILE: "ml" }),
  );
  assert.equal(inFile.region, "us-west-2");
  await assert.rejects(awsIdentity(parseReference("aws-sm://x"), context(regionless)), {
    code: "reference.no-identity",
  });
  await assert.rejects(who({ ...files, AWS_PROFILE: "none" }), { code: "reference.no-identity" });
  await assert.rejects(who({ AWS_EC2_METADATA_DISABLED: "true" }), { code: "reference.no-identity" });
  await assert.rejects(who({ ...web, AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, "none") }), {
    code: "reference.no-identity",
  });
  writeFileSync(join(folder, "jwt"), "another");
  await assert.rejects(who(web), { code: "reference.refused" });
  await assert.rejects(who({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://192.0.2.1/task" }), {
    code: "reference.no-identity",
  });
});
