/** What each stage's token may see: its own secrets in its own environment, and nothing else, whatever it asks and however. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { apply, requireManifest } from "../../src/manifest/index.ts";
import { manifestApi } from "../../src/cli/manifest-api.ts";
import {
  DECLARATION,
  ENVIRONMENTS,
  SECRETS,
  STAGES,
  USES,
  applyOver,
  loginAs,
  putAll,
} from "../support/declared.ts";
import { fake } from "../support/fake.ts";
import { spawnServer } from "../support/process.ts";
import { type Rest, rest } from "../support/rest.ts";
import { scale } from "../support/scale.ts";
import { type TestServer, startTestServer } from "../support/server.ts";

let server: TestServer;
let root: Rest;
let values: Map<string, string>;

before(async () => {
  server = await startTestServer();
  root = rest(server.address, server.rootToken);
  await applyOver(server.address, server.rootToken);
  values = await putAll(root);
  // things of others that no stage may see either
  await root("POST", "secret/data/other/dev/key", { data: { value: fake("other_", 24) } });
  await root("POST", "cubbyhole/root", { value: fake("cubby_", 24) });
});

after(async () => {
  root.close();
  await server.stop();
});

/** [method, path, body?]: refused for a stage's token. */
function forbidden(
  stage: (typeof STAGES)[number],
  environment: string,
): (readonly [string, string, object?])[] {
  const probes: (readonly [string, string, object?])[] = [];
  const value = { data: { value: fake("probe_", 24) } };
  for (const where of ENVIRONMENTS)
    for (const secret of SECRETS) {
      const path = `fraud/${where}/${secret}`;
      if (where !== environment || !USES[stage].includes(secret))
        probes.push(["GET", `secret/data/${path}`], ["GET", `secret/data/${path}?version=1`]);
      probes.push(
        ["HEAD", `secret/data/${path}/`],
        ["GET", `secret/data/${path}/`],
        ["GET", `secret/data/${path}/x`],
        ["POST", `secret/data/${path}`, value],
        ["PUT", `secret/data/${path}`, { ...value, options: { cas: 0 } }],
        ["PATCH", `secret/data/${path}`, value],
        ["DELETE", `secret/data/${path}`],
        ["GET", `secret/metadata/${path}`],
        ["POST", `secret/metadata/${path}`, { max_versions: 1 }],
        ["PATCH", `secret/metadata/${path}`, { max_versions: 1 }],
        ["DELETE", `secret/metadata/${path}`],
        ["GET", `secret/subkeys/${path}`],
        ["POST", `secret/delete/${path}`, { versions: [1] }],
        ["POST", `secret/undelete/${path}`, { versions: [1] }],
        ["PUT", `secret/destroy/${path}`, { versions: [1] }],
      );
    }
  for (const folder of ["", "fraud", "fraud/dev", "fraud/prod", `fraud/${environment}`])
    probes.push(
      ["LIST", `secret/metadata/${folder}`],
      ["GET", `secret/metadata/${folder}?list=true`],
      ["GET", `secret/metadata/${folder}?scan=true`],
      ["LIST", `secret/data/${folder}`],
    );
  for (const path of [
    "secret/data/other/dev/key",
    "secret/config",
    "secret/data/",
    "cubbyhole/x",
    "cubbyhole/root",
    "sys/mounts",
    "sys/mounts/secret/tune",
    "sys/auth",
    "sys/policy",
    "sys/policies/acl/root",
    `sys/policies/acl/fraud.${stage}.${environment}`,
    "sys/audit",
    "sys/key-status",
    "sys/metrics",
    "sys/internal/ui/resultant-acl",
    "auth/approle/role/fraud.serve.prod",
    `auth/approle/role/fraud.${stage}.${environment}/role-id`,
    "bulkhead/projects/fraud",
    "bulkhead/runs/x",
    "bulkhead/findings",
  ])
    probes.push(["GET", path]);
  for (const path of [
    "sys/policies/acl",
    "auth/approle/role",
    "auth/token/accessors",
    `auth/approle/role/fraud.${stage}.${environment}/secret-id`,
    "bulkhead/projects",
    "bulkhead/runs",
    "sys/leases/lookup/",
  ])
    probes.push(["LIST", path]);
  const wider = { policy: 'path "*" { capabilities = ["read"] }' };
  probes.push(
    ["POST", `sys/policies/acl/fraud.${stage}.${environment}`, wider],
    ["PUT", "sys/policies/acl/mine", wider],
    ["DELETE", `sys/policies/acl/fraud.${stage}.${environment}`],
    ["POST", "sys/mounts/mine", { type: "kv", options: { version: "2" } }],
    ["DELETE", "sys/mounts/secret"],
    ["POST", "sys/auth/mine", { type: "approle" }],
    ["PUT", "sys/seal"],
    ["PUT", "sys/rotate"],
    ["POST", "sys/capabilities", { token: server.rootToken, paths: ["sys/mounts"] }],
    ["PUT", "sys/leases/revoke", { lease_id: "x" }],
    ["POST", "auth/token/create", { policies: ["root"] }],
    ["POST", "auth/token/create", {}],
    ["POST", "auth/token/create-orphan", { policies: [`fraud.${stage}.prod`] }],
    ["POST", "auth/token/lookup", { token: server.rootToken }],
    ["POST", "auth/token/revoke", { token: server.rootToken }],
    ["POST", `auth/approle/role/fraud.${stage}.prod/secret-id`, {}],
    ["POST", `auth/approle/role/fraud.${stage}.${environment}`, { token_policies: ["root"] }],
    ["POST", "bulkhead/projects/fraud", { manifest: {} }],
    ["POST", "bulkhead/projects/fraud/lock", {}],
    ["DELETE", "bulkhead/projects/fraud"],
    ["POST", "bulkhead/runs", { project: "fraud", stage, environment }],
    ["POST", "bulkhead/runs/revoke", { project: "fraud" }],
    ["POST", "bulkhead/findings/identify", { hashes: [] }],
  );
  return probes;
}

for (const stage of STAGES)
  for (const environment of ENVIRONMENTS)
    test(`${stage} in ${environment} reads its own secrets and is refused everything else`, async () => {
      const login = await loginAs(root, `fraud.${stage}.${environment}`);
      const own = root.as(login.token);
      for (const secret of USES[stage]) {
        const path = `fraud/${environment}/${secret}`;
        const { status, json, text } = await own("GET", `secret/data/${path}`);
        assert.equal(status, 200, text);
        assert.equal(json.data?.data?.[secret === "lake" ? "password" : "value"], values.get(path));
      }
      const let_through: string[] = [];
      for (const [method, path, body] of forbidden(stage, environment)) {
        const { status, text } = await own(method, path, body);
        if (status !== 403 || [...values.values()].some((value) => text.includes(value)))
          let_through.push(`${status} ${method} ${path} ${text}`);
      }
      assert.deepEqual(let_through, []);
      // the refusals changed nothing
      for (const [path, value] of values) {
        const { json } = await root("GET", `secret/data/${path}`);
        assert.equal(json.data?.metadata?.version, 1, path);
        assert.equal(json.data?.data?.[path.endsWith("lake") ? "password" : "value"], value);
      }
      // its one secret id is used up, and nobody else's fits its role
      const again = { role_id: login.roleId, secret_id: login.secretId };
      assert.equal((await root.as(null)("POST", "auth/approle/login", again)).status, 400);
      assert.equal((await own("POST", "auth/token/revoke-self")).status, 204);
      assert.equal((await own("GET", `secret/data/fraud/${environment}/${USES[stage][0]}`)).status, 403);
    });

test("another spelling of a path opens nothing", async () => {
  const { token } = await loginAs(root, "fraud.train.dev");
  const own = root.as(token);
  for (const path of [
    "secret/data/fraud/dev/wandb/../../prod/wandb",
    "secret/data/fraud/dev/%2e%2e/prod/wandb",
    "secret/data/fraud/dev/wandb%2f..%2f..%2fprod%2fwandb",
    "secret/data/fraud/dev/..%2fprod/wandb",
    "secret/data/fraud/./prod/wandb",
    "secret//data//fraud//prod//wandb",
    "/secret/data/fraud/prod/wandb",
    "secret%2fdata%2ffraud%2fprod%2fwandb",
    "SECRET/data/fraud/prod/wandb",
    "Secret/Data/fraud/prod/wandb",
    "secret/data/fraud/prod/wandb%00",
    "secret/data/fraud/prod/wandb%0a",
    "secret/data/fraud/prod/wandb%20",
    "secret/data/fraud/prod/wandb%ff",
    "secret/data/fraud/prod/wandb?version=1&list=true",
    "secret/data/fraud/+/wandb",
    "secret/data/fraud/*",
    "secret/data/fraud/prod/wandb;x",
    "secret/data/fraud/prod/wandb%23x",
    "secret/data/fraud%252fprod%252fwandb",
  ]) {
    for (const method of ["GET", "HEAD", "LIST", "POST"]) {
      const body = method === "POST" ? { data: { value: "x" } } : undefined;
      const { status, text } = await own(method, path, body);
      assert.ok(status >= 400 && status < 500, `${status} ${method} ${path} ${text}`);
      assert.ok(!text.includes(values.get("fraud/prod/wandb") as string), path);
    }
  }
  // and the same spellings that change nothing still reach its own
  assert.equal((await own("GET", "secret//data/fraud/dev/wandb")).status, 200);
  assert.equal((await own("GET", "secret/data/fraud/dev/w%61ndb")).status, 200);
  // headers that other servers take for a way around
  for (const headers of [
    { "x-vault-namespace": "prod" },
    { "x-original-url": "/v1/secret/data/fraud/prod/wandb" },
    { "x-rewrite-url": "/v1/secret/data/fraud/prod/wandb" },
    { "x-http-method-override": "GET" },
    { "x-vault-inline-auth-path": "x" },
  ] as Record<string, string>[]) {
    const { text } = await own("GET", "secret/data/fraud/dev/wandb", undefined, headers);
    assert.ok(!text.includes(values.get("fraud/prod/wandb") as string));
  }
});

const put = (path: string, value: unknown) => root("POST", `secret/data/${path}`, { data: { value } });
const refusedAsReused = async (
  answer: Promise<{ status: number; text: string }>,
  value: string,
): Promise<void> => {
  const { status, text } = await answer;
  assert.equal(status, 400, text);
  assert.match(text, /already stands in/);
  assert.ok(!text.includes(value), "the refusal does not name the value");
};

test("a value stands in one environment only: put, patch, nested, and a write of what once was", async () => {
  const value = fake("shared_", 24);
  assert.equal((await put("fraud/dev/openai", value)).status, 200);
  for (const [path, data] of [
    ["fraud/prod/openai", { value }],
    ["fraud/staging/hub", { value }],
    ["fraud/prod/undeclared", { anything: { deep: [1, { inside: value }] } }],
    ["fraud/prod/lake", { username: "reader", password: value }],
  ] as const)
    await refusedAsReused(root("POST", `secret/data/${path}`, { data }), value);
  await refusedAsReused(root("PATCH", "secret/data/fraud/prod/openai", { data: { value } }), value);
  await refusedAsReused(root("PATCH", "secret/data/fraud/prod/openai", { data: { more: { value } } }), value);
  // within its environment it may stand twice; a plain field's value may stand anywhere
  assert.equal((await put("fraud/dev/hub", value)).status, 200);
  assert.equal(
    (await root("POST", "secret/data/fraud/prod/lake", { data: { username: "reader" } })).status,
    200,
  );
  const current = await root("GET", "secret/data/fraud/prod/openai");
  assert.equal(current.json.data?.data?.value, values.get("fraud/prod/openai"), "nothing was written");
  assert.equal(current.json.data?.metadata?.version, 1);
  // an old version keeps it, also while it is deleted: it could be undeleted or rolled back to
  for (const path of ["fraud/dev/openai", "fraud/dev/hub"])
    assert.equal((await put(path, fake("next_", 24))).status, 200);
  await refusedAsReused(put("fraud/prod/openai", value), value);
  await root("POST", "secret/delete/fraud/dev/openai", { versions: [2] });
  await root("POST", "secret/delete/fraud/dev/hub", { versions: [2] });
  await refusedAsReused(put("fraud/prod/openai", value), value);
  // destroyed it is free; then going back to it in dev is what is refused
  await root("PUT", "secret/destroy/fraud/dev/openai", { versions: [2] });
  await refusedAsReused(put("fraud/prod/openai", value), value);
  await root("PUT", "secret/destroy/fraud/dev/hub", { versions: [2] });
  assert.equal((await put("fraud/prod/openai", value)).status, 200);
  await refusedAsReused(put("fraud/dev/openai", value), value);
});

test("a project that nobody declared is not restricted, until it is declared", async () => {
  const value = fake("free_", 24);
  for (const environment of ENVIRONMENTS)
    assert.equal((await put(`scratch/${environment}/openai`, value)).status, 200);
  const manifest = requireManifest(DECLARATION.replace("project: fraud", "project: scratch"));
  await assert.rejects(apply(manifest, manifestApi(server.api)), { code: "value.reused" });
  // two projects may hold the same value: environments are kept apart within one
  assert.equal((await put("fraud/dev/wandb", value)).status, 200);
});

test("the same value put into two environments at once: exactly one wins", async () => {
  for (let round = 0; round < scale(20, 200); round++) {
    const value = fake(`race${round}_`, 24);
    const answers = await Promise.all(
      ENVIRONMENTS.map((environment) => put(`fraud/${environment}/race${round}`, value)),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400], `round ${round}`);
  }
});

test("the same through two servers on one store", async () => {
  const home = mkdtempSync(join(tmpdir(), "bulkhead-two-"));
  const first = await spawnServer({ home });
  const second = await spawnServer({ home });
  try {
    await applyOver(first.address, first.token);
    const callers = [rest(first.address, first.token), rest(second.address, second.token)];
    for (let round = 0; round < scale(15, 150); round++) {
      const data = { value: fake(`race${round}_`, 24) };
      const answers = await Promise.all(
        callers.map((call, at) =>
          call("POST", `secret/data/fraud/${ENVIRONMENTS[at * 2]}/race${round}`, { data }),
        ),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400], `round ${round}`);
    }
    for (const call of callers) call.close();
  } finally {
    await Promise.all([first.end("SIGTERM"), second.end("SIGTERM")]);
    rmSync(home, { recursive: true, force: true });
  }
});

test("a login needs both ids of one role; sixteen at once with one secret id: exactly one wins", async () => {
  const anyone = root.as(null);
  const idsOf = async (role: string) => ({
    role_id: (await root("GET", `auth/approle/role/${role}/role-id`)).json.data?.role_id,
    secret_id: (await root("POST", `auth/approle/role/${role}/secret-id`, {})).json.data?.secret_id,
  });
  const [dev, prod] = [await idsOf("fraud.train.dev"), await idsOf("fraud.train.prod")];
  for (const body of [
    { role_id: prod.role_id, secret_id: dev.secret_id },
    { role_id: dev.role_id, secret_id: prod.secret_id },
    { role_id: dev.role_id },
    { role_id: dev.role_id, secret_id: "" },
    { role_id: "fraud.train.dev", secret_id: dev.secret_id },
    { secret_id: dev.secret_id },
  ])
    assert.equal((await anyone("POST", "auth/approle/login", body)).status, 400, JSON.stringify(body));
  const answers = await Promise.all(
    Array.from({ length: 16 }, () => anyone("POST", "auth/approle/login", dev)),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.equal(answers.filter(({ status }) => status === 400).length, 15);
});
