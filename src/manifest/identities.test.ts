/** `identities:` on a real kernel: roles are made, changed and removed; what takes more than the job that is meant is refused at its place. */
import assert from "node:assert/strict";
import test from "node:test";
import { kernelApi } from "../../test/support/manifest-api.ts";
import { apply, desired, plan, requireManifest } from "./index.ts";

const HEAD = `project: fraud
owner: team
secrets:
  wandb: { provider: wandb, purpose: metrics }
stages:
  train: { use: [wandb], ttl: 6h }
`;
const IDENTITIES = `${HEAD}identities:
  train:
    prod:
      github: { repository: acme/fraud, workflow: .github/workflows/train.yml, ref: refs/heads/main, environment: prod }
`;

test("apply makes the method, its configuration and the role; removing the identity removes the role", async () => {
  const api = await kernelApi();
  try {
    await apply(requireManifest(IDENTITIES), api);
    const role = await api.read("auth/github/role/fraud.train.prod");
    assert.deepEqual(
      [role?.preset, role?.bound_audiences, role?.token_policies, role?.token_metadata, role?.bound_claims],
      [
        "github",
        ["bulkhead"],
        ["fraud.train.prod"],
        { project: "fraud", stage: "train", environment: "prod" },
        {
          repository: "acme/fraud",
          ref: "refs/heads/main",
          environment: "prod",
          workflow_ref: "acme/fraud/.github/workflows/train.yml@refs/heads/main",
        },
      ],
    );
    const config = await api.read("auth/github/config");
    assert.equal(config?.oidc_discovery_url, "https://token.actions.githubusercontent.com");
    const before = api.writes.length;
    assert.equal((await apply(requireManifest(IDENTITIES), api)).changed, false);
    assert.equal(api.writes.length, before, "a second apply writes nothing");
    const moved = `# a comment more\n${IDENTITIES}`;
    assert.equal(
      desired(requireManifest(moved)).digest,
      desired(requireManifest(IDENTITIES)).digest,
      "where it stands does not matter",
    );
    await apply(requireManifest(IDENTITIES.replace("ref: refs/heads/main", "ref: refs/tags/v1")), api);
    assert.match(
      JSON.stringify((await api.read("auth/github/role/fraud.train.prod"))?.bound_claims),
      /train\.yml@refs\/tags\/v1/,
    );
    await apply(requireManifest(HEAD), api);
    assert.equal(await api.read("auth/github/role/fraud.train.prod"), null);
    assert.ok((await api.read("auth/approle/role/fraud.train.prod")) !== null, "the others stay");
  } finally {
    await api.kernel.close();
  }
});

test("plan shows a too broad identity at its line and column, and apply makes nothing", async () => {
  const api = await kernelApi();
  try {
    const cases: [string, string, RegExp, string][] = [
      ["ref: refs/heads/main, ", "", /branch.*write `ref: refs\/heads\/main`/, "10:7"],
      [
        "repository: acme/fraud",
        "repository: acme/*",
        /every repository.*write `repository: OWNER\/REPOSITORY`/,
        "10:17",
      ],
      ["workflow: .github/workflows/train.yml, ", "", /any workflow.*write `workflow: /, "10:7"],
      ["environment: prod }", 'environment: "*" }', /environment/, "10:102"],
    ];
    for (const [from, to, text, place] of cases) {
      const manifest = requireManifest(IDENTITIES.replace(from, to));
      const { findings } = await plan(manifest, api);
      const [refused] = findings.filter(({ level }) => level === "refused");
      assert.match(refused?.message ?? "", text);
      assert.equal(`${refused?.line}:${refused?.column}`, place, refused?.message);
      await assert.rejects(
        apply(manifest, api),
        new RegExp(`bulkhead.yaml:${place}: identities.train.prod.github`),
      );
      assert.deepEqual(api.writes, []);
    }
    const reason = IDENTITIES.replace(
      "ref: refs/heads/main",
      "allow-broad: the branch is fixed by the environment",
    );
    const manifest = requireManifest(reason);
    const noted = (await plan(manifest, api)).findings.filter(({ code }) => code === "too-broad");
    assert.ok(noted.length > 0 && noted.every(({ level }) => level === "note"));
    await apply(manifest, api);
    assert.match(
      String((await api.read("auth/github/role/fraud.train.prod"))?.allow_broad),
      /fixed by the environment/,
    );
  } finally {
    await api.kernel.close();
  }
});

test("an issuer that is not said, or another one that is trusted there, is refused", async () => {
  const api = await kernelApi();
  try {
    const oidc = requireManifest(`${HEAD}identities: { train: { prod: { oidc: { sub: s } } } }\n`);
    assert.match((await plan(oidc, api)).findings[0]?.message ?? "", /write `issuer: https/);
    await api.write("POST", "sys/auth/github", { type: "jwt" });
    await api.write("POST", "auth/github/config", {
      oidc_discovery_url: "https://github.example/_services/token",
      skip_jwks_validation: true,
    });
    await assert.rejects(apply(requireManifest(IDENTITIES), api), /trusts another issuer/);
    const own = IDENTITIES.replace("environment: prod", "issuer: https://github.example/_services/token");
    await apply(requireManifest(own), api);
    assert.ok((await api.read("auth/github/role/fraud.train.prod")) !== null);
  } finally {
    await api.kernel.close();
  }
});

test("a service account's identity makes a role of the kubernetes method", async () => {
  const api = await kernelApi();
  try {
    const text = `${HEAD}identities: { train: { dev: { kubernetes: { namespace: ml, service-account: train } } } }\n`;
    await apply(requireManifest(text), api);
    const role = await api.read("auth/kubernetes/role/fraud.train.dev");
    assert.deepEqual(
      [role?.bound_service_account_names, role?.bound_service_account_namespaces, role?.audience],
      [["train"], ["ml"], "bulkhead"],
    );
    assert.equal((await apply(requireManifest(text), api)).changed, false);
    const broad = requireManifest(text.replace("service-account: train", 'service-account: "*"'));
    await assert.rejects(apply(broad, api), /any service account|write `service-account/);
  } finally {
    await api.kernel.close();
  }
});
