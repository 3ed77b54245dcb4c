/** What a declaration becomes: policies that admit exactly what was declared, whatever the names. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../test/support/scale.ts";
import { compileAcl } from "../kernel/policy/acl.ts";
import { parsePolicy } from "../kernel/policy/parse.ts";
import { type Manifest, desired, parseManifest, requireManifest, roleName } from "./index.ts";
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
    token_metadata: { project: "fraud", stage: "train", environment: "dev" },
    token_type: "service",
    token_ttl: 300,
    token_max_ttl: 21_600,
    bind_secret_id: true,
    secret_id_num_uses: 1,
    secret_id_ttl: 300,
    automated: false,
    token_approvals: 0,
    token_window: "",
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

test("the declaration kept for others holds no positions", () => {
  assert.ok(!JSON.stringify(desired(requireManifest(TEXT)).declaration).includes('"line"'));
  assert.notEqual(parseManifest(TEXT).manifest, null);
});
