import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { repositoryOf, testFolder } from "../../../test/support/repository.ts";
import { UNKNOWN_FACTS, loadRepository } from "../index.ts";
import { type Inventory, inventory, inventoryFormats, ownersOf, plainInventory, rolledUp } from "./index.ts";

const SERVICE = join(import.meta.dirname, "../../../test/fixtures/ci-service");
const expected = JSON.parse(readFileSync(join(SERVICE, "expected.json"), "utf8")) as {
  inventory: string[][];
};
const of = (root: string): Inventory =>
  inventory(loadRepository(root, { slug: null }), { owners: ownersOf(root) });

test("the four workflows of a service are as the table says that was written first", () => {
  const { rows, workflows } = of(SERVICE);
  assert.deepEqual(
    rows.map(({ workflow, job, phase, credential, systems, environments, owner }) => [
      workflow.replace(/^.*\//, ""),
      job,
      phase,
      credential,
      systems.map(({ title }) => title).join(", "),
      environments.join(", "),
      owner?.name ?? "",
    ]),
    expected.inventory,
  );
  assert.deepEqual(
    workflows.map(({ identities, owners, phases }) => [identities.join(), owners.join(), phases.join()]),
    [
      ["none", "Platform", "build-untrusted"],
      ["OIDC: prod-deploy-orders-api", "@acme/infrastructure", "deploy"],
      ["OIDC: prod-migrate-orders-database", "Backend", "deploy"],
      ["OIDC: npm trusted publishing", "Developer platform", "build-untrusted,publish"],
    ],
  );
});

const workflow = (jobs: string, head = ""): Record<string, string> => ({
  ".github/workflows/w.yml": `${head}on: push\npermissions: {}\njobs:\n${jobs}`,
});
const brief = (
  files: Record<string, string>,
  rotated = null as Parameters<typeof inventory>[1]["rotated"],
): string[] => {
  const folder = testFolder(files);
  try {
    const repository = loadRepository(folder.root, { slug: null });
    return inventory(repository, { owners: ownersOf(folder.root), rotated: rotated ?? null }).rows.map(
      ({ job, kind, credential, systems, environments, environmentKnown, owner, rotated: when }) =>
        [
          job,
          kind,
          credential,
          systems.map(({ id }) => id).join("+") || "-",
          environmentKnown ? environments.join("+") || "-" : "?",
          owner === null ? "-" : `${owner.name}@${owner.from}`,
          ...(when === null ? [] : [when]),
        ].join(" | "),
    );
  } finally {
    folder.remove();
  }
};

test("what text searches get wrong", () => {
  assert.deepEqual(
    brief(
      workflow(`  secret-as-word: {runs-on: x, steps: [{uses: who/knows@v1, with: {secrets-env: OPENAI_API_KEY}}]}
  elsewhere:
    runs-on: x
    steps: [{run: python train.py, env: {AWS_SECRET_ACCESS_KEY: "\${{ secrets.MINIO }}", AWS_ENDPOINT_URL: "https://minio.example.com"}}]
  testpypi:
    runs-on: x
    permissions: {id-token: write}
    steps: [{name: Publish to TestPyPI, uses: pypa/gh-action-pypi-publish@v1}]
  uv: {runs-on: x, permissions: {id-token: write}, steps: [{run: uv publish}]}
  gate: {runs-on: x, environment: production, steps: [{run: "true"}]}
  after: {runs-on: x, needs: gate, permissions: {id-token: write}, steps: [{run: ./deploy.sh}]}
  dynamic: {runs-on: x, environment: "\${{ inputs.where }}", steps: [{run: "true"}]}
  tested: {runs-on: x, if: "secrets.K != ''", steps: [{run: "true"}]}
  local: {runs-on: x, steps: [{run: kubectl get pods}]}
`),
    ),
    [
      "secret-as-word | secret | OPENAI_API_KEY | openai | - | -",
      "elsewhere | secret | MINIO | object-store | - | -",
      "testpypi | oidc | OIDC: PyPI trusted publishing | pypi | - | -",
      "uv | oidc | OIDC: PyPI trusted publishing | pypi | - | -",
      "gate | none | none | - | production | -",
      "after | oidc | OIDC: used by nothing that is known | - | - | -",
      "dynamic | none | none | - | ? | -",
      "tested | none | none | - | - | -",
      "local | none | none | - | - | -",
    ],
  );
});

test("permissions that nobody declares are unknown", () => {
  const files = { ".github/workflows/w.yml": "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n" };
  const repository = repositoryOf(files, { slug: null });
  const owners = { of: () => null, manifest: null };
  const [row] = inventory(repository, { owners }).rows;
  assert.deepEqual([row?.kind, row?.certain], ["run-token", false]);
  const read = repositoryOf(files, { slug: null, host: { ...UNKNOWN_FACTS, defaultPermissions: "read" } });
  assert.equal(inventory(read, { owners }).rows[0]?.kind, "none");
  const write = repositoryOf(files, { slug: null, host: { ...UNKNOWN_FACTS, defaultPermissions: "write" } });
  assert.deepEqual(inventory(write, { owners }).rows[0]?.certain, true);
});

test("owners: a comment, the secret's, CODEOWNERS, the project's", () => {
  const job = `  a: {runs-on: x, steps: [{run: python t.py, env: {WANDB_API_KEY: "\${{ secrets.W }}"}}]}\n`;
  const owner = (files: Record<string, string>): string => brief(files)[0]?.split(" | ")[5] ?? "";
  const manifest = `project: p\nowner: everyone\nenvironments: {prod: {people: false}}\nsecrets:\n  wandb: {provider: wandb, purpose: metrics, owner: research}\nstages:\n  train: {use: [wandb]}\n`;
  const codeowners = "* @acme/all\n/.github/ @acme/ci # who\n*.md @acme/docs\n";
  assert.equal(owner(workflow(job)), "-");
  assert.equal(owner({ ...workflow(job), "bulkhead.yaml": manifest }), "research@bulkhead.yaml:5");
  assert.equal(
    owner({ ...workflow(job), "bulkhead.yaml": manifest.replace(", owner: research", "") }),
    "everyone@bulkhead.yaml:5",
  );
  assert.equal(owner({ ...workflow(job), CODEOWNERS: codeowners }), "@acme/ci@CODEOWNERS:2");
  assert.equal(owner({ ...workflow(job), CODEOWNERS: `${codeowners}/.github/workflows/w.yml\n` }), "-");
  assert.equal(owner({ ...workflow(job), CODEOWNERS: "/docs/ @a\nworkflow/ @b\n/w.yml @c\n" }), "-");
  assert.equal(owner({ ...workflow(job), CODEOWNERS: "[ML][2] @d\n**/w.yml\n" }), "@d@CODEOWNERS:2");
  assert.equal(owner(workflow(job, "# bulkhead: owner Team X\n")), "Team X@annotation");
  assert.equal(owner(workflow(`  # bulkhead: owner Y\n${job}`, "# bulkhead: owner X\n")), "Y@annotation");
  assert.equal(owner(workflow(`${job}  # bulkhead: owner Y\n  b: {runs-on: x}\n`)), "-");
});

test("last rotation: of the store, else of the host, else unknown", () => {
  const job = `  a: {runs-on: x, environment: prod, steps: [{run: t, env: {K: "\${{ secrets.S }}"}}]}\n`;
  const asked: unknown[] = [];
  const rows = brief(workflow(job), (held) => {
    asked.push(held);
    return "2026-01-01T00:00:00Z";
  });
  assert.deepEqual(asked, [{ name: "S", variable: "K", environments: ["prod"] }]);
  assert.match(rows[0] ?? "", / \| 2026-01-01T00:00:00Z$/);
});

test("each form holds every row, and none takes text for marks", () => {
  const files = workflow(
    `  a: {runs-on: x, environment: '=1+1|<b>', steps: [{run: t, env: {OPENAI_API_KEY: "\${{ secrets.KEY_A }}"}}]}\n`,
  );
  const repository = repositoryOf(files, { slug: { host: "github.com", owner: "acme", name: "x" } });
  const one = inventory(repository, {
    owners: { of: () => ({ name: "<script>", from: "x" }), manifest: null },
  });
  const both = rolledUp([one, one]);
  assert.equal(both.rows.length, 2);
  for (const render of Object.values(inventoryFormats)) {
    const text = render(one);
    assert.match(text, /KEY_A|KEY&#95;A/);
    assert.ok(!text.includes("<script>") || text.startsWith("repository,"), text);
  }
  assert.match(inventoryFormats.csv(one), /,"'=1\+1/);
  assert.match(inventoryFormats.svg(one), /^<svg [^>]+>\n[\s\S]+<\/svg>\n$/);
  assert.match(JSON.stringify(plainInventory(one)), /"place":"\.github\/workflows\/w\.yml:4:\d+"/);
});
