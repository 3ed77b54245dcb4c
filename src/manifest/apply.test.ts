/** Plans and applies against a real kernel: made once, mended, removed, cut off at every write, and two at once. */
import assert from "node:assert/strict";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { type TrackedApi, kernelApi } from "../../test/support/manifest-api.ts";
import { apply, plan, renderPlan, requireManifest } from "./index.ts";

const TEXT = `project: fraud
owner: team
secrets:
  wandb: { provider: wandb, purpose: metrics }
  hub: { provider: huggingface, purpose: base model, shared: both read the same base model }
  old: { provider: openai, purpose: none }
stages:
  train: { use: { WANDB_API_KEY: wandb, HF_TOKEN: hub }, ttl: 6h }
  evaluate: { use: { HF_TOKEN: hub } }
`;
const UNSAID = TEXT.replace(/, shared: .* model \}/, " }");
const WITHOUT_EVALUATE = UNSAID.replace(/ {2}evaluate:.*\n/, "");

function withApi(what: string, body: (api: TrackedApi) => Promise<void>): void {
  test(what, async () => {
    const api = await kernelApi();
    try {
      await body(api);
    } finally {
      await api.kernel.close();
    }
  });
}

withApi("apply makes everything once; the second finds nothing to do and writes nothing", async (api) => {
  const manifest = requireManifest(TEXT);
  assert.ok((await apply(manifest, api)).changed);
  const at = (piece: string): number => api.writes.findIndex((one) => one.includes(piece));
  assert.ok(at("bulkhead/projects/fraud") < at("policies"), "what will be made is written down first");
  assert.ok(api.writes.findLastIndex((one) => one.includes("policies")) < at("approle/role"));
  const before = api.writes.length;
  assert.equal((await apply(manifest, api)).changed, false);
  assert.equal(api.writes.length, before);
  assert.equal(Object.keys(await api.state("fraud")).length, 12);
  const entry = await api.read("bulkhead/projects/fraud");
  assert.deepEqual(entry?.manifest, {
    name: "fraud",
    owner: "team",
    environments: {
      dev: { people: true, production: false },
      staging: { people: false, production: false },
      prod: { people: false, production: true },
    },
    secrets: {
      wandb: {
        provider: "wandb",
        kind: "experiment-tracker",
        owner: "team",
        purpose: "metrics",
        plain: [],
      },
      hub: {
        provider: "huggingface",
        kind: "model-registry",
        owner: "team",
        purpose: "base model",
        plain: [],
        shared: "both read the same base model",
      },
      old: { provider: "openai", kind: "model-api", owner: "team", purpose: "none", plain: [] },
    },
    stages: { train: { use: ["hub", "wandb"] }, evaluate: { use: ["hub"] } },
  });
});

withApi(
  "a role made by apply: one login, its stage's secrets in its environment, nothing else",
  async (api) => {
    await apply(requireManifest(TEXT), api);
    const { call } = api.kernel;
    const put = async (path: string): Promise<void> => {
      const { status } = await call("POST", `secret/data/${path}`, {
        body: { data: { value: fake("v_", 24) } },
      });
      assert.equal(status, 200);
    };
    for (const path of ["fraud/dev/wandb", "fraud/dev/hub", "fraud/dev/old", "fraud/prod/hub"])
      await put(path);
    const role = "auth/approle/role/fraud.train.dev";
    const roleId = (await call("GET", `${role}/role-id`)).json.data?.role_id;
    const secretId = (await call("POST", `${role}/secret-id`)).json.data?.secret_id;
    const login = { body: { role_id: roleId, secret_id: secretId }, token: null };
    const token = String((await call("POST", "auth/approle/login", login)).json.auth?.client_token);
    assert.equal((await call("POST", "auth/approle/login", login)).status, 400, "the secret id is used up");
    const statusOf = async (method: "GET" | "LIST" | "POST", path: string): Promise<number> =>
      (await call(method, path, { token, ...(method === "POST" ? { body: { data: {} } } : {}) })).status;
    for (const path of ["wandb", "hub"])
      assert.equal(await statusOf("GET", `secret/data/fraud/dev/${path}`), 200);
    for (const path of [
      "secret/data/fraud/dev/old",
      "secret/data/fraud/prod/hub",
      "secret/metadata/fraud/dev/hub",
      "cubbyhole/x",
      "sys/mounts",
    ])
      assert.equal(await statusOf("GET", path), 403, path);
    assert.equal(await statusOf("LIST", "secret/metadata/fraud/dev"), 403);
    assert.equal(await statusOf("POST", "secret/data/fraud/dev/hub"), 403);
    const self = (await call("GET", "auth/token/lookup-self", { token })).json.data;
    assert.deepEqual(self?.policies, ["fraud.train.dev"]);
    assert.equal((await call("POST", "auth/token/revoke-self", { token })).status, 204);
    assert.equal(await statusOf("GET", "secret/data/fraud/dev/hub"), 403);
  },
);

withApi("a changed policy is set right again; a comment in the declaration changes nothing", async (api) => {
  await apply(requireManifest(TEXT), api);
  assert.equal((await plan(requireManifest(`# hello\n${TEXT}`), api)).upToDate, true);
  const policy = 'path "secret/*" {\n  capabilities = ["read", "list"]\n}\n';
  await api.write("POST", "sys/policies/acl/fraud.train.dev", { policy });
  await api.write("POST", "auth/approle/role/fraud.train.prod", { secret_id_num_uses: 0 });
  const drift = await plan(requireManifest(TEXT), api);
  assert.deepEqual(
    drift.writes
      .filter(({ action }) => action !== "same")
      .map(({ action, what, name }) => `${action} ${what} ${name}`),
    ["update policy fraud.train.dev", "update role fraud.train.prod"],
  );
  const text = renderPlan(drift, { color: false });
  assert.match(text, /- read,list secret\/\*/);
  assert.match(text, /~ secret_id_num_uses 0 → 1/);
  await apply(requireManifest(TEXT), api);
  assert.equal((await plan(requireManifest(TEXT), api)).upToDate, true);
});

withApi("a stage that is gone loses its role, its tokens and its policy, in this order", async (api) => {
  await apply(requireManifest(TEXT), api);
  api.writes.length = 0;
  const { plan: done } = await apply(requireManifest(WITHOUT_EVALUATE), api);
  const about = api.writes.filter((one) => one.includes("evaluate.dev") || one.includes("revoke"));
  assert.equal(about[0], "DELETE auth/approle/role/fraud.evaluate.dev");
  assert.equal(about[1], "POST bulkhead/runs/revoke");
  assert.equal(about.at(-1), "DELETE sys/policies/acl/fraud.evaluate.dev");
  assert.match(
    renderPlan(done, { color: false }),
    / - role +fraud\.evaluate\.dev \(its tokens are revoked\)/,
  );
  assert.equal((await plan(requireManifest(WITHOUT_EVALUATE), api)).upToDate, true);
  assert.equal(Object.keys(await api.state("fraud")).length, 6);
});

withApi("the project's entry cannot make apply delete what is another's", async (api) => {
  await apply(requireManifest(TEXT), api);
  const foreign = ["other.train.dev", "admin", "fraud-x.a.dev"];
  await api.write("POST", "bulkhead/projects/fraud", {
    applied: { policies: foreign, roles: foreign, digest: "" },
  });
  const { writes } = await plan(requireManifest(TEXT), api);
  assert.deepEqual(
    writes.filter(({ action }) => action === "delete"),
    [],
  );
});

test("an apply that dies at any write is completed by the next, and nothing stays behind", async () => {
  const clean = await kernelApi();
  await apply(requireManifest(TEXT), clean);
  const all = clean.writes.length;
  await apply(requireManifest(WITHOUT_EVALUATE), clean);
  const both = clean.writes.length;
  const last = withoutIds(await clean.state("fraud"));
  assert.equal(Object.keys(last).length, 6);
  await clean.kernel.close();
  for (let at = 0; at < both; at++) {
    const api = await kernelApi();
    api.failAt = at;
    if (at < all) await assert.rejects(apply(requireManifest(TEXT), api), /connection was lost/);
    else {
      await apply(requireManifest(TEXT), api);
      await assert.rejects(apply(requireManifest(WITHOUT_EVALUATE), api), /connection was lost/);
    }
    api.failAt = null;
    await apply(requireManifest(WITHOUT_EVALUATE), api);
    assert.deepEqual(withoutIds(await api.state("fraud")), last, `after a crash at write ${at}`);
    const revoked = api.writes.filter((one) => one.endsWith("revoke")).length;
    assert.ok(at < all || revoked >= 3, `tokens were revoked after a crash at write ${at}`);
    assert.equal((await plan(requireManifest(WITHOUT_EVALUATE), api)).upToDate, true);
    await api.kernel.close();
  }
});

/** Role ids are random. */
const withoutIds = (state: Record<string, object>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(state).map(([path, data]) => [path, { ...data, role_id: "" }]));

withApi("two applies at once: whoever has the lock finishes, the other fails clearly", async (api) => {
  const manifest = requireManifest(TEXT);
  const results = await Promise.allSettled([apply(manifest, api), apply(manifest, api)]);
  const refused = results.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 1);
  assert.match(String(refused[0]?.reason), /project fraud is locked by root until/);
  assert.equal((await plan(manifest, api)).upToDate, true);
});

withApi("the lock of an apply that was killed ends by itself", async (api) => {
  await api.write("POST", "bulkhead/projects/fraud/lock", { ttl: 120 });
  await assert.rejects(apply(requireManifest(TEXT), api), /project fraud is locked by root until/);
  assert.deepEqual(api.writes, []);
  api.kernel.clock.advance(121_000);
  assert.ok((await apply(requireManifest(TEXT), api)).changed);
});

withApi("a dry run writes nothing and takes no lock", async (api) => {
  const { plan: would, changed } = await apply(requireManifest(TEXT), api, { dryRun: true });
  assert.equal(changed, false);
  assert.equal(would.writes.filter(({ action }) => action === "create").length, 15);
  assert.deepEqual(api.writes, []);
});

withApi(
  "a credential of two stages is refused in production without a reason, shown otherwise",
  async (api) => {
    await assert.rejects(apply(requireManifest(UNSAID), api), (error: Error & { code?: string }) => {
      assert.equal(error.code, "manifest.refused");
      assert.match(error.message, /bulkhead\.yaml:5: hub is used by train and evaluate/);
      return true;
    });
    assert.deepEqual(api.writes, []);
    const levelOf = async (text: string): Promise<string | undefined> =>
      (await plan(requireManifest(text), api)).findings.find(({ code }) => code === "shared")?.level;
    assert.equal(await levelOf(UNSAID), "refused");
    assert.equal(await levelOf(TEXT), "note");
    assert.equal(await levelOf(UNSAID.replace("secrets:", "environments: { dev: {} }\nsecrets:")), "warning");
  },
);

withApi(
  "a value that stands in two environments already: the server's refusal comes through, whole",
  async (api) => {
    await api.write("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
    const value = fake("hf_", 34);
    for (const environment of ["dev", "prod"])
      await api.write("POST", `secret/data/fraud/${environment}/hub`, { data: { value } });
    await assert.rejects(apply(requireManifest(TEXT), api), (error: Error & { code?: string }) => {
      assert.match(error.message, /fraud\/(dev|prod)|dev|prod/);
      assert.ok(!error.message.includes(value));
      return true;
    });
    assert.deepEqual(await api.state("fraud"), {}, "no role was made");
  },
);

withApi("a mount of another kind at secret/ is refused, never replaced", async (api) => {
  const other = { "secret/": { type: "kv", options: { version: "1" } } };
  const read = async (path: string) => (path === "sys/mounts" ? other : await api.read(path));
  await assert.rejects(apply(requireManifest(TEXT), { ...api, read }), { code: "manifest.refused" });
  assert.deepEqual(api.writes, []);
});

withApi(
  "findings: no owner, no purpose, unused, not stored, not held to; and a plan that reads no value",
  async (api) => {
    const text = `project: p
secrets: { spare: {}, db: { purpose: rows, owner: me } }
stages: { a: { use: { X: db }, broker: { Y: db } } }
`;
    await apply(requireManifest(text), api);
    for (const environment of ["dev", "prod"])
      await api.write("POST", `secret/data/p/${environment}/db`, { data: { value: fake("v_", 24) } });
    await api.write("DELETE", "secret/data/p/prod/db");
    api.reads.length = 0;
    const { findings } = await plan(requireManifest(text), api);
    const told = findings.map(({ code, message, line }) => `${code} ${line}: ${message}`);
    assert.ok(told.some((one) => one.startsWith("no-owner 2: spare:")));
    assert.ok(told.some((one) => one.startsWith("no-purpose 2: spare:")));
    assert.ok(told.some((one) => one.startsWith("unused 2: spare")));
    assert.ok(told.includes("not-stored 2: db has no value in staging and prod"), told.join("\n"));
    assert.ok(told.some((one) => one.startsWith("unenforceable 3: stages.a.broker")));
    assert.ok(api.reads.includes("secret/metadata/p/dev/db"));
    assert.ok(!api.reads.some((path) => path.startsWith("secret/data/")));
  },
);

withApi("the rendered plan: signs, what changes, what to know; with colours only when asked", async (api) => {
  const manifest = requireManifest(TEXT);
  const text = renderPlan(await plan(manifest, api), { color: false });
  assert.match(text, /^fraud: 2 stages, 3 environments\n/);
  assert.match(text, /\n {2}\+ policy {10}fraud\.train\.dev\n {20}\+ read auth\/token\/lookup-self/);
  assert.match(text, /\+ read secret\/data\/fraud\/dev\/hub\n/);
  assert.match(text, /15 to create, 0 to change, 0 to delete, 0 as they are/);
  assert.match(text, /warning {2}old is used by no stage/);
  assert.ok(!text.includes("\u001b"));
  assert.ok(renderPlan(await plan(manifest, api), { color: true }).includes("\u001b[32m"));
  await apply(manifest, api);
  assert.match(renderPlan(await plan(manifest, api), { color: false }), /nothing to change/);
  const longer = renderPlan(await plan(requireManifest(TEXT.replace("6h", "8h")), api), { color: false });
  assert.match(longer, /~ role .*fraud\.train\.dev\n +~ token_max_ttl 21600 → 28800/);
});

withApi(
  "a token of a stage says so, whatever its secret id says, and is revoked with its stage",
  async (api) => {
    await apply(requireManifest(TEXT), api);
    const role = "auth/approle/role/fraud.train.dev";
    for (const metadata of [undefined, '{"project":"other","stage":"other","environment":"prod"}']) {
      const { role_id } = (await api.read(`${role}/role-id`)) ?? {};
      const made = await api.write("POST", `${role}/secret-id`, metadata === undefined ? {} : { metadata });
      const login = await api.kernel.call("POST", "auth/approle/login", {
        token: null,
        body: { role_id, secret_id: made?.secret_id },
      });
      const token = String(login.json.auth?.client_token);
      const self = async (): Promise<number> =>
        (await api.kernel.call("GET", "auth/token/lookup-self", { token })).status;
      assert.equal(await self(), 200);
      await api.write("POST", "bulkhead/runs/revoke", {
        project: "fraud",
        stage: "train",
        environment: "dev",
      });
      assert.equal(await self(), 403);
    }
  },
);
