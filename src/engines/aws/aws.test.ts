/** The aws engine against moto with authentication on: keys work, and are refused when their lease is over. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { startCuttingProxy } from "../../../test/support/cutting-proxy.ts";
import { type Account, ALLOW_ALL, startAccount } from "../../../test/support/moto-account.ts";
import { type PluginApi, pluginApi } from "../../../test/support/plugin-api.ts";
import { freePort } from "../../../test/support/port.ts";
import { NO_PIP } from "../../../test/support/python.ts";
import { sys } from "../sys/index.ts";
import { aws } from "./index.ts";

interface Ready {
  readonly api: PluginApi;
  readonly account: Account;
}

async function ready(context: TestContext): Promise<Ready | null> {
  const account = await startAccount();
  if (account === null) {
    context.skip(NO_PIP);
    return null;
  }
  context.after(() => account.stop());
  const api = await pluginApi(context, { engines: [sys, aws] });
  api.clock.advance(Date.now() - api.clock.now());
  assert.equal((await api.call("POST", "sys/mounts/aws", { type: "aws" })).status, 204);
  await configure(api, account);
  return { api, account };
}

async function configure(api: PluginApi, account: Account, more: object = {}): Promise<void> {
  const answer = await api.call("POST", "aws/config/root", {
    access_key: account.admin.accessKeyId,
    secret_key: account.admin.secretAccessKey,
    region: "us-east-1",
    iam_endpoint: account.address,
    sts_endpoint: account.address,
    ...more,
  });
  assert.equal(answer.status, 204, answer.text);
}

const keyOf = (answer: { textAt(name: string): string }) => ({
  accessKeyId: answer.textAt("data.access_key"),
  secretAccessKey: answer.textAt("data.secret_key"),
});

test("an IAM user is made with its rights, works, and is gone with its lease", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, account } = at;
  await account.iam("CreateGroup", { GroupName: "readers" });
  const policy = (await account.iam("CreatePolicy", { PolicyName: "list", PolicyDocument: ALLOW_ALL })).text(
    "Arn",
  );
  assert.equal(
    (
      await api.call("POST", "aws/roles/ci", {
        credential_type: "iam_user",
        policy_document: JSON.parse(ALLOW_ALL) as object,
        policy_arns: [policy],
        iam_groups: "readers",
        iam_tags: ["team=ml", "stage=train"],
        user_path: "/ci/",
      })
    ).status,
    204,
  );
  const read = await api.call("GET", "aws/roles/ci");
  assert.deepEqual(read.get("data.iam_tags"), { team: "ml", stage: "train" });
  assert.equal(read.get("data.policy_document"), ALLOW_ALL);
  await api.call("POST", "aws/config/lease", { lease: "30m", lease_max: "1h" });
  assert.deepEqual((await api.call("GET", "aws/config/lease")).get("data"), {
    lease: "30m0s",
    lease_max: "1h0m0s",
  });

  const made = await api.call("GET", "aws/creds/ci");
  assert.equal(made.status, 200, made.text);
  assert.equal(made.get("lease_duration"), 1_800);
  assert.equal(made.get("data.security_token"), null);
  const key = keyOf(made);
  const arn = await account.whoami(key);
  const user = arn.split("/").at(-1) ?? "";
  assert.match(user, /^vault-root-ci-\d{10}-[0-9A-Za-z]{20}$/);
  assert.ok((await account.iam("ListUserPolicies", { UserName: user }, key)).texts("member").includes("ci"));
  assert.deepEqual((await account.iam("ListGroupsForUser", { UserName: user })).texts("GroupName"), [
    "readers",
  ]);
  assert.deepEqual((await account.iam("ListUserTags", { UserName: user })).texts("Key").sort(), [
    "stage",
    "team",
  ]);
  const lease = made.textAt("lease_id");
  assert.equal(
    (await api.call("PUT", "sys/leases/renew", { lease_id: lease, increment: 7_200 })).get("lease_duration"),
    3_600,
  );
  assert.deepEqual(
    await api.rows("logical/").then((rows) => rows.filter((row) => row.includes("/user/"))),
    [],
  );

  assert.equal((await api.call("PUT", "sys/leases/revoke", { lease_id: lease })).status, 204);
  await assert.rejects(account.whoami(key), { code: "aws.refused" });
  assert.deepEqual(await account.users(), [account.adminName]);
  const second = await api.call("PUT", "aws/creds/ci");
  const other = keyOf(second);
  await account.whoami(other);
  api.clock.advance(1_800_000);
  await api.kernel.tidy();
  await assert.rejects(account.whoami(other), { code: "aws.refused" }, "at its time");
});

test("what somebody deleted by hand, or a lost answer deleted in part, is revoked all the same", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, account } = at;
  await api.call("POST", "aws/roles/ci", { credential_type: "iam_user", policy_document: ALLOW_ALL });
  for (const how of ["key", "everything"] as const) {
    const made = await api.call("GET", "aws/creds/ci");
    const key = keyOf(made);
    const user = (await account.whoami(key)).split("/").at(-1) ?? "";
    await account.iam("DeleteAccessKey", { UserName: user, AccessKeyId: key.accessKeyId });
    if (how === "everything") {
      await account.iam("DeleteUserPolicy", { UserName: user, PolicyName: "ci" });
      await account.iam("DeleteUser", { UserName: user });
    }
    assert.equal(
      (await api.call("PUT", "sys/leases/revoke", { lease_id: made.textAt("lease_id") })).status,
      204,
      how,
    );
  }
  assert.deepEqual(await account.users(), [account.adminName]);
});

test("a user that cannot be equipped is deleted at once; one that a crash left is deleted later", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, account } = at;
  await api.call("POST", "aws/roles/bad", { credential_type: "iam_user", iam_groups: ["no-such-group"] });
  const refused = await api.call("GET", "aws/creds/bad");
  assert.equal(refused.status, 502);
  assert.match(refused.errors[0] ?? "", /AWS refused AddUserToGroup: NoSuchEntity/);
  assert.deepEqual(await account.users(), [account.adminName]);
  const notes = async (): Promise<number> =>
    (await api.rows("logical/")).filter((row) => row.includes("/user/")).length;
  assert.equal(await notes(), 0);

  // the answer of CreateAccessKey never comes: a server between the two breaks the connection then
  let down = false;
  const between = await startCuttingProxy(account.address, (body) => {
    down ||= body.includes("Action=CreateAccessKey");
    return down;
  });
  context.after(() => between.stop());
  await configure(api, account, { iam_endpoint: between.address, max_retries: 0 });
  await api.call("POST", "aws/roles/ci", { credential_type: "iam_user", policy_document: ALLOW_ALL });
  const lost = await api.call("GET", "aws/creds/ci");
  assert.equal(lost.status, 502, lost.text);
  assert.equal(await notes(), 1);
  assert.equal((await account.users()).length, 2, "there, with a key that nobody knows");
  await api.kernel.tidy();
  assert.equal((await account.users()).length, 2, "not while its request could still last");
  down = false;
  await configure(api, account);
  api.clock.advance(600_001);
  await api.kernel.tidy();
  assert.deepEqual(await account.users(), [account.adminName]);
  assert.equal(await notes(), 0);
});

test("a name that is taken already is not deleted in its owner's place", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, account } = at;
  await configure(api, account, { username_template: "app-{{random 1}}" });
  await api.call("POST", "aws/roles/ci", { credential_type: "iam_user", policy_document: ALLOW_ALL });
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const letter of letters) await account.iam("CreateUser", { UserName: `app-${letter}` });
  const answer = await api.call("GET", "aws/creds/ci");
  assert.match(answer.errors[0] ?? "", /EntityAlreadyExists/);
  assert.equal((await account.users()).length, letters.length + 1);
  assert.deepEqual(
    (await api.rows("logical/")).filter((row) => row.includes("/user/")),
    [],
  );
});

test("sessions: an assumed role, a federated user, a session; bounded, and not renewable", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, account } = at;
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
  });
  const arns: string[] = [];
  for (const name of ["training", "other"])
    arns.push(
      (await account.iam("CreateRole", { RoleName: name, AssumeRolePolicyDocument: trust })).text("Arn"),
    );
  const [training = "", other = ""] = arns;
  await api.call("POST", "aws/roles/train", {
    credential_type: "assumed_role",
    role_arns: [training],
    default_sts_ttl: "15m",
    max_sts_ttl: "1h",
    external_id: "x-1",
    session_tags: { stage: "train" },
  });
  for (const path of ["sts/train", "creds/train"]) {
    const made = await api.call("PUT", `aws/${path}`);
    assert.equal(made.status, 200, made.text);
    assert.ok(Number(made.get("lease_duration")) <= 900 && Number(made.get("lease_duration")) > 800);
    assert.equal(made.get("renewable"), false);
    assert.equal(made.get("data.security_token"), made.get("data.session_token"));
    const key = { ...keyOf(made), sessionToken: made.textAt("data.security_token") };
    assert.match(await account.whoami(key), /assumed-role\/training\/vault-\d{10}-/);
    assert.equal(
      (await api.call("PUT", "sys/leases/renew", { lease_id: made.textAt("lease_id") })).status,
      400,
    );
    assert.equal(
      (await api.call("PUT", "sys/leases/revoke", { lease_id: made.textAt("lease_id") })).status,
      204,
    );
    await account.whoami(key); // as with Vault: AWS ends it at its time
  }
  const named = await api.call("PUT", "aws/sts/train", {
    ttl: "2h",
    role_session_name: "job-7",
    role_arn: training,
  });
  assert.match(named.textAt("data.arn"), /assumed-role\/training\/job-7$/);
  assert.ok(Number(named.get("lease_duration")) <= 3_600, "the role's longest");
  for (const [body, problem] of [
    [{ ttl: "5m" }, /no session shorter than 15 minutes/],
    [{ role_arn: other }, /not among the role_arns/],
    [{ role_session_name: "a b" }, /role_session_name/],
    [{ mfa_code: "1" }, /mfa_code/],
  ] as const) {
    const answer = await api.call("PUT", "aws/sts/train", body);
    assert.equal(answer.status, 400);
    assert.match(answer.errors[0] ?? "", problem);
  }
  await api.call("POST", "aws/roles/two", { credential_type: "assumed_role", role_arns: arns });
  assert.match((await api.call("GET", "aws/sts/two")).errors[0] ?? "", /unable to determine one/);
  assert.equal((await api.call("PUT", "aws/sts/two", { role_arn: other })).status, 200);
  await api.call("POST", "aws/roles/fed", {
    credential_type: "federation_token",
    policy_document: ALLOW_ALL,
  });
  const federated = await api.call("GET", "aws/sts/fed");
  assert.equal(federated.status, 200, federated.text);
  assert.match(federated.textAt("data.arn"), /federated-user\/vault-/);
  assert.ok(Number(federated.get("lease_duration")) <= 3_600);
  await api.call("POST", "aws/roles/own", { credential_type: "session_token" });
  const own = await api.call("GET", "aws/sts/own");
  assert.equal(own.status, 200, own.text);
  assert.ok(own.textAt("data.security_token").length > 20);
});

test("the root key is replaced: the new one works, the old one is dead, the secret is shown to nobody", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, account } = at;
  const rotated = await api.call("POST", "aws/config/rotate-root");
  assert.equal(rotated.status, 200, rotated.text);
  const id = rotated.textAt("data.access_key");
  assert.notEqual(id, account.admin.accessKeyId);
  assert.deepEqual(Object.keys(rotated.get("data") as object), ["access_key"]);
  await assert.rejects(account.whoami(account.admin), { code: "aws.refused" });
  assert.equal((await api.call("GET", "aws/config/root")).get("data.access_key"), id);
  assert.ok(!(await api.call("GET", "aws/config/root")).text.includes("secret"));
  await api.call("POST", "aws/roles/ci", { credential_type: "iam_user", policy_document: ALLOW_ALL });
  const made = await api.call("GET", "aws/creds/ci");
  assert.equal(made.status, 200, made.text);
  const keys = await account.iam("ListAccessKeys", { UserName: account.adminName }, keyOf(made));
  assert.deepEqual(keys.texts("AccessKeyId"), [id]);
  assert.equal((await api.call("POST", "aws/config/rotate-root")).status, 200, "and again");
});

test("a rotation that broke off leaves no key that nobody knows", async (context) => {
  const at = await ready(context);
  if (at === null) return;
  const { api, account } = at;
  for (const lost of ["CreateAccessKey", "DeleteAccessKey"]) {
    let hit = false;
    const between = await startCuttingProxy(account.address, (body) => {
      const now = !hit && body.includes(`Action=${lost}`);
      hit ||= now;
      return now;
    });
    context.after(() => between.stop());
    const present = (await account.iam("ListAccessKeys", { UserName: account.adminName })).texts(
      "AccessKeyId",
    );
    assert.deepEqual(present, [account.admin.accessKeyId]);
    await configure(api, account, { iam_endpoint: between.address, max_retries: 0 });
    assert.equal((await api.call("POST", "aws/config/rotate-root")).status, 502, lost);
    api.clock.advance(120_001);
    await api.kernel.tidy();
    const id = (await api.call("GET", "aws/config/root")).textAt("data.access_key");
    await api.call("POST", "aws/roles/ci", { credential_type: "iam_user", policy_document: ALLOW_ALL });
    const made = await api.call("GET", "aws/creds/ci");
    assert.equal(made.status, 200, `${lost}: ${made.text}`);
    const keys = await account.iam("ListAccessKeys", { UserName: account.adminName }, keyOf(made));
    assert.deepEqual(keys.texts("AccessKeyId"), [id], lost);
    assert.equal(id === account.admin.accessKeyId, lost === "CreateAccessKey");
  }
});

test("what is wrong is refused when it is written, and no answer shows the key", async (context) => {
  const api = await pluginApi(context, { engines: [sys, aws] });
  await api.call("POST", "sys/mounts/aws", { type: "aws" });
  const key = { access_key: "AKIA0000000000000000", secret_key: "not-a-real-one" };
  const refusals: readonly (readonly [string, object, RegExp])[] = [
    ["config/root", {}, /access_key and secret_key are needed/],
    ["config/root", { access_key: key.access_key }, /are needed/],
    ["config/root", { ...key, iam_endpoint: "http://iam.example.com" }, /give https/],
    ["config/root", { ...key, iam_endpoint: "https://169.254.169.254" }, /metadata service/],
    ["config/root", { ...key, sts_endpoint: "https://[::ffff:a9fe:a9fe]" }, /metadata service/],
    ["config/root", { ...key, sts_endpoint: "file:///etc/passwd" }, /an endpoint is a URL/],
    ["config/root", { ...key, sts_endpoint: "https://u:p@sts.example.com" }, /no user/],
    ["config/root", { ...key, sts_endpoint: "https://sts.example.com/?a=b" }, /no user, query/],
    ["config/root", { ...key, access_key: "x" }, /no key's id/],
    ["config/root", { ...key, region: "../x" }, /region/],
    ["config/root", { ...key, role_arn: "arn:aws:iam::1:role/x" }, /not offered/],
    ["config/root", { ...key, username_template: "{{.Secret}}" }, /no field .Secret/],
    ["config/root", { ...key, username_template: "bulkhead-admin" }, /makes the same name again/],
    ["config/root", { ...key, max_retries: 99 }, /max_retries/],
    ["config/lease", {}, /'lease' is a required/],
    ["config/lease", { lease: "1h" }, /'lease_max' is a required/],
    ["config/lease", { lease: "2h", lease_max: "1h" }, /longer/],
    ["roles/x", {}, /did not supply credential_type/],
    ["roles/x", { credential_type: "root" }, /unrecognized credential type/],
    ["roles/x", { credential_type: "assumed_role" }, /role_arns is needed/],
    ["roles/x", { credential_type: "assumed_role", role_arns: "nonsense" }, /not an ARN/],
    ["roles/x", { credential_type: "federation_token" }, /no rights/],
    [
      "roles/x",
      { credential_type: "iam_user", default_sts_ttl: "1h" },
      /default_sts_ttl parameter only valid/,
    ],
    [
      "roles/x",
      { credential_type: "iam_user", role_arns: ["arn:aws:iam::123456789012:role/x"] },
      /role_arns parameter/,
    ],
    ["roles/x", { credential_type: "iam_user", external_id: "x" }, /external_id parameter/],
    ["roles/x", { credential_type: "iam_user", policy_document: "{" }, /cannot parse policy document/],
    ["roles/x", { credential_type: "iam_user", policy_document: [1] }, /cannot parse policy document/],
    ["roles/x", { credential_type: "iam_user", iam_tags: ["x"] }, /iam_tags/],
    ["roles/x", { credential_type: "iam_user", user_path: "x" }, /user_path/],
    ["roles/x", { credential_type: "iam_user", mfa_serial_number: "x" }, /mfa_serial_number/],
    [
      "roles/x",
      { credential_type: "session_token", policy_document: ALLOW_ALL },
      /policy_document parameter/,
    ],
    [
      "roles/x",
      { credential_type: "session_token", default_sts_ttl: "2h", max_sts_ttl: "1h" },
      /less than or equal/,
    ],
  ];
  for (const [path, body, problem] of refusals) {
    const answer = await api.call("POST", `aws/${path}`, body);
    assert.equal(answer.status, 400, `${path} ${JSON.stringify(body)}: ${answer.text}`);
    assert.match(answer.errors[0] ?? "", problem);
    assert.ok(!answer.text.includes(key.secret_key));
  }
  assert.equal((await api.call("GET", "aws/roles/x")).status, 404);
  assert.equal((await api.call("GET", "aws/config/root")).status, 404);
  assert.equal((await api.call("GET", "aws/config/lease")).status, 404);
  assert.equal((await api.call("LIST", "aws/roles")).status, 404);
  assert.match((await api.call("GET", "aws/creds/none")).errors[0] ?? "", /Role 'none' not found/);
  await api.call("POST", "aws/roles/ok", { credential_type: "iam_user" });
  assert.match((await api.call("GET", "aws/creds/ok")).errors[0] ?? "", /no key is configured/);
  assert.match((await api.call("PUT", "aws/creds/ok", { ttl: "1h" })).errors[0] ?? "", /is for sessions/);
  assert.deepEqual((await api.call("LIST", "aws/roles")).get("data.keys"), ["ok"]);
  assert.equal((await api.call("DELETE", "aws/roles/ok")).status, 204);
  const closed = `http://127.0.0.1:${await freePort()}`;
  await api.call("POST", "aws/config/root", {
    ...key,
    iam_endpoint: closed,
    sts_endpoint: closed,
    max_retries: 0,
  });
  await api.call("POST", "aws/roles/own", { credential_type: "session_token" });
  const away = await api.call("GET", "aws/sts/own");
  assert.equal(away.status, 502);
  assert.match(away.errors[0] ?? "", /AWS cannot be reached for GetSessionToken: ECONNREFUSED/);
});

test("an endpoint that redirects, lies or floods gets nothing and breaks nothing", async (context) => {
  const api = await pluginApi(context, { engines: [sys, aws] });
  await api.call("POST", "sys/mounts/aws", { type: "aws" });
  let elsewhere = 0;
  let mode = "";
  const odd = createServer((request, response) => {
    if (request.url === "/elsewhere") {
      elsewhere++;
      response.end("<a/>");
    } else if (mode === "redirect") response.writeHead(307, { location: "/elsewhere" }).end();
    else if (mode === "flood") response.writeHead(200).end("x".repeat(2_000_000));
    else if (mode === "echo") {
      const said =
        "<Error><Code>SignatureDoesNotMatch</Code><Message>x-amz-security-token:leak</Message></Error>";
      response.writeHead(403).end(said);
    } else response.writeHead(200).end("<html>hello</html>");
  });
  await new Promise<void>((resolve) => odd.listen(0, "127.0.0.1", resolve));
  context.after(() => odd.close());
  const address = `http://127.0.0.1:${(odd.address() as AddressInfo).port}`;
  await api.call("POST", "aws/config/root", {
    access_key: "AKIA0000000000000000",
    secret_key: "not-a-real-one",
    sts_endpoint: address,
    max_retries: 0,
  });
  await api.call("POST", "aws/roles/own", { credential_type: "session_token" });
  for (mode of ["redirect", "flood", "echo", "html"]) {
    const answer = await api.call("GET", "aws/sts/own");
    assert.equal(answer.status, 502, `${mode}: ${answer.text}`);
    assert.doesNotMatch(answer.text, /leak|not-a-real-one/);
  }
  assert.equal(elsewhere, 0, "a redirect is not followed");
});
