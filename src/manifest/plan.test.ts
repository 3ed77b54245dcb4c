/** What a declaration becomes: policies that admit exactly what was declared, plans, and applies that survive crashes and races. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { memoryApi } from "../../test/support/manifest-api.ts";
import { scale } from "../../test/support/scale.ts";
import { compileAcl } from "../kernel/policy/acl.ts";
import { parsePolicy } from "../kernel/policy/parse.ts";
import {
  type Manifest,
  apply,
  desired,
  parseManifest,
  plan,
  renderPlan,
  requireManifest,
  roleName,
} from "./index.ts";
import { policyText } from "./policy-text.ts";

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

const policyOf = (manifest: Manifest, name: string): string => {
  const item = desired(manifest).items.find((one) => one.what === "policy" && one.name === name);
  return String(item?.body.policy);
};
const aclOf = (text: string) => compileAcl([parsePolicy("p", text)]);
const OPERATIONS = ["create", "read", "update", "patch", "delete", "list", "scan"] as const;

test("one policy and one role for each stage and environment, nothing inherited", () => {
  const { items, policies, roles } = desired(requireManifest(TEXT));
  assert.deepEqual(policies, roles);
  assert.equal(policies.length, 6);
  assert.deepEqual(
    items.slice(0, 2).map(({ path }) => path),
    ["sys/mounts/secret", "sys/auth/approle"],
  );
  assert.deepEqual(items.find(({ what, name }) => what === "role" && name === "fraud.train.dev")?.body, {
    token_policies: ["fraud.train.dev"],
    token_no_default_policy: true,
    token_type: "service",
    token_ttl: 21_600,
    token_max_ttl: 21_600,
    bind_secret_id: true,
    secret_id_num_uses: 1,
    secret_id_ttl: 300,
  });
  const lastPolicy = items.findLastIndex(({ what }) => what === "policy");
  assert.ok(lastPolicy < items.findIndex(({ what }) => what === "role"), "policies come before roles");
});

const nameArb = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/);
const manifestArb = fc
  .record({
    project: nameArb,
    environments: fc.uniqueArray(nameArb, { minLength: 1, maxLength: 3 }),
    secrets: fc.uniqueArray(nameArb, { minLength: 1, maxLength: 4 }),
    stages: fc.uniqueArray(nameArb, { minLength: 1, maxLength: 3 }),
    uses: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
  })
  .map(({ project, environments, secrets, stages, uses }) => {
    const q = JSON.stringify;
    const used = stages.map((_, s) => secrets.filter((_, i) => uses[s * 4 + i]));
    const lines = [
      `project: ${q(project)}`,
      `environments: { ${environments.map((name) => `${q(name)}: {}`).join(", ")} }`,
      `secrets: { ${secrets.map((name) => `${q(name)}: {}`).join(", ")} }`,
      "stages:",
      ...stages.map(
        (name, s) =>
          `  ${q(name)}: { use: { ${(used[s] ?? []).map((one, i) => `V${i}: ${q(one)}`).join(", ")} } }`,
      ),
    ];
    return { text: `${lines.join("\n")}\n`, project, environments, secrets, stages, used };
  });

test("for any declaration the policies admit exactly the declared paths", () => {
  fc.assert(
    fc.property(manifestArb, ({ text, project, environments, secrets, stages, used }) => {
      const manifest = requireManifest(text);
      const names = new Set(desired(manifest).policies);
      assert.equal(names.size, stages.length * environments.length, "no two share a policy");
      for (const [s, stage] of stages.entries())
        for (const environment of environments) {
          const acl = aclOf(policyOf(manifest, roleName(project, stage, environment)));
          const allowed = (operation: (typeof OPERATIONS)[number], path: string): boolean =>
            acl.decide({ operation, path }).allowed;
          for (const where of environments)
            for (const secret of secrets) {
              const path = `secret/data/${project}/${where}/${secret}`;
              const declared = where === environment && (used[s] ?? []).includes(secret);
              for (const operation of OPERATIONS)
                assert.equal(
                  allowed(operation, path),
                  declared && operation === "read",
                  `${operation} ${path}`,
                );
              for (const other of [
                `${path}/x`,
                `${path}x`,
                path.slice(0, -1),
                `secret/metadata/${project}/${where}/${secret}`,
                `secret/delete/${project}/${where}/${secret}`,
                `secret/data/${project}x/${where}/${secret}`,
              ])
                if (!secrets.some((one) => other === `secret/data/${project}/${where}/${one}`))
                  for (const operation of OPERATIONS)
                    assert.ok(!allowed(operation, other), `${operation} ${other}`);
            }
          for (const path of [
            "secret/data/",
            `secret/data/${project}/${environment}/`,
            "sys/policies/acl/x",
            "auth/token/create",
            "sys/mounts",
          ])
            for (const operation of OPERATIONS) assert.ok(!allowed(operation, path), `${operation} ${path}`);
          assert.ok(allowed("read", "auth/token/lookup-self") && allowed("update", "auth/token/revoke-self"));
        }
    }),
    { numRuns: scale(60, 2_000) },
  );
});

test("a hostile name that got past the reader is refused by the writer of policies", () => {
  for (const name of [
    'x" { capabilities = ["sudo"] }',
    "..",
    ".",
    "+",
    "*",
    "a*",
    "a/../b",
    "",
    "a b",
    "{{identity.entity.id}}",
    "a\nb",
    "tr\u0430in",
    "${x}",
    "A/",
  ]) {
    assert.throws(() => roleName("p", name, "dev"), { code: "manifest.unsafe-name" }, name);
    assert.throws(() => policyText("p", [{ path: `secret/data/p/dev/${name}`, capability: "read" }]), {
      code:
        name === "A/" || name === "a*" || name !== "a/../b" ? "manifest.unsafe-name" : "manifest.unsafe-name",
    });
    assert.throws(() => policyText(`p\n${name}"`, []), { code: "manifest.unsafe-name" });
    const manifest = requireManifest(TEXT);
    const secrets = manifest.secrets.map((one) => (one.name === "hub" ? { ...one, name } : one));
    const stages = manifest.stages.map((one) => ({
      ...one,
      use: one.use.map((use) => ({ ...use, secret: name })),
    }));
    assert.throws(() => desired({ ...manifest, secrets, stages }), { code: "manifest.unsafe-name" }, name);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 20 }), (name) => {
      let text: string;
      try {
        text = policyText("p", [{ path: `secret/data/p/dev/${name}`, capability: "read" }]);
      } catch {
        return;
      }
      const rules = parsePolicy("p", text).rules;
      assert.deepEqual(
        rules.map(({ path, capabilities }) => ({ path, capabilities })),
        [{ path: `secret/data/p/dev/${name}`, capabilities: ["read"] }],
      );
    }),
    { numRuns: scale(500, 20_000) },
  );
});

test("apply makes everything once; the second finds nothing to do and writes nothing", async () => {
  const api = memoryApi();
  const manifest = requireManifest(TEXT);
  const first = await apply(manifest, api);
  assert.ok(first.changed);
  assert.ok(
    api.writes.indexOf("POST bulkhead/projects/fraud") <
      api.writes.findIndex((one) => one.includes("policies")),
  );
  const before = api.writes.length;
  const second = await apply(manifest, api);
  assert.equal(second.changed, false);
  assert.equal(api.writes.length, before);
  assert.equal(api.locked, null);
  assert.deepEqual(api.data.get("bulkhead/projects/fraud")?.manifest, {
    name: "fraud",
    owner: "team",
    environments: {
      dev: { people: true, production: false },
      staging: { people: false, production: false },
      prod: { people: false, production: true },
    },
    secrets: {
      wandb: { provider: "wandb", kind: "experiment-tracker", owner: "team", purpose: "metrics", plain: [] },
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

test("a changed policy is set right again; a comment in the declaration changes nothing", async () => {
  const api = memoryApi();
  await apply(requireManifest(TEXT), api);
  assert.equal((await plan(requireManifest(`# hello\n${TEXT}`), api)).upToDate, true);
  const wide = 'path "secret/*" {\n  capabilities = ["read", "list"]\n}\n';
  api.data.set("sys/policies/acl/fraud.train.dev", { name: "fraud.train.dev", policy: wide });
  const drift = await plan(requireManifest(TEXT), api);
  assert.deepEqual(
    drift.writes.filter(({ action }) => action !== "same").map(({ action, name }) => `${action} ${name}`),
    ["update fraud.train.dev"],
  );
  assert.match(renderPlan(drift, { color: false }), /- read,list secret\/\*/);
  await apply(requireManifest(TEXT), api);
  assert.equal((await plan(requireManifest(TEXT), api)).upToDate, true);
});

const WITHOUT_EVALUATE = TEXT.replace(/ {2}evaluate:.*\n/, "").replace(/, shared: .* model \}/, " }");

test("a stage that is gone loses its role, its tokens and its policy, in this order", async () => {
  const api = memoryApi();
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
});

test("the project's entry cannot make apply delete what is another's", async () => {
  const api = memoryApi();
  await apply(requireManifest(TEXT), api);
  const entry = api.data.get("bulkhead/projects/fraud") ?? {};
  const foreign = ["other.train.dev", "admin", "fraud-x.a.dev"];
  api.data.set("bulkhead/projects/fraud", {
    ...entry,
    applied: { policies: foreign, roles: foreign, digest: "" },
  });
  const { writes } = await plan(requireManifest(TEXT), api);
  assert.deepEqual(
    writes.filter(({ action }) => action === "delete"),
    [],
  );
});

test("an apply that dies at any write is completed by the next, and nothing stays behind", async () => {
  const clean = memoryApi();
  await apply(requireManifest(TEXT), clean);
  const all = clean.writes.length;
  await apply(requireManifest(WITHOUT_EVALUATE), clean);
  const both = clean.writes.length;
  const last = [...clean.data].filter(([path]) => !path.startsWith("bulkhead/")).sort();
  for (let at = 0; at < both; at++) {
    const api = memoryApi();
    api.failAt = at;
    if (at < all) {
      await assert.rejects(apply(requireManifest(TEXT), api), /connection was lost/);
      assert.equal(api.locked, null, "the lock is given back");
    } else {
      await apply(requireManifest(TEXT), api);
      await assert.rejects(apply(requireManifest(WITHOUT_EVALUATE), api), /connection was lost/);
    }
    api.failAt = null;
    const revoked = (): number => api.writes.filter((one) => one.endsWith("revoke")).length;
    await apply(requireManifest(WITHOUT_EVALUATE), api);
    const left = [...api.data].filter(([path]) => !path.startsWith("bulkhead/")).sort();
    assert.deepEqual(left, last, `after a crash at write ${at}`);
    assert.ok(at < all || revoked() >= 3, `tokens were revoked after a crash at write ${at}`);
    assert.equal((await plan(requireManifest(WITHOUT_EVALUATE), api)).upToDate, true);
  }
});

test("two applies at once: one carries it out, the other fails clearly, and the state is whole", async () => {
  const api = memoryApi();
  const results = await Promise.allSettled([
    apply(requireManifest(TEXT), api),
    apply(requireManifest(TEXT), api),
  ]);
  const refused = results.filter((one) => one.status === "rejected");
  assert.equal(refused.length, 1);
  assert.equal((refused[0]?.reason as { code?: string }).code, "project.locked");
  assert.equal((await plan(requireManifest(TEXT), api)).upToDate, true);
});

test("a dry run writes nothing and takes no lock", async () => {
  const api = memoryApi();
  const { plan: would, changed } = await apply(requireManifest(TEXT), api, { dryRun: true });
  assert.equal(changed, false);
  assert.equal(would.writes.filter(({ action }) => action === "create").length, 15);
  assert.deepEqual(api.writes, []);
});

test("a credential of two stages is refused in production without a reason, shown otherwise", async () => {
  const api = memoryApi();
  const unsaid = TEXT.replace(/, shared: .* model \}/, " }");
  await assert.rejects(apply(requireManifest(unsaid), api), (error: Error & { code?: string }) => {
    assert.equal(error.code, "manifest.refused");
    assert.match(error.message, /bulkhead\.yaml:5: hub is used by train and evaluate/);
    return true;
  });
  assert.deepEqual(api.writes, []);
  const levelOf = async (text: string): Promise<string | undefined> =>
    (await plan(requireManifest(text), api)).findings.find(({ code }) => code === "shared")?.level;
  assert.equal(await levelOf(unsaid), "refused");
  assert.equal(await levelOf(TEXT), "note");
  assert.equal(await levelOf(unsaid.replace("secrets:", "environments: { dev: {} }\nsecrets:")), "warning");
});

test("a mount of another kind at secret/ is refused, never replaced", async () => {
  const api = memoryApi();
  api.data.set("sys/mounts", { "secret/": { type: "kv", options: { version: "1" } } });
  await assert.rejects(apply(requireManifest(TEXT), api), { code: "manifest.refused" });
  assert.deepEqual(api.writes, []);
});

test("findings: no owner, no purpose, unused, not stored, not held to; and a plan that reads no value", async () => {
  const api = memoryApi();
  const text = `project: p
secrets: { spare: {}, db: { purpose: rows, owner: me } }
stages: { a: { use: { X: db }, network: [example.com] } }
`;
  await apply(requireManifest(text), api);
  api.data.set("secret/metadata/p/dev/db", {
    current_version: 2,
    versions: { 2: { deletion_time: "", destroyed: false } },
  });
  api.data.set("secret/metadata/p/prod/db", {
    current_version: 1,
    versions: { 1: { deletion_time: "2026-01-01T00:00:00Z", destroyed: false } },
  });
  const reads: string[] = [];
  const { findings } = await plan(requireManifest(text), {
    ...api,
    read: (path) => (reads.push(path), api.read(path)),
  });
  const told = findings.map(({ code, message, line }) => `${code} ${line}: ${message}`);
  assert.ok(told.some((one) => one.startsWith("no-owner 2: spare:")));
  assert.ok(told.some((one) => one.startsWith("no-purpose 2: spare:")));
  assert.ok(told.some((one) => one.startsWith("unused 2: spare")));
  assert.ok(told.includes("not-stored 2: db has no value in staging and prod"));
  assert.ok(told.some((one) => one.startsWith("unenforceable 3: stages.a.network")));
  assert.ok(
    reads.includes("secret/metadata/p/dev/db") && !reads.some((path) => path.startsWith("secret/data/")),
  );
});

test("the rendered plan: signs, what changes, what to know; with colours only when asked", async () => {
  const api = memoryApi();
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
  assert.match(longer, /~ role .*fraud\.train\.dev\n +~ token_ttl 21600 → 28800/);
});

test("the declaration kept for others holds no positions", () => {
  assert.ok(!JSON.stringify(desired(requireManifest(TEXT)).declaration).includes('"line"'));
  assert.notEqual(parseManifest(TEXT).manifest, null);
});
