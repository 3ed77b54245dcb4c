import assert from "node:assert/strict";
import test from "node:test";
import { jobOf, repositoryOf, workflowOf } from "../../../test/support/repository.ts";
import type { Job } from "../model.ts";
import { LADDER, PHASES } from "./placement.ts";

const opened = ({ credentials }: Job): string[] =>
  credentials
    .filter(({ scope }) => scope !== "condition")
    .map(
      ({ kind, name, scope, as, system, by }) =>
        `${kind} ${name ?? "-"} ${scope} ${as ?? "-"} ${system?.id ?? "-"} ${by ?? "-"}`,
    );

test("each credential at each place, and what it opens", () => {
  const job = jobOf(
    workflowOf(`on: push
env: {WANDB_API_KEY: "\${{ secrets.WANDB }}"}
jobs:
  a:
    runs-on: ubuntu-latest
    if: secrets.GATE != ''
    env:
      DB: \${{ secrets.PROD_DATABASE }}
    container:
      image: x
      credentials: {username: u, password: "\${{ secrets.PULL }}"}
    services:
      s: {image: y, credentials: {username: u, password: s3rvice-lite-1}}
    steps:
      - uses: docker/login-action@v3
        with: {password: "\${{ secrets.ANY }}"}
      - uses: who/knows@v1
        with: {api-key: "\${{ secrets.OPENAI_API_KEY }}"}
      - run: npm publish
        env: {NODE_AUTH_TOKEN: "\${{ secrets.T }}"}
      - run: 'curl -H "x: \${{ secrets.INLINE }}" https://x'
      - run: echo '\${{ toJSON(secrets) }}' \${{ github.token }} \${{ secrets[matrix.k] }}
`),
    "a",
  );
  assert.deepEqual(opened(job), [
    "secret WANDB workflow-env WANDB_API_KEY wandb variable",
    "secret PROD_DATABASE job-env DB - -",
    "secret PULL container password - -",
    "literal - container password - -",
    "secret ANY input password dockerhub action",
    "secret OPENAI_API_KEY input api-key openai name",
    "secret T step-env NODE_AUTH_TOKEN npm command",
    "secret INLINE script - - -",
    "all-secrets - script - - -",
    "run-token GITHUB_TOKEN script - github name",
    "dynamic-secret - script - - -",
  ]);
  const gate = job.credentials.find(({ scope }) => scope === "condition");
  assert.deepEqual([gate?.name, gate?.read?.carries], ["GATE", false]);
});

test("AWS's variables beside another vendor's endpoint are that vendor's", () => {
  const of = (endpoint: string) =>
    opened(
      jobOf(
        workflowOf(
          `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: python train.py\n        env: {AWS_SECRET_ACCESS_KEY: "\${{ secrets.K }}"${endpoint}}\n`,
        ),
        "a",
      ),
    );
  assert.deepEqual(of(""), ["secret K step-env AWS_SECRET_ACCESS_KEY aws variable"]);
  assert.deepEqual(of(', AWS_ENDPOINT_URL: "https://minio.example.com"'), [
    "secret K step-env AWS_SECRET_ACCESS_KEY object-store variable",
  ]);
  assert.deepEqual(of(', AWS_ENDPOINT_URL: "https://s3.eu-central-1.amazonaws.com"'), [
    "secret K step-env AWS_SECRET_ACCESS_KEY aws variable",
  ]);
});

const header = "permissions: {contents: read}\n";

/** The four workflows of a service, and where each job stands. */
const SERVICE = {
  ".github/workflows/ci.yml": `on: [push, pull_request]\n${header}jobs:
  test:
    runs-on: ubuntu-latest
    steps: [{uses: actions/checkout@v4}, {run: npm ci}, {run: npm test}]
`,
  ".github/workflows/publish.yml": `on: {release: {types: [published]}}\n${header}jobs:
  publish:
    runs-on: ubuntu-latest
    environment: npm
    permissions: {contents: read, id-token: write}
    steps: [{uses: actions/checkout@v4}, {run: npm publish --provenance}]
`,
  ".github/workflows/deploy-api.yml": `on: {push: {branches: [main]}}\n${header}jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    permissions: {contents: read, id-token: write}
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: {role-to-assume: "arn:aws:iam::123456789012:role/deploy-api", aws-region: eu-central-1}
      - run: aws eks update-kubeconfig --name prod
      - run: kubectl rollout restart deployment/api
`,
  ".github/workflows/migrate.yml": `on: workflow_dispatch\n${header}jobs:
  migrate:
    runs-on: ubuntu-latest
    environment: production
    permissions: {contents: read, id-token: write}
    steps: [{uses: actions/checkout@v4}, {run: ./scripts/migrate.sh}]
`,
};

test("phases and rungs of a service's workflows", () => {
  const repository = repositoryOf(SERVICE);
  const placed = (id: string) => {
    const { phase, phases, rung, reasons } = jobOf(repository, id).placement;
    assert.ok(reasons.length > 0 && reasons.every(({ span }) => span.end > span.start), id);
    return [phase, phases.join("+"), rung];
  };
  assert.deepEqual(placed("test"), ["build-untrusted", "build-untrusted", "test"]);
  assert.deepEqual(placed("publish"), ["publish", "publish", "publish"]);
  assert.deepEqual(placed("deploy"), ["deploy", "deploy", "deploy"]);
  assert.deepEqual(placed("migrate"), ["deploy", "build-untrusted+deploy", "deploy"]);
});

test("near misses of placement", () => {
  const of = (job: string): string => {
    const { phases, rung } = jobOf(workflowOf(`on: push\npermissions: {}\njobs:\n  ${job}\n`), "j").placement;
    return `${phases.join("+")} ${rung}`;
  };
  const steps = (...runs: string[]): string => `steps: [${runs.map((run) => `{run: '${run}'}`).join(", ")}]`;
  // The name alone makes no deployment, nor does text that speaks of one.
  assert.equal(of(`j: {runs-on: x, name: deploy docs check, ${steps("npm test")}}`), "build-untrusted test");
  assert.equal(of(`j: {runs-on: x, ${steps("echo kubectl apply")}}`), "build-untrusted read");
  assert.equal(of(`j: {runs-on: x, ${steps("kubectl get pods")}}`), "build-untrusted read");
  assert.equal(of(`j: {runs-on: x, ${steps("terraform plan")}}`), "build-untrusted read");
  assert.equal(of(`j: {runs-on: x, environment: preview, ${steps("npm test")}}`), "build-untrusted test");
  assert.equal(of(`j: {runs-on: x, ${steps("cosign verify x")}}`), "verify read");
  assert.equal(of(`j: {runs-on: x, ${steps("npm test", "npm publish")}}`), "build-untrusted+publish publish");
  assert.equal(
    of(`j: {runs-on: x, steps: [{uses: actions/upload-artifact@v4, with: {path: x}}]}`),
    "build-untrusted write-artifacts",
  );
  // Logging in is no deployment.
  assert.equal(
    of(`j: {runs-on: x, permissions: {id-token: write}, ${steps("aws sts assume-role --role-arn x")}}`),
    "build-untrusted read",
  );
});

test("identities say what uses them, and claim nothing of scripts", () => {
  const repository = repositoryOf(SERVICE);
  const oidc = (id: string) => jobOf(repository, id).identities.find(({ kind }) => kind === "oidc");
  assert.equal(oidc("test"), undefined);
  assert.deepEqual(
    oidc("deploy")?.usedBy.map(({ target }) => target),
    ["arn:aws:iam::123456789012:role/deploy-api"],
  );
  assert.deepEqual(
    oidc("publish")?.usedBy.map(({ by }) => by),
    ["command npm publish"],
  );
  const migrate = jobOf(repository, "migrate");
  assert.deepEqual(oidc("migrate")?.usedBy, []);
  assert.equal(migrate.steps[1]?.effects.known, false);
});

test("phases and rungs are in order", () => {
  assert.deepEqual(PHASES, ["build-untrusted", "verify", "publish", "deploy"]);
  assert.deepEqual(LADDER, ["read", "test", "write-artifacts", "publish", "change-infrastructure", "deploy"]);
});
