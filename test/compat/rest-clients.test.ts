/**
 * The rest of what other people's clients do: hvac's and node-vault's calls that no other script makes, `bao agent` with AppRole, a sink and a
 * template, and the requests of vault-action and External Secrets as they put them.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { baoPath } from "../support/bao.ts";
import { memberAt, parse } from "../support/oracle.ts";
import { NO_PIP } from "../support/python.ts";
import { baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { type TestServer, startTestServer } from "../support/server.ts";

const exec = promisify(execFile);
const here = import.meta.dirname;
const PATH = process.env.PATH ?? "";
let server: TestServer;
let home: string;

before(async () => {
  server = await startTestServer();
  home = mkdtempSync(join(tmpdir(), "bulkhead-clients-"));
});
after(async () => {
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

test("hvac's remaining methods", { timeout: 120_000 }, async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  await runHvac("hvac_rest.py", { packages, server, checks: 0 });
});

/** What is offered neither by Vault's free server nor here, or asks the server nothing. */
const NOT_CALLED = [
  /^\w+_(?:rgp|egp)_polic(?:y|ies)$/, // Sentinel: Vault Enterprise
  /^(?:backup|restore)_key$/, // docs/not-offered.md
  /^(?:resolve_path|validate_member_id_params_for_group_type)$/, // no requests
];
const CLASSES =
  "{system_backend/{wrapping,mount,auth,init,policy,policies,quota,leader,health,audit,seal,lease,capabilities,key},secrets_engines/{kv_v1,kv_v2,transit,pki,database,aws,identity},auth_methods/{token,approle,jwt,oidc,kubernetes,userpass,cert}}.py";

test("every public method of hvac's classes for what is offered is called here", async (t) => {
  const packages = await hvacPackages(t);
  if (packages === null) return;
  const scripts = globSync("*.py", { cwd: here }).map((file) => readFileSync(join(here, file), "utf8"));
  const called = scripts.join("\n");
  const folder = join(packages, "hvac", "api");
  const methods = globSync(CLASSES, { cwd: folder }).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/^ {4}def ([a-z]\w*)\(/gm)].map(
      ([, name = ""]) => name,
    ),
  );
  assert.ok(methods.length > 200, `${methods.length} methods`);
  const missing = methods.filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(called) && !NOT_CALLED.some((pattern) => pattern.test(name)),
  );
  assert.deepEqual(missing, []);
});

const api = (): TestServer["api"] => server.api;

/** A role for machines, its ids, and a secret it may read. */
async function machine(name: string): Promise<{ role_id: string; secret_id: string }> {
  const policy = 'path "secret/data/ml/*" { capabilities = ["read"] }';
  await api().write(`sys/policies/acl/${name}`, { policy });
  await api().write(`auth/approle/role/${name}`, { token_policies: name, token_ttl: "10m" });
  await api().write("secret/data/ml/openai", { data: { api_key: "one", region: "eu" } });
  const role = await post("GET", `auth/approle/role/${name}/role-id`, undefined, server.rootToken);
  const secret = await post("POST", `auth/approle/role/${name}/secret-id`, {}, server.rootToken);
  return {
    role_id: String(memberAt(role.body, "data.role_id")),
    secret_id: String(memberAt(secret.body, "data.secret_id")),
  };
}

async function post(
  method: string,
  path: string,
  body: object | undefined,
  token: string | null,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown; type: string }> {
  const response = await fetch(`${server.address}/v1/${path}`, {
    method,
    headers: { ...(token !== null && { "X-Vault-Token": token }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, body: parse(await response.text()), type };
}

test("bao agent logs in with AppRole, keeps the token in a sink and renders a template", {
  timeout: 120_000,
}, async (t) => {
  const bao = await baoPath();
  if (bao === null) return t.skip(NO_PIP);
  const { role_id, secret_id } = await machine("agent");
  const at = (name: string): string => join(home, name);
  writeFileSync(at("role-id"), role_id);
  writeFileSync(at("secret-id"), secret_id, { mode: 0o600 });
  writeFileSync(
    at("agent.hcl"),
    `vault { address = "${server.address}" }
auto_auth {
  method "approle" {
    config = {
      role_id_file_path = "${at("role-id")}"
      secret_id_file_path = "${at("secret-id")}"
      remove_secret_id_file_after_reading = true
    }
  }
  sink "file" { config = { path = "${at("token")}" } }
}
template {
  contents = "key={{ with secret \\"secret/data/ml/openai\\" }}{{ .Data.data.api_key }}{{ end }}"
  destination = "${at("rendered")}"
}
`,
  );
  const agent = spawn(bao, ["agent", `-config=${at("agent.hcl")}`], {
    env: { PATH, HOME: home, BAO_ADDR: server.address },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [agent.stdout, agent.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const ended = new Promise((resolve) => agent.once("exit", resolve));
  t.after(async () => {
    agent.kill("SIGTERM");
    await ended;
  });
  for (let tries = 0; !existsSync(at("rendered")) || !existsSync(at("token")); tries++) {
    assert.ok(tries < 600 && agent.exitCode === null, output);
    await delay(100);
  }
  assert.equal(readFileSync(at("rendered"), "utf8"), "key=one");
  assert.ok(!existsSync(at("secret-id")), "the agent took it away");
  assert.equal(statSync(at("token")).mode & 0o077, 0o040);
  const { status, body } = await post(
    "GET",
    "auth/token/lookup-self",
    undefined,
    readFileSync(at("token"), "utf8"),
  );
  assert.equal(status, 200);
  assert.deepEqual(memberAt(body, "data.policies"), ["agent", "default"]);
});

test("the bao CLI's operator, lease, read, list, delete and path-help", async (t) => {
  const bao = await baoCli(t, server);
  if (bao === null) return;
  const run = bao.ok;
  assert.match(await run("operator", "key-status"), /Key Term\s+1/);
  assert.match(await run("operator", "rotate"), /Key Term\s+2/);
  await run("write", "cubbyhole/mine", "a=b");
  assert.match(await run("read", "-field=a", "cubbyhole/mine"), /^b/);
  assert.match(await run("list", "cubbyhole"), /^mine$/m);
  await run("delete", "cubbyhole/mine");
  await assert.rejects(run("read", "cubbyhole/mine"), /No value found/);
  assert.match(await run("path-help", "auth/approle"), /role/);
  await run("secrets", "enable", "-path=lease-pki", "pki");
  await run("write", "lease-pki/root/generate/internal", "common_name=Root");
  await run("write", "lease-pki/roles/web", "allow_any_name=true", "generate_lease=true", "ttl=1h");
  const lease = (
    await run("write", "-field=lease_id", "lease-pki/issue/web", "common_name=a.example.com")
  ).trim();
  assert.match(await run("lease", "lookup", lease), /expire_time/);
  await run("lease", "revoke", lease);
  await assert.rejects(run("lease", "lookup", lease));
  await run("lease", "revoke", "-prefix", "lease-pki");
  await run("secrets", "disable", "lease-pki");
});

test("node-vault's remaining commands", { timeout: 120_000 }, async () => {
  const env = {
    PATH,
    VAULT_ADDR: server.address,
    ROOT_TOKEN: server.rootToken,
    AUDIT_FILE: join(home, "audit.log"),
  };
  const { stdout } = await exec(process.execPath, [join(here, "node-vault-rest.mjs")], { env });
  assert.equal(stdout, "done\n");
});

test("vault-action: a login, a read of each path, and the token's end", async () => {
  const { role_id, secret_id } = await machine("action");
  const login = await post("POST", "auth/approle/login", { role_id, secret_id }, null, {
    "X-Vault-Request": "true",
  });
  const token = String(memberAt(login.body, "auth.client_token"));
  assert.match(token, /^hvs\./);
  const read = await post("GET", "secret/data/ml/openai", undefined, token, { "X-Vault-Namespace": "" });
  assert.equal(memberAt(read.body, "data.data.api_key"), "one");
  assert.equal(typeof memberAt(read.body, "data.metadata.version"), "number");
  const missing = await post("GET", "secret/data/ml/none", undefined, token);
  assert.deepEqual([missing.status, missing.body], [404, { errors: [] }]);
  assert.equal((await post("POST", "auth/token/revoke-self", {}, token)).status, 204);
  assert.equal((await post("GET", "secret/data/ml/openai", undefined, token)).status, 403);
});

test("External Secrets: lookup-self says what it reads there, reads with metadata, pushes with check-and-set", async () => {
  const { role_id, secret_id } = await machine("eso");
  const write = 'path "secret/*" { capabilities = ["create", "read", "update", "delete", "list"] }';
  await api().write("sys/policies/acl/eso", { policy: write });
  const login = await post("PUT", "auth/approle/login", { role_id, secret_id }, null);
  const token = String(memberAt(login.body, "auth.client_token"));
  const self = await post("GET", "auth/token/lookup-self", undefined, token);
  assert.equal(self.type, "application/json");
  assert.equal(memberAt(self.body, "data.type"), "service");
  assert.ok(Number.isInteger(memberAt(self.body, "data.ttl")));
  assert.match(
    String(memberAt(self.body, "data.expire_time")),
    /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/,
  );
  const versioned = await post("GET", "secret/data/ml/openai?version=1", undefined, token);
  assert.equal(memberAt(versioned.body, "data.data.region"), "eu");
  assert.equal((await post("GET", "secret/metadata/ml/openai", undefined, token)).status, 200);
  const listed = await post("GET", "secret/metadata/ml?list=true", undefined, token);
  assert.deepEqual(memberAt(listed.body, "data.keys"), ["openai"]);
  const pushed = await post("PUT", "secret/data/ml/pushed", { data: { a: "b" }, options: { cas: 0 } }, token);
  assert.equal(memberAt(pushed.body, "data.version"), 1);
  const again = await post("PUT", "secret/data/ml/pushed", { data: { a: "c" }, options: { cas: 0 } }, token);
  assert.equal(again.status, 400);
  assert.equal(
    (
      await post(
        "PUT",
        "secret/metadata/ml/pushed",
        { custom_metadata: { "managed-by": "external-secrets" } },
        token,
      )
    ).status,
    204,
  );
  assert.equal((await post("DELETE", "secret/metadata/ml/pushed", undefined, token)).status, 204);
  const root = await post("GET", "auth/token/lookup-self", undefined, server.rootToken);
  assert.equal(memberAt(root.body, "data.expire_time"), null);
});
