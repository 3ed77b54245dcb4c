import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { jobOf, repositoryOf } from "../../../../test/support/repository.ts";
import { type Job, type Repository, locate, plain, shown, written } from "../../index.ts";
import { decide, parseCondition } from "./conditions.ts";

const labOf = (text: string, files: Readonly<Record<string, string>> = {}): Repository =>
  repositoryOf({ ".gitlab-ci.yml": text, ...files });
const ids = ({ diagnostics }: Repository): string[] => diagnostics.map(({ id }) => id).sort();
const scripts = ({ steps }: Job): string[] =>
  steps.flatMap(({ run }) => (run === null ? [] : [run.text.value]));
const held = ({ credentials }: Job): string[] =>
  credentials.map(
    ({ kind, name, scope, as, system }) =>
      `${kind} ${name ?? "-"} ${scope} ${as ?? "-"} ${system?.id ?? "-"}`,
  );
const events = ({ triggers }: Job): string[] =>
  (triggers ?? []).map(({ event, filters: { branches } }) =>
    branches === null ? event : `${event}:${branches.map(({ value }) => value).join("|")}`,
  );

test("a pipeline in the model: stages, environments, tokens, secrets, artifacts, caches", () => {
  const repository = labOf(`stages: [build, test, deploy]
variables:
  REGION: eu-central-1
default:
  image: node:24
  before_script: [echo start]
build:
  stage: build
  script:
    - npm ci
    - |
      npm run build
      npm pack
  cache: {key: $CI_COMMIT_REF_SLUG, paths: [node_modules], policy: pull-push}
  artifacts: {paths: [dist], reports: {dotenv: build.env}}
test:
  script: npm test
  cache: {key: x, paths: [node_modules], policy: pull}
deploy:
  stage: deploy
  environment: {name: production, url: 'https://x', deployment_tier: production}
  resource_group: production
  id_tokens: {AWS_TOKEN: {aud: sts.amazonaws.com}, TWO: {aud: [a, b]}}
  secrets:
    DB_PASSWORD: {vault: prod/db/password@ops, token: $AWS_TOKEN}
    API: {azure_key_vault: {name: api}}
  needs: [{job: build, artifacts: true}, test]
  script: [aws ecs update-service --cluster c]
  tags: [saas-linux-small-amd64]
`);
  assert.deepEqual(repository.diagnostics, []);
  const [build, check, deploy] = ["build", "test", "deploy"].map((id) => jobOf(repository, id));
  assert.ok(build && check && deploy);
  assert.deepEqual(scripts(build), ["echo start", "npm ci", "npm run build\nnpm pack\n"]);
  assert.equal(build.container?.image?.value, "node:24");
  assert.deepEqual(
    build.steps.map(({ id }) => id?.value),
    ["cache", "before_script", "script", "script", "artifacts", "cache"],
  );
  assert.deepEqual(
    check.steps.flatMap(({ effects }) =>
      effects.artifacts.map(({ direction, name }) => [direction, name?.value]),
    ),
    [["download", "build"]],
  );
  assert.deepEqual(check.after, [build]);
  assert.deepEqual(deploy.after, [build, check]);
  assert.equal(deploy.environment?.constant, "production");
  assert.equal(deploy.environment?.tier, "production");
  assert.equal(deploy.concurrency?.group?.value, "production");
  assert.equal(deploy.runner?.hosting, "hosted");
  assert.equal(deploy.placement.phase, "deploy");
  assert.deepEqual(
    deploy.identities.map(({ kind, audience }) => [kind, audience]),
    [
      ["run-token", null],
      ["oidc", "sts.amazonaws.com"],
      ["oidc", null],
    ],
  );
  assert.deepEqual(
    deploy.identities[1]?.usedBy.map(({ system, target }) => [system.id, target]).slice(0, 2),
    [
      ["vault", "prod/db/password@ops"],
      ["azure", "api"],
    ],
  );
  assert.deepEqual(held(deploy), [
    "managed prod/db/password@ops job-env DB_PASSWORD vault",
    "managed api job-env API azure",
  ]);
  assert.doesNotThrow(() => JSON.stringify(plain(repository)));
});

test("variables: of the settings a secret, of the file or the script none", () => {
  const job = jobOf(
    labOf(`variables: {GLOBAL_TOKEN: $PROJECT_TOKEN, PLAIN_SECRET: none}
a:
  variables: {NPM_TOKEN: "\${PUBLISH_TOKEN}", MODE: x}
  script:
    - 'curl -H "PRIVATE-TOKEN: $DEPLOY_TOKEN" https://gitlab.example.com/api'
    - echo '$QUOTED_TOKEN' \\$ESCAPED_TOKEN # $COMMENT_TOKEN
    - LOCAL_TOKEN=$(mint); use "$LOCAL_TOKEN" $PLAIN_SECRET $MODE $NPM_TOKEN
    - git push https://ci:\${CI_JOB_TOKEN}@gitlab.example.com/g/p
    - docker login -p $CI_REGISTRY_PASSWORD $CI_REGISTRY
`),
    "a",
  );
  assert.deepEqual(held(job), [
    "secret PROJECT_TOKEN workflow-env GLOBAL_TOKEN -",
    "secret PUBLISH_TOKEN job-env NPM_TOKEN npm",
    "secret DEPLOY_TOKEN script - -",
    "run-token CI_JOB_TOKEN script - gitlab",
    "run-token CI_REGISTRY_PASSWORD script - gitlab",
  ]);
  assert.deepEqual(job.credentials.map(({ span }) => written(span)).slice(0, 3), [
    "$PROJECT_TOKEN",
    "${PUBLISH_TOKEN",
    "$DEPLOY_TOKEN",
  ]);
  assert.equal(shown(job.credentials[2]?.span ?? job.span), ".gitlab-ci.yml:5:32");
});

test("what starts a job: rules, only and except, and the workflow's own rules", () => {
  const of = (job: string, top = ""): string[] =>
    events(jobOf(labOf(`${top}\na:\n  script: ls\n${job}\n`), "a"));
  const usual = [
    "push",
    "tag",
    "schedule",
    "web",
    "api",
    "trigger",
    "pipeline",
    "chat",
    "external_pull_request_event",
  ];
  assert.deepEqual(of(""), usual);
  assert.deepEqual(of("  rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]"), [
    "merge_request_event",
  ]);
  assert.deepEqual(
    of(
      "  rules: [{if: '$CI_PIPELINE_SOURCE == \"merge_request_event\"', when: never}, {if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]",
    ),
    ["push:$CI_DEFAULT_BRANCH", ...usual.slice(2)],
  );
  assert.deepEqual(of("  rules: [{if: $CI_COMMIT_TAG =~ /^v/}]"), ["tag", ...usual.slice(2)]);
  assert.deepEqual(of("  rules: [{if: $CI_COMMIT_TAG}, {when: never}]").slice(0, 1), ["tag"]);
  assert.deepEqual(of("  rules: [{if: '$CI_MERGE_REQUEST_IID && ($X || !$Y)'}]"), ["merge_request_event"]);
  assert.deepEqual(of("  rules: [{changes: [a]}]").length, usual.length + 1);
  assert.deepEqual(of("  rules: [{if: $OPTIONAL == 'on'}]", "variables: {OPTIONAL: 'off'}"), []);
  assert.deepEqual(
    of("  only: [main, develop]").slice(0, 2),
    ["push:main|develop", "tag:"].slice(0, 1).concat("tag"),
  );
  assert.deepEqual(of("  only: [merge_requests]"), ["merge_request_event"]);
  assert.deepEqual(of("  only: [branches]\n  except: [schedules]").includes("merge_request_event"), false);
  assert.deepEqual(of("  only: {refs: [tags]}").slice(0, 1), ["tag"]);
  assert.deepEqual(of("  except: [tags]").includes("tag"), false);
  assert.deepEqual(of("", "workflow: {rules: [{if: $CI_PIPELINE_SOURCE == 'schedule'}, {when: never}]}"), [
    "schedule",
  ]);
  const merge = jobOf(labOf("a: {script: ls, only: [merge_requests]}\n"), "a").workflow.triggers[0];
  assert.deepEqual(
    [merge?.code, merge?.outsiders, merge?.starters],
    ["proposed", "read-only", ["contributor", "writer"]],
  );
});

test("conditions: three values, brackets before and before or, and no end to nesting that matters", () => {
  const lookup = (name: string): string | null | undefined =>
    ({ SET: "x", UNSET: null })[name] as string | null | undefined;
  const table: readonly (readonly [string, boolean | null])[] = [
    ["$SET", true],
    ["$UNSET", false],
    ["$OTHER", null],
    ['$SET == "x"', true],
    ["$SET != 'x'", false],
    ["$UNSET == null", true],
    ["$SET =~ /^X$/i", true],
    ["$UNSET =~ /x/", false],
    ["$UNSET !~ /x/", true],
    ["$OTHER == 'x' && $UNSET", false],
    ["$OTHER || $SET", true],
    ["$OTHER || $UNSET", null],
    ["$SET || $UNSET && $UNSET", true],
    ["($SET || $UNSET) && $UNSET", false],
    ["!$UNSET", true],
    ["$SET =~ /(a+)+$/", null],
  ];
  for (const [text, wanted] of table) {
    const rule = parseCondition(text);
    assert.ok(rule !== null, text);
    assert.equal(decide(rule, lookup), wanted, text);
  }
  for (const text of ["", "$", "$A ==", "(", `${"(".repeat(5000)}$A${")".repeat(5000)}`, "a b", "$A == b"])
    assert.equal(parseCondition(text), null, text.slice(0, 20));
});

test("extends, references, anchors, defaults and what is inherited", () => {
  const repository = labOf(`default: {before_script: [default], tags: [t]}
variables: {A: "1", B: "2"}
.base: &anchored
  variables: {X: base, Y: base}
  script: [base]
  rules: [{if: $CI_COMMIT_TAG}]
.setup: {script: [one, [two, three]]}
.mid: {extends: .base, variables: {Y: mid}}
a:
  extends: [.mid]
  variables: {Z: a}
  script: [!reference [.setup, script], last]
  inherit: {default: [tags], variables: [B]}
b:
  <<: *anchored
  script: !reference [.setup, script]
  rules: [!reference [.base, rules], {when: never}]
c: {script: [c], before_script: [], inherit: {default: false}}
`);
  assert.deepEqual(repository.diagnostics, []);
  const a = jobOf(repository, "a");
  assert.deepEqual(scripts(a), ["one", "two", "three", "last"]);
  assert.deepEqual(
    a.env.map(({ name, value }) => `${name}=${value.value}`),
    ["B=2", "X=base", "Y=mid", "Z=a"],
  );
  assert.equal(a.workflow.env.length, 0);
  assert.deepEqual(
    a.runner?.labels.map(({ value }) => value),
    ["t"],
  );
  assert.equal(events(a)[0], "tag");
  const b = jobOf(repository, "b");
  assert.deepEqual(scripts(b), ["default", "one", "two", "three"]);
  assert.equal(events(b)[0], "tag");
  assert.deepEqual(scripts(jobOf(repository, "c")), ["c"]);
  assert.equal(written(a.steps[0]?.run?.text.span ?? a.span), "one");
  const script = a.steps[1]?.run?.text;
  assert.equal(script === undefined ? "" : shown(locate(script, 0, 3)), ".gitlab-ci.yml:7:25");
});

test("included files of the repository, with inputs; others by the lock, or unknown", () => {
  const repository = labOf(
    `include:
  - /ci/jobs.yml
  - local: ci/part.yml
    inputs: {env: staging, names: [x, y]}
  - project: acme/ci
    ref: v1.2.0
    file: [/a.yml]
  - remote: https://example.com/x.yml
  - component: gitlab.com/acme/comp/scan@main
  - template: Jobs/Build.gitlab-ci.yml
  - component: $CI_SERVER_FQDN/$CI_PROJECT_PATH/own@$CI_COMMIT_SHA
shared: {variables: {K: own}}
`,
    {
      "ci/jobs.yml": "shared: {script: [from included], variables: {K: theirs, L: theirs}}\n",
      "ci/part.yml":
        "spec:\n  inputs:\n    env: {default: production}\n    names: {type: array, default: []}\n    kind: {default: api}\n---\n'deploy-$[[ inputs.env ]]':\n  environment: $[[ inputs.env ]]\n  needs: $[[ inputs.names ]]\n  script: ['./ship $[[ inputs.kind | expand_vars ]]']\nx: {script: ls}\ny: {script: ls}\n",
      "templates/own.yml": "spec: {inputs: {}}\n---\nmine: {script: [mine]}\n",
      ".bulkhead/ci-lock.yaml": `entries:\n  - uses: acme/ci/a.yml@v1.2.0\n    sha: ${"a".repeat(40)}\n    kind: workflow\n    content: "locked: {script: [npm publish]}"\n`,
    },
  );
  assert.deepEqual(repository.diagnostics, []);
  assert.deepEqual(
    jobOf(repository, "shared").env.map(({ name, value }) => `${name}=${value.value}`),
    ["K=own", "L=theirs"],
  );
  const deploy = jobOf(repository, "deploy-staging");
  assert.equal(deploy.environment?.constant, "staging");
  assert.deepEqual(scripts(deploy), ["./ship api"]);
  assert.deepEqual(
    deploy.after.map(({ id }) => id),
    ["x", "y"],
  );
  assert.equal(shown(deploy.idSpan), "ci/part.yml:7:1");
  assert.equal(jobOf(repository, "locked").placement.phase, "publish");
  assert.deepEqual(scripts(jobOf(repository, "mine")), ["mine"]);
  assert.deepEqual(
    repository.workflows[0]?.includes.map(({ kind, pin, path }) => [kind, pin, path]),
    [
      ["local", "none", "ci/jobs.yml"],
      ["local", "none", "ci/part.yml"],
      ["project", "version", `acme/ci/a.yml@${"a".repeat(40)}`],
      ["remote", "none", null],
      ["component", "branch", null],
      ["template", "none", null],
      ["component", "sha", "templates/own.yml"],
    ],
  );
  assert.equal(repository.workflows.length, 1);
});

test("child pipelines and pipelines of other projects", () => {
  const repository = labOf(
    `child:
  variables: {TOKEN: $PROJECT_TOKEN}
  trigger: {include: sub/.gitlab-ci.yml, strategy: depend, forward: {pipeline_variables: true}}
other: {trigger: {project: Acme/Infra, branch: main}}
made: {trigger: {include: [{artifact: x.yml, job: generate}]}, needs: [generate]}
generate: {script: [./gen], artifacts: {paths: [x.yml]}}
`,
    { "sub/.gitlab-ci.yml": "up: {script: [kubectl apply -f x]}\n" },
  );
  assert.deepEqual(repository.diagnostics, []);
  const child = jobOf(repository, "child");
  assert.equal(child.call?.workflow?.file.path, "sub/.gitlab-ci.yml");
  assert.deepEqual(
    child.call?.workflow?.triggers.map(({ event, code }) => [event, code]),
    [["parent_pipeline", "caller"]],
  );
  assert.equal(child.placement.phase, "deploy");
  assert.deepEqual(held(child), ["secret PROJECT_TOKEN call TOKEN -", "all-secrets - call - -"]);
  assert.deepEqual(
    [jobOf(repository, "other").call?.ref.slug, jobOf(repository, "other").call?.ref.pin],
    ["acme/infra", "branch"],
  );
  assert.equal(jobOf(repository, "made").call?.ref.kind, "unknown");
});

test("circles, and more than anybody needs, are cut and named", () => {
  const repository = labOf(
    "include: [a.yml, b.yml]\nx: {extends: y, script: ls}\ny: {extends: x}\nz: {script: [!reference [z, script]]}\nw: {script: [!reference [nowhere, script]], extends: .gone}\nv: {needs: [nobody], script: ls}\n",
    {
      "a.yml": "include: b.yml\n",
      "b.yml": "include: a.yml\n",
    },
  );
  assert.deepEqual(
    [...new Set(ids(repository))],
    ["cycle", "missing-key", "unknown-need", "unresolved", "wrong-type"],
  );
  const child = labOf("a: {trigger: {include: x/.gitlab-ci.yml}}\n", {
    "x/.gitlab-ci.yml": "b: {trigger: {include: .gitlab-ci.yml}}\n",
  });
  assert.ok(ids(child).includes("cycle"));
  const wide = Array.from(
    { length: 12 },
    (_, at) =>
      `.l${at}: {script: [${Array.from({ length: 20 }, () => `!reference [.l${at + 1}, script]`).join(", ")}]}\n`,
  ).join("");
  const bomb = labOf(`${wide}.l12: {script: [ls]}\na: {script: [!reference [.l0, script]]}\n`);
  assert.ok(ids(bomb).some((id) => id === "too-large" || id === "cycle"));
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`f${at}.yml`, `include: [f${at + 1}.yml, f${at + 2}.yml]\n`]),
  );
  assert.ok(ids(labOf("include: f0.yml\n", many)).includes("too-large"));
});

const SAMPLE = `include: [{local: p.yml}, {project: a/b, file: x.yml}]
variables: {A: $B, C: {value: c, description: d}}
workflow: {rules: [{if: $CI_COMMIT_BRANCH}]}
.x: &x {script: [a, [b]], rules: [{if: "$A =~ /x/"}]}
j:
  extends: .x
  stage: test
  id_tokens: {T: {aud: x}}
  secrets: {S: {vault: a/b@c}}
  environment: {name: p/$A, deployment_tier: production}
  needs: [{job: k, artifacts: false}, {project: a/b, job: c}]
  cache: [{key: {files: [x]}, paths: [y]}]
  parallel: {matrix: [{A: [x, y]}]}
  trigger: {include: c.yml, forward: {yaml_variables: false}}
k: {<<: *x, script: !reference [.x, script], services: [{name: pg, alias: db}], only: {refs: [main]}, retry: 2}
`;

test("whatever a file holds, reading it ends, and says what is wrong", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          fc.nat(SAMPLE.length),
          fc.nat(12),
          fc.constantFrom(
            "",
            "\n",
            "  ",
            ": ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            "!reference ",
            "*x",
            "&x",
            "'",
            "$",
            "~",
            "\t",
            "<<: ",
            "extends: j\n",
          ),
        ),
        { minLength: 1, maxLength: 6 },
      ),
      (edits) => {
        let text = SAMPLE;
        for (const [at, length, put] of edits) text = text.slice(0, at) + put + text.slice(at + length);
        const repository = labOf(text, { "p.yml": text, "c.yml": "q: {script: ls}\n" });
        for (const { span } of repository.diagnostics)
          assert.ok(span.end <= span.file.text.length, `${shown(span)} ${text}`);
        JSON.stringify(plain(repository));
      },
    ),
    { numRuns: 150 },
  );
});
