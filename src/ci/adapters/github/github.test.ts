import assert from "node:assert/strict";
import test from "node:test";
import { UNKNOWN_FACTS } from "../../host/index.ts";
import { jobOf, repositoryOf, workflowOf } from "../../../../test/support/repository.ts";
import { type Repository, effective, locate, plain, shown, written } from "../../index.ts";

const JOB = "\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n";
const ids = ({ diagnostics }: Repository): string[] => diagnostics.map(({ id }) => id).sort();
const first = (repository: Repository) => {
  const [workflow] = repository.workflows;
  assert.ok(workflow !== undefined);
  return workflow;
};

test("triggers in their three forms, with who starts them and whose code runs", () => {
  assert.deepEqual(
    first(workflowOf(`on: push${JOB}`)).triggers.map(({ event }) => event),
    ["push"],
  );
  assert.deepEqual(
    first(workflowOf(`on: [push, pull_request]${JOB}`)).triggers.map(({ event, code, outsiders }) => [
      event,
      code,
      outsiders,
    ]),
    [
      ["push", "pushed", "none"],
      ["pull_request", "proposed", "read-only"],
    ],
  );
  const { triggers } = first(
    workflowOf(`on:
  pull_request_target: {types: [labeled], branches: [main], paths-ignore: ['docs/**']}
  workflow_run: {workflows: [Build, Test], types: [completed]}
  issue_comment:
  schedule: [{cron: '0 1 * * *'}]
  workflow_dispatch: {inputs: {env: {type: choice, options: [dev, prod], required: true}}}
  merge_group:
  repository_dispatch: {types: [go]}${JOB}`),
  );
  const by = new Map(triggers.map((trigger) => [trigger.event, trigger]));
  assert.deepEqual(
    ["pull_request_target", "workflow_run", "issue_comment"].map((event) => by.get(event)?.outsiders),
    ["full", "full", "full"],
  );
  assert.equal(by.get("pull_request_target")?.code, "base");
  const filters = by.get("pull_request_target")?.filters;
  assert.deepEqual(
    filters?.types?.map(({ value }) => value),
    ["labeled"],
  );
  assert.deepEqual(
    filters?.pathsIgnore?.map(({ value }) => value),
    ["docs/**"],
  );
  assert.equal(filters?.tags, null);
  assert.deepEqual(
    by.get("workflow_run")?.follows.map(({ value }) => value),
    ["Build", "Test"],
  );
  assert.deepEqual(
    by.get("schedule")?.cron.map(({ value }) => value),
    ["0 1 * * *"],
  );
  assert.deepEqual(by.get("schedule")?.starters, ["schedule"]);
  assert.deepEqual(
    by.get("workflow_dispatch")?.inputs[0]?.options.map(({ value }) => value),
    ["dev", "prod"],
  );
});

test("what is not known is named, and the rest stands", () => {
  const repository = workflowOf(`on: [push, moon_phase]
future: 1
jobs:
  a:
    runs-on: ubuntu-latest
    sandbox: true
    steps:
      - run: ls
        retries: 3
      - parallel:
          - run: npm publish
          - run: ls
      - run: sleep 1
        background: true
`);
  assert.deepEqual(ids(repository), ["unknown-event", "unknown-key", "unknown-key", "unknown-key"]);
  const { steps } = jobOf(repository, "a");
  assert.deepEqual(
    steps.map(({ background }) => background),
    [false, true, true, true],
  );
  assert.equal(steps[1]?.effects.authorities[0]?.by, "command npm publish");
  assert.equal(first(repository).triggers[1]?.known, false);
});

test("broken files are reported, never fatal, and the others are read", () => {
  const repository = repositoryOf({
    ".github/workflows/a.yml": "on: push\njobs: [",
    ".github/workflows/b.yml": "",
    ".github/workflows/c.yml": "just text",
    ".github/workflows/d.yml": "on: push\njobs: 3\n",
    ".github/workflows/e.yml": "on:\njobs:\n  x:\n  y: 1\n  z: {steps: 1}\n",
    ".github/workflows/f.yml": `on: push${JOB}`,
    ".github/workflows/g.yml":
      "on: {push: [a], schedule: x}\npermissions: [a]\nenv: [b]\nconcurrency: [c]\njobs: {a: {runs-on: {}, needs: {x: y}, strategy: 1, container: [], services: [], steps: [1, [2], {uses: [3]}, {run: {a: b}, with: 1}], environment: [x], secrets: 3, uses: {}}}\n",
  });
  assert.ok(repository.workflows.some(({ id }) => id === "f"));
  assert.ok(ids(repository).includes("syntax"));
  assert.ok(repository.diagnostics.every(({ span }) => span.start <= span.file.text.length));
  assert.doesNotThrow(() => JSON.stringify(plain(repository)));
});

test("permissions: the job's, else the workflow's, else unknown; claims are never a default", () => {
  const table: readonly (readonly [workflow: string, job: string, scope: string, access: string])[] = [
    ["", "", "contents", "unknown"],
    ["", "", "id-token", "none"],
    ["permissions: {}", "", "contents", "none"],
    ["permissions:", "", "contents", "none"],
    ["permissions: {contents: read}", "", "contents", "read"],
    ["permissions: {contents: read}", "", "packages", "none"],
    ["permissions: {contents: read}", "permissions: {id-token: write}", "contents", "none"],
    ["permissions: {contents: read}", "permissions: {id-token: write}", "id-token", "write"],
    ["permissions: write-all", "", "id-token", "write"],
    ["permissions: read-all", "", "packages", "read"],
    ["permissions: read-all", "", "id-token", "none"],
    ["permissions: ${{ x }}", "", "contents", "unknown"],
  ];
  for (const [workflow, job, scope, access] of table) {
    const text = `on: push\n${workflow}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    ${job}\n    steps: [{run: ls}]\n`;
    assert.equal(effective(jobOf(workflowOf(text), "a"), scope), access, `${workflow} / ${job} / ${scope}`);
  }
  for (const [setting, access] of [
    ["read", "read"],
    ["write", "write"],
  ] as const) {
    const repository = workflowOf(`on: push${JOB}`, {
      host: { ...UNKNOWN_FACTS, defaultPermissions: setting },
    });
    assert.equal(effective(jobOf(repository, "a"), "contents"), access);
    assert.equal(effective(jobOf(repository, "a"), "id-token"), "none");
  }
});

test("a called workflow has at most its callers' permissions", () => {
  const callee = (permissions: string): string =>
    `on: workflow_call\n${permissions}\njobs:\n  inner:\n    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n`;
  const caller = (permissions: string): string =>
    `on: push\njobs:\n  outer:\n    ${permissions}\n    uses: ./.github/workflows/callee.yml\n`;
  const table: readonly (readonly [caller: string, callee: string, access: string])[] = [
    ["permissions: {id-token: write}", "", "write"],
    ["permissions: {id-token: write}", "permissions: {contents: read}", "none"],
    ["permissions: {contents: read}", "permissions: {id-token: write}", "none"],
    ["permissions: {id-token: write}", "permissions: {id-token: write}", "write"],
  ];
  for (const [outer, inner, access] of table) {
    const repository = repositoryOf({
      ".github/workflows/callee.yml": callee(inner),
      ".github/workflows/caller.yml": caller(outer),
    });
    assert.equal(effective(jobOf(repository, "inner"), "id-token"), access, `${outer} / ${inner}`);
  }
  const alone = repositoryOf({ ".github/workflows/callee.yml": callee("") });
  assert.equal(effective(jobOf(alone, "inner"), "id-token"), "unknown");
  assert.deepEqual(
    jobOf(alone, "inner").identities.map(({ kind, certain }) => [kind, certain]),
    [
      ["run-token", true],
      ["oidc", false],
    ],
  );
});

test("environments: text, map, expression, matrix and choices", () => {
  const of = (environment: string, more = ""): readonly string[] | undefined =>
    jobOf(
      workflowOf(
        `on: {workflow_dispatch: {inputs: {env: {type: choice, options: [dev, prod]}, free: {}}}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    environment: ${environment}\n    ${more}\n    steps: [{run: ls}]\n`,
      ),
      "a",
    ).environment?.candidates;
  assert.deepEqual(of("production"), ["production"]);
  assert.deepEqual(of("{name: production, url: 'https://x'}"), ["production"]);
  assert.deepEqual(of("${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}"), [
    "production",
    "staging",
  ]);
  assert.deepEqual(of("${{ inputs.env }}"), ["dev", "prod"]);
  assert.deepEqual(of("eu-${{ github.event.inputs.env }}"), ["eu-dev", "eu-prod"]);
  assert.deepEqual(of("${{ matrix.e }}", "strategy: {matrix: {e: [x, y], include: [{e: z}]}}"), [
    "x",
    "y",
    "z",
  ]);
  assert.deepEqual(of("${{ inputs.free }}"), []);
  assert.deepEqual(of("${{ matrix.e }}", "strategy: {matrix: '${{ fromJSON(vars.M) }}'}"), []);
});

test("runners", () => {
  const of = (runner: string): string | undefined =>
    jobOf(
      workflowOf(
        `on: push\njobs:\n  a:\n    strategy: {matrix: {os: [ubuntu-24.04, macos-14]}}\n    runs-on: ${runner}\n    steps: [{run: ls}]\n`,
      ),
      "a",
    ).runner?.hosting;
  assert.deepEqual(
    [
      "ubuntu-latest",
      "[self-hosted, linux]",
      "${{ matrix.os }}",
      "${{ vars.R }}",
      "big-one",
      "{group: g, labels: ubuntu-latest}",
      "${{ github.fork && 'ubuntu-latest' || 'self-hosted' }}",
    ].map(of),
    ["hosted", "self-hosted", "hosted", "unknown", "unknown", "unknown", "self-hosted"],
  );
});

test("references", () => {
  const sha = "a".repeat(40);
  const steps = [
    `Actions/Checkout@${sha} # v4.2.2`,
    "actions/cache/restore@v4",
    "a/b@main",
    "a/b",
    "./.github/actions/x",
    "$/.github/actions/x",
    `docker://alpine@sha256:${"b".repeat(64)}`,
    "docker://ghcr.io/a/b:1",
    "'${{ x }}'",
  ];
  const job = jobOf(
    workflowOf(
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${steps.map((uses) => `      - uses: ${uses}\n`).join("")}`,
    ),
    "a",
  );
  assert.deepEqual(
    job.steps.map(({ uses }) => [uses?.kind, uses?.slug, uses?.pin, uses?.comment]),
    [
      ["repository", "actions/checkout", "sha", "4.2.2"],
      ["repository", "actions/cache/restore", "version", null],
      ["repository", "a/b", "branch", null],
      ["repository", "a/b", "none", null],
      ["local", "./.github/actions/x", "none", null],
      ["self", "./.github/actions/x", "none", null],
      ["docker", "alpine", "digest", null],
      ["docker", "ghcr.io/a/b", "tag", null],
      ["unknown", "${{ x }}", "none", null],
    ],
  );
  const refSpan = job.steps[0]?.uses?.refSpan;
  assert.equal(refSpan === null || refSpan === undefined ? "" : written(refSpan), sha);
});

test("composite actions act in the step that uses them; reusable workflows in the job that calls them", () => {
  const repository = repositoryOf({
    ".github/actions/ship/action.yml":
      "name: s\nruns:\n  using: composite\n  steps:\n    - uses: ./.github/actions/inner\n",
    ".github/actions/inner/action.yaml":
      "name: i\nruns:\n  using: composite\n  steps:\n    - run: kubectl apply -f x\n      shell: bash\n",
    ".github/workflows/reuse.yml":
      "on: workflow_call\njobs:\n  up:\n    runs-on: x\n    steps: [{run: npm publish}]\n",
    ".github/workflows/w.yml":
      "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{uses: $/.github/actions/ship}]\n  b:\n    uses: ./.github/workflows/reuse.yml\n    secrets: inherit\n",
  });
  assert.deepEqual(repository.diagnostics, []);
  assert.deepEqual(
    jobOf(repository, "a").steps[0]?.effects.authorities.map(({ verb, system }) => [verb, system.id]),
    [["deploy", "kubernetes"]],
  );
  assert.equal(jobOf(repository, "a").placement.phase, "deploy");
  assert.equal(jobOf(repository, "b").placement.phase, "publish");
  assert.equal(
    jobOf(repository, "b").call?.workflow,
    repository.workflows.find(({ id }) => id === "reuse"),
  );
  assert.deepEqual(
    jobOf(repository, "up").workflow.calledBy.map(({ id }) => id),
    ["b"],
  );
  assert.deepEqual(
    jobOf(repository, "b").credentials.map(({ kind, scope }) => [kind, scope]),
    [["all-secrets", "call"]],
  );
});

test("circles of workflows and of actions are cut and named", () => {
  const call = (target: string): string =>
    `on: workflow_call\njobs:\n  x:\n    uses: ./.github/workflows/${target}.yml\n`;
  const action = (target: string): string =>
    `name: a\nruns: {using: composite, steps: [{uses: ./${target}}]}\n`;
  const repository = repositoryOf({
    ".github/workflows/a.yml": call("b"),
    ".github/workflows/b.yml": call("a"),
    ".github/workflows/self.yml": call("self"),
    "one/action.yml": action("two"),
    "two/action.yml": action("one"),
  });
  assert.deepEqual(ids(repository), ["cycle", "cycle", "cycle"]);
});

test("remote actions and workflows come from the lock", () => {
  const sha = "c".repeat(40);
  const repository = repositoryOf({
    ".bulkhead/ci-lock.yaml": `entries:
  - uses: acme/ship@v1
    sha: ${sha}
    kind: action
    content: |
      name: ship
      runs: {using: composite, steps: [{run: twine upload dist/*, shell: bash}]}
  - uses: acme/flows/.github/workflows/up.yml@main
    sha: ${sha}
    kind: workflow
    content: |
      on: workflow_call
      jobs: {up: {runs-on: x, steps: [{uses: acme/ship@v1}]}}
  - uses: broken
`,
    ".github/workflows/w.yml":
      "on: push\njobs:\n  a:\n    uses: acme/flows/.github/workflows/up.yml@main\n  b:\n    uses: acme/other/.github/workflows/up.yml@main\n",
  });
  assert.deepEqual(ids(repository), ["wrong-type"]);
  assert.equal(jobOf(repository, "a").placement.phase, "publish");
  assert.equal(jobOf(repository, "a").call?.workflow?.remote, true);
  assert.equal(jobOf(repository, "b").call?.workflow, null);
  assert.deepEqual(
    repository.actions.map(({ id, remote }) => [id, remote]),
    [[`acme/ship@${sha}`, true]],
  );
});

test("every node's span is the text it was read from", () => {
  const text = `name: "w"
on: push
env:
  TOP: \${{ secrets.TOP }}
jobs:
  a: # first
    needs: [b]
    runs-on: ubuntu-latest
    steps:
      - name: x
        env: {K: "\${{ secrets.K }}"}
        run: |
          echo é
          deploy \${{ secrets.IN_SCRIPT }} now
  b: {runs-on: x, steps: [{run: ls}]}
`;
  const repository = workflowOf(text);
  const job = jobOf(repository, "a");
  assert.equal(shown(job.idSpan), ".github/workflows/w.yml:6:3");
  assert.equal(written(job.steps[0]?.span ?? job.span).split("\n")[0], "name: x");
  assert.deepEqual(
    job.credentials.map(({ name, scope, span }) => [name, scope, written(span), shown(span)]),
    [
      ["TOP", "workflow-env", "secrets.TOP", ".github/workflows/w.yml:4:12"],
      ["K", "step-env", "secrets.K", ".github/workflows/w.yml:11:23"],
      ["IN_SCRIPT", "script", "secrets.IN_SCRIPT", ".github/workflows/w.yml:14:22"],
    ],
  );
  const run = job.steps[0]?.run?.text;
  assert.ok(run !== undefined);
  assert.equal(written(locate(run, 5, 6)), "é");
  assert.deepEqual(
    job.after.map(({ id }) => id),
    ["b"],
  );
});

test("parts of folded and quoted text are found where they stand", () => {
  const text =
    'on: push\njobs:\n  a:\n    runs-on: x\n    env: {A: "a\\n${{ secrets.A }}"}\n    steps:\n      - run: >\n          one ${{ secrets.B }}\n          two ${{ secrets.B }}\n';
  assert.deepEqual(
    jobOf(workflowOf(text), "a").credentials.map(({ span }) => [
      written(span),
      shown(span).split(":").slice(1).join(":"),
    ]),
    [
      ["secrets.A", "5:22"],
      ["secrets.B", "8:19"],
      ["secrets.B", "9:19"],
    ],
  );
});

test("comments that silence findings, and updates", () => {
  const repository = repositoryOf({
    ".github/workflows/w.yml": `on: push # zizmor: ignore[a,b] because\n# bulkhead: allow[c] it is a test\n# zizmor: nothing${JOB}`,
    ".github/dependabot.yml":
      "version: 2\nregistries: {r: {type: npm-registry, token: '${{secrets.R}}'}}\nupdates:\n  - package-ecosystem: npm\n    directory: /\n    cooldown: {default-days: 7}\n    insecure-external-code-execution: allow\n",
  });
  assert.deepEqual(
    first(repository).ignores.map(({ tool, checks, reason }) => [tool, checks, reason]),
    [
      ["zizmor", ["a", "b"], "because"],
      ["bulkhead", ["c"], "it is a test"],
    ],
  );
  const [update] = repository.updates;
  assert.deepEqual(
    update?.entries.map(({ cooldownDays, externalCode }) => [cooldownDays, externalCode]),
    [[7, true]],
  );
  assert.equal(
    update?.registries[0]?.settings[1]?.value.expressions[0]?.expression.reads.secrets[0]?.name,
    "R",
  );
});
