/** Push targets against servers that keep state and speak the documented protocols; hostile places and answers. */
import assert from "node:assert/strict";
import sodium from "libsodium-wrappers";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { startAccount } from "../../../test/support/moto-account.ts";
import {
  type ProtocolAnswer,
  type ProtocolRequest,
  protocolServer,
} from "../../../test/support/protocol-server.ts";
import {
  fakeCluster,
  fakeGitHub,
  fakeGitLab,
  fakeGoogle,
  fakeVault,
} from "../../../test/support/push-servers.ts";
import { NO_PIP } from "../../../test/support/python.ts";
import { isBulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { resolveReference } from "../index.ts";
import {
  PUSH_TARGETS,
  type PushContext,
  checkedName,
  checkedPlace,
  pushTarget,
  pushTargets,
} from "./index.ts";
import { sealedBox } from "./sealed-box.ts";

const NOWHERE = {
  HOME: "/nonexistent",
  PATH: "/nonexistent",
  AWS_EC2_METADATA_DISABLED: "true",
  NO_GCE_CHECK: "true",
};
const contextOf = (token: string | null, env: Record<string, string> = {}): PushContext => ({
  env: { ...NOWHERE, ...env },
  cwd: "/",
  token: token === null ? null : Secret.copy(token),
});
const entry = (name: string, value: string) => ({ name, value: Secret.copy(value) });

async function serve(t: TestContext, answer: (request: ProtocolRequest) => ProtocolAnswer) {
  const server = await protocolServer(answer);
  t.after(() => server.stop());
  return server;
}
const target = (id: string) => pushTarget(id) ?? assert.fail(id);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "";
  } catch (error) {
    return isBulkheadError(error) ? error.code : String(error);
  }
};

test("every target has its line, under the id that declarations know", () => {
  assert.deepEqual(
    pushTargets.map(({ id }) => id),
    [...PUSH_TARGETS],
  );
});

test("a sealed box is opened by libsodium with the private key alone", async () => {
  await sodium.ready;
  for (const length of [0, 1, 31, 64, 65, 4_096]) {
    const pair = sodium.crypto_box_keypair();
    const message = Buffer.from(fake("", length));
    const box = await sealedBox(message, pair.publicKey);
    assert.deepEqual(Buffer.from(sodium.crypto_box_seal_open(box, pair.publicKey, pair.privateKey)), message);
    const other = sodium.crypto_box_keypair();
    assert.throws(() => sodium.crypto_box_seal_open(box, other.publicKey, other.privateKey));
    assert.notDeepEqual(await sealedBox(message, pair.publicKey), box, "each has a key of its own");
  }
  await assert.rejects(sealedBox(Buffer.from("x"), Buffer.alloc(31)), RangeError);
  await assert.rejects(sealedBox(Buffer.from("x"), Buffer.alloc(32)), RangeError, "a key of small order");
});

test("GitHub: an environment's and a repository's secrets, sealed; dates tell that somebody else changed one", async (t) => {
  const [token, one, two] = [fake("ghs_", 36), fake("", 30), fake("", 30)];
  const state = await fakeGitHub(token);
  const server = await serve(t, state.answer);
  const github = target("github");
  const settings = { repository: "acme/fraud", environment: "prod/eu", url: server.address };
  const context = contextOf(token);
  const [pushed] = await github.push(settings, [entry("OPENAI_API_KEY", one)], context);
  assert.equal(state.values.get("acme/fraud prod/eu OPENAI_API_KEY"), one);
  assert.deepEqual(await github.state(settings, ["OPENAI_API_KEY", "MISSING"], context), [pushed]);
  state.change("acme/fraud prod/eu OPENAI_API_KEY", "x");
  const [changed] = await github.state(settings, ["OPENAI_API_KEY"], context);
  assert.notEqual(changed?.mark, pushed?.mark);
  const repository = { repository: "acme/fraud" };
  await github.push(
    repository,
    [entry("A", one), entry("B", two)],
    contextOf(token, { GITHUB_API_URL: server.address }),
  );
  assert.deepEqual([state.values.get("acme/fraud A"), state.values.get("acme/fraud B")], [one, two]);
  for (const request of server.asked)
    assert.ok(!`${request.path}${request.body}`.includes(one), "never in clear");
  assert.equal(await codeOf(github.push(settings, [entry("A", one)], contextOf("wrong"))), "push.refused");
  assert.equal(
    await codeOf(github.push({ ...settings, repository: "acme/none" }, [entry("A", one)], context)),
    "push.absent",
  );
  assert.equal(
    await codeOf(github.push(settings, [entry("A", fake("", 50_000))], context)),
    "push.value-unfit",
  );
});

test("GitLab: one scope's variable, masked and protected; what cannot be masked is refused before it is sent", async (t) => {
  const [token, one, two] = [fake("glpat-", 20), fake("", 30), fake("", 30)];
  const { answer, variables } = fakeGitLab(token);
  const server = await serve(t, answer);
  const gitlab = target("gitlab");
  const url = `${server.address}/api/v4`;
  const settings = { project: "acme/fraud", environment: "prod", url };
  const context = contextOf(token);
  const [pushed] = await gitlab.push(settings, [entry("HF_TOKEN", one)], context);
  await gitlab.push({ ...settings, environment: "dev" }, [entry("HF_TOKEN", two)], context);
  await gitlab.push(settings, [entry("HF_TOKEN", one)], context);
  assert.deepEqual(
    variables.map(({ value, environment_scope: scope, masked, protected: kept }) => [
      value,
      scope,
      masked,
      kept,
    ]),
    [
      [one, "prod", true, true],
      [two, "dev", true, true],
    ],
  );
  assert.deepEqual(await gitlab.state(settings, ["HF_TOKEN", "MISSING"], context), [pushed]);
  assert.deepEqual(pushed, { name: "HF_TOKEN", mark: "masked,protected", updated: null });
  const before = server.asked.length;
  assert.equal(await codeOf(gitlab.push(settings, [entry("SHORT", "a b")], context)), "push.value-unfit");
  assert.equal(server.asked.length, before);
  await gitlab.push({ ...settings, masked: "false" }, [entry("SHORT", "a b")], contextOf(token));
  assert.equal(variables.at(-1)?.masked, false);
});

test("Kubernetes: keys of one object, others' keys stay, a taken-over key shows", async (t) => {
  const [token, one, two, three] = [fake("", 40), fake("", 30), fake("", 30), fake("", 30)];
  const cluster = fakeCluster(token);
  const server = await serve(t, cluster.answer);
  const kubernetes = target("kubernetes");
  const settings = { server: server.address, namespace: "ml", object: "fraud" };
  const context = contextOf(token);
  const [first] = await kubernetes.push(settings, [entry("OPENAI_API_KEY", one)], context);
  cluster.change("fraud", { THEIRS: "dGhlaXJz" });
  await kubernetes.push(settings, [entry("HF_TOKEN", two)], context);
  assert.deepEqual(cluster.valuesOf("fraud"), { OPENAI_API_KEY: one, THEIRS: "theirs", HF_TOKEN: two });
  const [same] = await kubernetes.state(settings, ["OPENAI_API_KEY"], context);
  assert.equal(same?.mark, first?.mark, "another key's push is no drift of this one");
  cluster.change("fraud", { OPENAI_API_KEY: Buffer.from(three).toString("base64") });
  const [changed] = await kubernetes.state(settings, ["OPENAI_API_KEY", "MISSING"], context);
  assert.match(changed?.mark ?? "", /^kubectl /);
  await kubernetes.push(settings, [entry("OPENAI_API_KEY", one)], context);
  assert.equal(cluster.valuesOf("fraud").OPENAI_API_KEY, one, "taken back");
  assert.deepEqual(await kubernetes.state({ ...settings, object: "none" }, ["A"], context), []);
});

test("Google and Azure: a new version each time, known by its number", async (t) => {
  const [token, one, two] = [fake("ya29.", 30), fake("", 30), fake("", 30)];
  const google = fakeGoogle(token);
  const cloud = await serve(t, google.answer);
  const env = {
    CLOUDSDK_AUTH_ACCESS_TOKEN: token,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER: cloud.address,
  };
  const sm = target("gcp-sm");
  const settings = { project: "acme-prod" };
  const marks: (string | undefined)[] = [];
  for (const value of [one, two])
    marks.push((await sm.push(settings, [entry("openai", value)], contextOf(null, env)))[0]?.mark);
  assert.deepEqual(google.versions.get("openai"), [one, two]);
  assert.deepEqual(marks, ["1 ENABLED", "2 ENABLED"]);
  assert.deepEqual(await sm.state(settings, ["missing"], contextOf(null, env)), []);

  const azure = fakeVault(token);
  const directory = await serve(t, (request) =>
    request.path.startsWith("/secrets")
      ? azure.answer(request)
      : { body: { access_token: token, token_type: "Bearer", expires_in: 3600 } },
  );
  const machine = { IDENTITY_ENDPOINT: directory.address, IDENTITY_HEADER: fake("", 20) };
  const kv = target("azure-kv");
  const vault = { vault: new URL(directory.address).host };
  for (const value of [one, two])
    await kv.push(vault, [entry("OPENAI-API-KEY", value)], contextOf(null, machine));
  assert.deepEqual(azure.versions.get("OPENAI-API-KEY"), [one, two]);
  assert.equal((await kv.state(vault, ["OPENAI-API-KEY"], contextOf(null, machine)))[0]?.mark, "v2");
  assert.equal(kv.rename?.("OPENAI_API_KEY"), "OPENAI-API-KEY");
});

test("AWS: Secrets Manager and Parameter Store of an account, read back by references", async (t) => {
  const account = await startAccount();
  if (account === null) return t.skip(NO_PIP);
  t.after(() => account.stop());
  const env = {
    ...NOWHERE,
    AWS_ACCESS_KEY_ID: account.admin.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.admin.secretAccessKey,
    AWS_ENDPOINT_URL: account.address,
  };
  const context = contextOf(null, env);
  const settings = { path: "fraud/prod", region: "eu-west-1" };
  const read = async (text: string): Promise<string | undefined> => {
    const [scheme = "", place = ""] = text.split("://");
    const found = await resolveReference(
      { scheme, place, text },
      { env: { ...env, AWS_REGION: "eu-west-1" }, cwd: "/" },
    );
    return found.fields.get("value")?.revealText();
  };
  const [one, two] = [fake("", 30), fake("", 30)];
  for (const [id, reference, where] of [
    ["aws-sm", "aws-sm://fraud/prod/OPENAI_API_KEY", settings],
    ["aws-ssm", "aws-ssm:///fraud/prod/OPENAI_API_KEY", { ...settings, path: "/fraud/prod" }],
  ] as const) {
    const marks = new Set<string | undefined>();
    for (const value of [one, two]) {
      const [state] = await target(id).push(where, [entry("OPENAI_API_KEY", value)], context);
      marks.add(state?.mark);
      assert.equal(await read(reference), value, id);
      assert.match(state?.updated ?? "", /^\d{4}-/);
      assert.deepEqual(await target(id).state(where, ["OPENAI_API_KEY"], context), [state]);
    }
    assert.equal(marks.size, 2, id);
    assert.deepEqual(await target(id).state(where, ["MISSING"], context), []);
  }
  return undefined;
});

test("a place cannot climb out of its address, and settings that mean nothing are refused", () => {
  for (const [id, settings] of [
    ["github", { repository: "acme/../../user" }],
    ["github", { repository: "acme" }],
    ["github", { repository: "acme/.." }],
    ["github", { repository: "acme/fraud", environment: "../x" }],
    ["github", { repository: "acme/fraud", environment: "a\nb" }],
    ["github", { repository: "acme/fraud", vault: "x" }],
    ["gitlab", { project: "../admin" }],
    ["gitlab", { project: "a/../../b" }],
    ["gitlab", { project: "acme/fraud", environment: "a?b" }],
    ["kubernetes", { server: "https://h", namespace: "a/b", object: "x" }],
    ["kubernetes", { server: "https://h", namespace: "a", object: "../x" }],
    ["aws-sm", { path: "a/../b" }],
    ["aws-ssm", { region: "eu-west-1/x" }],
    ["gcp-sm", { project: "a/b" }],
    ["azure-kv", { vault: "evil.example/x" }],
  ] as const)
    assert.throws(
      () => checkedPlace(target(id), settings),
      { code: "push.bad-place" },
      `${id} ${JSON.stringify(settings)}`,
    );
  for (const [id, name] of [
    ["github", "../x"],
    ["github", "GITHUB_TOKEN"],
    ["gitlab", "a/b"],
    ["kubernetes", "a/b"],
    ["aws-sm", "a/../b"],
    ["gcp-sm", "a:b"],
    ["azure-kv", "a_b"],
  ] as const)
    assert.throws(() => checkedName(target(id), name), { code: "push.bad-place" }, `${id} ${name}`);
  assert.equal(
    checkedPlace(target("github"), { repository: "acme/fraud", environment: "prod" }),
    "acme/fraud prod",
  );
});

test("an address is https or this machine, without user or query; a token goes nowhere else", async (t) => {
  const token = fake("ghs_", 36);
  const push = (url: string) =>
    codeOf(target("github").push({ repository: "acme/fraud", url }, [entry("A", "x")], contextOf(token)));
  for (const url of [
    "http://api.example",
    "https://user@api.example",
    "https://api.example/?x=1",
    "ftp://api.example",
  ])
    assert.equal(await push(url), "push.bad-place", url);
  const other = await serve(t, () => ({ body: {} }));
  const first = await serve(t, () => ({ status: 302, headers: { location: `${other.address}/steal` } }));
  assert.equal(await push(first.address), "push.unexpected");
  assert.equal(other.asked.length, 0, "no redirect is followed");
});

test("hostile answers: nothing is taken for done, and no value stands in an error", async (t) => {
  const [token, value] = [fake("ghs_", 36), fake("sk-", 40)];
  const key = Buffer.alloc(32, 9).toString("base64");
  const answers: readonly [string, (request: ProtocolRequest) => ProtocolAnswer][] = [
    ["no JSON", () => ({ body: "<html>" })],
    ["no key", () => ({ body: { key_id: "k" } })],
    ["a short key", () => ({ body: { key_id: "k", key: "AAAA" } })],
    ["a key of small order", () => ({ body: { key_id: "k", key: Buffer.alloc(32).toString("base64") } })],
    ["a strange id", () => ({ body: { key_id: "k\u0007", key } })],
    [
      "says yes and does not",
      ({ method, path }) =>
        method === "PUT"
          ? { status: 204 }
          : path.endsWith("public-key")
            ? { body: { key_id: "k", key } }
            : { status: 404 },
    ],
    [
      "echoes",
      ({ method, body }) => (method === "PUT" ? { status: 422, body } : { body: { key_id: "k", key } }),
    ],
    ["a flood", () => ({ body: Buffer.alloc(5_000_000) })],
  ];
  for (const [what, answer] of answers) {
    const server = await serve(t, answer);
    const settings = { repository: "acme/fraud", url: server.address };
    const error: unknown = await target("github")
      .push(settings, [entry("A", value)], contextOf(token))
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    assert.ok(isBulkheadError(error) && error.code.startsWith("push."), `${what}: ${String(error)}`);
    const said = `${error.message} ${error.hint} ${JSON.stringify(error.details)}`;
    assert.ok(!said.includes(value) && !said.includes(token), what);
  }
});
