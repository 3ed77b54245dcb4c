/**
 * An incident from its plan to its record on a sample of four workflows: planned as expected, carried out against local servers, and then an
 * attacker tries everything that he had stolen.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, createPublicKey, verify } from "node:crypto";
import { cpSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { parseEnvelope, preAuthentication } from "../../src/core/receipt.ts";
import type { IncidentRecord, Plan } from "../../src/incident/index.ts";
import { fake } from "../support/fake.ts";
import { type Account, ALLOW_ALL, startAccount } from "../support/moto-account.ts";
import { startWorkflowHost } from "../support/workflow-host.ts";
import { type Sandbox, sandbox, startServer } from "./support.ts";

const SAMPLE = join(import.meta.dirname, "../fixtures/incident");
const SUBJECT = "token.actions.githubusercontent.com:sub";

function sample(t: TestContext): Sandbox {
  const box = sandbox(t);
  cpSync(SAMPLE, box.project, { recursive: true });
  git(box, "init", "-q", "-b", "main");
  git(box, "remote", "add", "origin", "https://github.com/acme/fraud.git");
  git(box, "add", "-A");
  git(box, "commit", "-qm", "one");
  return box;
}

const git = (box: Sandbox, ...args: readonly string[]): Buffer =>
  execFileSync("git", ["-C", box.project, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
    stdio: "pipe",
  });

test("the plan of a compromised workflow is the expected one, in each form; others name their own", (t) => {
  const box = sample(t);
  const plan = box.json<Plan>(["incident", "plan", "--workflow", "train"]);
  const expected = JSON.parse(readFileSync(join(SAMPLE, "expected.json"), "utf8")) as unknown;
  assert.deepEqual(
    plan.items.map(({ id, title, owner, action }) => [id, title, owner, action?.do ?? null]),
    expected,
  );
  for (const { command, breaks, proof } of plan.items)
    for (const text of [command, breaks, proof]) assert.ok(text.length > 5);
  const text = box.bulkhead(["incident", "plan", "--workflow", "train"]);
  assert.match(
    text.stdout,
    /^# Incident plan: the workflow train\n\n## 1\. disable the workflow\n\n- \*\*1\.1\*\* disable/,
  );
  for (const title of [
    "rotate the secrets it could reach",
    "invalidate registry tokens",
    "rebuild from a clean runner",
    "restore",
  ])
    assert.ok(text.stdout.includes(title));
  const titles = (args: readonly string[]): string =>
    JSON.stringify(box.json<Plan>(["incident", "plan", ...args]).items.map(({ title }) => title));
  assert.match(titles(["--secret", "openai", "--env", "prod"]), /rotate openai in prod/);
  assert.doesNotMatch(titles(["--secret", "openai", "--env", "prod"]), /disable|in dev/);
  assert.match(
    titles(["--stage", "evaluate"]),
    /end the tokens of fraud\/evaluate in dev.*rotate wandb in prod.*rotate wandb in dev/,
  );
  assert.match(titles(["--everything"]), /deploy\.yml.*publish\.yml.*prod-deploy.*NPM_TOKEN/);
  const nothing = box.bulkhead(["incident", "plan", "--workflow", "nothing"]);
  assert.equal(nothing.code, 2);
  assert.equal(box.bulkhead(["incident", "plan"]).code, 2);
  assert.equal(box.bulkhead(["incident", "plan", "--secret", "openai", "--workflow", "train"]).code, 2);
  assert.equal(box.bulkhead(["incident", "plan", "--secret", "unheard"]).code, 1);
});

/** A vendor that knows its live keys. */
async function keyServer(
  t: TestContext,
): Promise<{ readonly live: Set<string>; works(key: string): Promise<boolean> }> {
  const live = new Set<string>();
  const server = createServer((request, response) => {
    const key = (request.headers.authorization ?? "").replace("Bearer ", "");
    response.writeHead(live.has(key) ? 200 : 401).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/models`;
  return {
    live,
    works: async (key) => (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).status === 200,
  };
}

async function roleIn(account: Account): Promise<void> {
  const trust = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: {
          Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
        },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { [SUBJECT]: "repo:acme/fraud:environment:*" } },
      },
      { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole" },
    ],
  };
  await account.iam("CreateRole", {
    RoleName: "prod-train",
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
}

test("started, it does what can be done; what was stolen opens nothing; it closes only when all is done and mended", async (t) => {
  const account = await startAccount();
  if (account === null) return t.skip("moto is not to be had");
  const box = sample(t);
  box.atEnd(() => account.stop());
  const server = await startServer(box);
  const token = fake("", 40);
  const host = await startWorkflowHost(t, { token, files: readdirSync(join(SAMPLE, ".github/workflows")) });
  host.runs.set(7, "train.yml");
  host.runs.set(8, "ci.yml");
  const vendor = await keyServer(t);
  const env = {
    ...{
      BULKHEAD_ADDR: server.address,
      BULKHEAD_TOKEN: server.token,
      GITHUB_TOKEN: token,
      GITHUB_API_URL: host.url,
    },
    ...{
      AWS_ACCESS_KEY_ID: account.admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: account.admin.secretAccessKey,
      AWS_ENDPOINT_URL: account.address,
    },
  };
  const api = async (method: string, path: string, body?: object, as = server.token) => {
    const answer = await fetch(`${server.address}/v1/${path}`, {
      method,
      headers: { "x-vault-token": as },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      data: (text === "" ? {} : JSON.parse(text)) as {
        data?: Record<string, string>;
        auth?: Record<string, string>;
      },
    };
  };

  // what there is before: a store with the stage's secrets, minted credentials, a role, a vendor's key
  const [oldKey, newKey] = [fake("sk-old-", 40), fake("sk-new-", 40)];
  vendor.live.add(oldKey);
  await api("POST", "secret/data/fraud/prod/openai", { data: { value: oldKey } });
  await api("POST", "secret/data/fraud/prod/wandb", { data: { value: fake("", 40) } });
  await api("POST", "sys/auth/approle", { type: "approle" });
  await api("POST", "sys/mounts/aws", { type: "aws" });
  await api("POST", "aws/config/root", {
    access_key: account.admin.accessKeyId,
    secret_key: account.admin.secretAccessKey,
    region: "us-east-1",
    iam_endpoint: account.address,
    sts_endpoint: account.address,
  });
  await api("POST", "aws/roles/features-prod", { credential_type: "iam_user", policy_document: ALLOW_ALL });
  await roleIn(account);
  const policy =
    'path "secret/data/fraud/prod/*" { capabilities = ["read"] }\npath "aws/creds/features-prod" { capabilities = ["read"] }';
  await api("POST", "sys/policies/acl/fraud.train.prod", { policy });
  await api("POST", "auth/approle/role/fraud.train.prod", {
    token_policies: ["fraud.train.prod"],
    token_metadata: { project: "fraud", stage: "train", environment: "prod" },
  });
  const roleId = (await api("GET", "auth/approle/role/fraud.train.prod/role-id")).data.data?.role_id;
  const secretId = (await api("POST", "auth/approle/role/fraud.train.prod/secret-id")).data.data?.secret_id;

  // the thief takes the job's token, and all that it opens
  const stolen = String(
    (await api("POST", "auth/approle/login", { role_id: roleId, secret_id: secretId }, "")).data.auth
      ?.client_token,
  );
  const read = (await api("GET", "secret/data/fraud/prod/openai", undefined, stolen)).data
    .data as unknown as { data: { value: string } };
  assert.equal(read.data.value, oldKey);
  const minted = (await api("GET", "aws/creds/features-prod", undefined, stolen)).data.data ?? {};
  const mintedKey = { accessKeyId: minted.access_key ?? "", secretAccessKey: minted.secret_key ?? "" };
  assert.ok((await account.whoami(mintedKey)).length > 0);
  assert.ok(await vendor.works(oldKey));
  const dispatch = async (): Promise<number> =>
    (
      await fetch(`${host.url}/repos/acme/fraud/actions/workflows/train.yml/dispatches`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  assert.equal(await dispatch(), 204);

  const rehearsal = await box.later(["incident", "rehearse", "--workflow", "train", "--json"], { env });
  assert.ok(
    (JSON.parse(rehearsal.stdout) as { state: string }[]).every(({ state }) => state !== "failed"),
    rehearsal.stdout,
  );
  assert.equal(host.states.get("train.yml"), "active", "a rehearsal changes nothing");
  assert.equal((await api("GET", "secret/data/fraud/prod/openai", undefined, stolen)).status, 200);

  host.failures = 1;
  const first = await box.later(["incident", "start", "--workflow", "train", "--since", "1h"], { env });
  assert.equal(first.code, 4, first.stderr);
  assert.match(first.stdout, /1\.1 +disable .*\n +failed: the host answered 500 to PUT …\/disable/);
  const status = async (): Promise<IncidentRecord> =>
    JSON.parse((await box.later(["incident", "status", "--json"], { env })).stdout) as IncidentRecord;
  const { id } = await status();
  const second = await box.later(["incident", "start", "--workflow", "train"], { env });
  assert.doesNotMatch(second.stdout, /^2\.1/m, "what is done is not done again");
  const after = await status();
  assert.equal(after.id, id, "the second operator joins the incident that is open");
  const states = Object.fromEntries(
    after.items.map(({ id: item, state, note }) => [item, `${state} ${note}`]),
  );
  assert.match(states["1.1"] ?? "", /^done the host says disabled_manually; 1 runs cancelled$/);
  assert.deepEqual([...host.runs.keys()], [8]);
  assert.match(states["2.1"] ?? "", /^done 1 secret ids and 0 roles for platform logins taken back/);
  assert.match(states["2.2"] ?? "", /^done the store ended 1 tokens/);
  assert.match(states["2.3"] ?? "", /^done no lease is left below aws\/creds\/features-prod$/);
  assert.match(states["2.4"] ?? "", /^done sessions from before .* are denied everything$/);
  assert.match(states["2.5"] ?? "", /^done 1 of 2 statements taken out/);
  assert.match(states["3.1"] ?? "", /^(?:waiting|done) /);
  assert.match(states["6.1"] ?? "", /^done searched \d+ audit entries/);
  assert.ok(
    after.timeline.some(({ what }) =>
      /found \d+ fetches of secret\/fraud\/prod\/openai by fraud\/train in prod/.test(what),
    ),
    "who read it stands in the record",
  );
  const trust = decodeURIComponent(
    (await account.iam("GetRole", { RoleName: "prod-train" })).text("AssumeRolePolicyDocument"),
  );
  assert.doesNotMatch(trust, /acme\/fraud/);
  assert.match(trust, /sts:AssumeRole"/, "other trust stays");
  const denied = decodeURIComponent(
    (await account.iam("GetRolePolicy", { RoleName: "prod-train", PolicyName: "BulkheadIncident" })).text(
      "PolicyDocument",
    ),
  );
  assert.match(denied, /"Effect":"Deny".*aws:TokenIssueTime/);

  // people act: the key is replaced and the old one killed at its vendor
  vendor.live.add(newKey);
  vendor.live.delete(oldKey);
  await api("POST", "secret/data/fraud/prod/openai", { data: { value: newKey } });

  // the attacker's replay
  assert.equal((await api("GET", "secret/data/fraud/prod/openai", undefined, stolen)).status, 403);
  assert.equal((await api("GET", "aws/creds/features-prod", undefined, stolen)).status, 403);
  assert.equal(
    (await api("POST", "auth/approle/login", { role_id: roleId, secret_id: secretId }, "")).status,
    400,
  );
  await assert.rejects(account.whoami(mintedKey));
  assert.equal(await vendor.works(oldKey), false);
  assert.equal(await vendor.works(newKey), true);
  assert.equal(await dispatch(), 422);

  const early = await box.later(["incident", "close"], { env });
  assert.equal(early.code, 1);
  assert.match(early.stderr, /items are left/);
  const left = (await status()).items.filter(({ state }) => state !== "done").map((item) => item.id);
  const [one = "", ...rest] = left;
  assert.equal(
    (await box.later(["incident", "done", one, "--excuse", ""], { env })).code,
    1,
    "an excuse has a reason",
  );
  assert.equal(
    (await box.later(["incident", "done", one, "--excuse", "nothing to do | here"], { env })).code,
    0,
  );
  assert.equal(
    (await box.later(["incident", "done", ...rest, "--note", "looked at by two"], { env })).code,
    0,
  );
  const open = await box.later(["incident", "close"], { env });
  assert.equal(open.code, 1);
  assert.match(open.stderr, /the boundary is not mended: \d+ findings at [0-9a-f]{12} are open/);
  cpSync(`${SAMPLE}-mended/train.yml`, join(box.project, ".github/workflows/train.yml"));
  git(box, "commit", "-qam", "mended");
  const closed = await box.later(["incident", "close"], { env });
  assert.equal(closed.code, 0, closed.stderr);
  assert.equal((await box.later(["incident", "done", "7.1", "--id", id], { env })).code, 1);

  await box.later(["incident", "record", "--id", id, "--output", "."], { env });
  const kept = (end: string): string => readFileSync(join(box.project, `incident-${id}.${end}`), "utf8");
  const envelope = parseEnvelope(kept("json"));
  const payload = Buffer.from(envelope.payload, "base64");
  const [signature] = envelope.signatures;
  const signed = preAuthentication(envelope.payloadType, payload);
  assert.ok(verify(null, signed, createPublicKey(kept("pub")), Buffer.from(signature?.sig ?? "", "base64")));
  assert.ok(
    !verify(
      null,
      Buffer.concat([signed, Buffer.from("x")]),
      createPublicKey(kept("pub")),
      Buffer.from(signature?.sig ?? "", "base64"),
    ),
  );
  const statement = JSON.parse(payload.toString()) as {
    subject: { digest: { sha256: string } }[];
    predicate: IncidentRecord;
  };
  assert.equal(statement.subject[0]?.digest.sha256, createHash("sha256").update(kept("md")).digest("hex"));
  assert.equal(statement.predicate.state, "closed");
  assert.match(kept("md"), /## Time line\n\n- .*opens the incident, with 18 items\n/);
  assert.match(
    kept("md"),
    /closes the incident: the audit of 4 pipeline files at [0-9a-f]{12} finds nothing serious/,
  );
  for (const value of [oldKey, newKey, stolen, mintedKey.secretAccessKey, token])
    for (const end of ["md", "json"]) assert.ok(!kept(end).includes(value) && !payload.includes(value));
});
