/** What `ci init` writes: the audit has nothing to say of it, it logs in as `identities:` expects, and its script is the entry's own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { INIT_MANIFEST, initOptions } from "../../../test/support/init-manifest.ts";
import { repositoryOf, testFolder } from "../../../test/support/repository.ts";
import { type Manifest, parseManifest } from "../../manifest/index.ts";
import { identityFindings } from "../../manifest/identities.ts";
import { audit, loadRepository } from "../index.ts";
import { type InitSystem, type PipelineOptions, pipelineOf } from "./index.ts";
import { INSTALL } from "./text.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

function declared(text: string): Manifest {
  const { manifest, problems } = parseManifest(text);
  assert.ok(manifest !== null, JSON.stringify(problems));
  return manifest;
}

function written(
  system: InitSystem,
  options: Partial<PipelineOptions> = {},
  { text = INIT_MANIFEST, lock = "" } = {},
) {
  const folder = testFolder({
    ".git/config": '[remote "origin"]\n\turl = https://github.com/acme/fraud.git\n',
    ...(lock !== "" && { ".bulkhead/ci-lock.yaml": lock }),
  });
  try {
    const pipeline = pipelineOf(declared(text), { ...initOptions, ...options, system, root: folder.root });
    folder.write(pipeline.path, pipeline.text);
    const repository = loadRepository(folder.root);
    return { ...pipeline, repository };
  } finally {
    folder.remove();
  }
}

const LOCK = `entries:
  - { uses: acme/bulkhead@v1.2.3, sha: ${COMMIT}, kind: action, version: v1.2.3, reachable: true }
  - { uses: acme/bulkhead@v1.10.0, sha: ${COMMIT.replaceAll("0", "a")}, kind: action, version: v1.10.0, reachable: true }
  - { uses: actions/checkout@v9, sha: ${COMMIT.replaceAll("0", "b")}, kind: action, version: v9.0.0, reachable: true }
  - { uses: evil/bulkhead@v99, sha: ${COMMIT.replaceAll("0", "c")}, kind: action, version: v99.0.0, reachable: false }
`;
const COMPONENT = `$CI_SERVER_FQDN/acme/bulkhead/run@${COMMIT}`;
/** With it the component's own jobs are read. */
const KNOWN = `entries:
  - { uses: "${COMPONENT}", sha: ${COMMIT}, kind: workflow, content: ${JSON.stringify(readFileSync(join(root, "templates", "run.yml"), "utf8"))} }
`;

const FORMS: readonly (readonly [string, () => ReturnType<typeof written>])[] = [
  ["github", () => written("github")],
  ["github, a folder below", () => written("github", { folder: "ml/train" })],
  ["github, an address", () => written("github", { address: "https://bulkhead.example.com:8200" })],
  ["github, the lock's action", () => written("github", {}, { lock: LOCK })],
  ["gitlab", () => written("gitlab")],
  [
    "gitlab, an address",
    () => written("gitlab", { address: "https://bulkhead.example.com:8200", folder: "ml" }),
  ],
  ["gitlab, the component", () => written("gitlab", { component: COMPONENT })],
  [
    "gitlab, the component as the lock has it",
    () => written("gitlab", { component: COMPONENT }, { lock: KNOWN }),
  ],
];

for (const [name, make] of FORMS)
  test(`${name}: the audit is silent`, () => {
    const { repository, text } = make();
    assert.deepEqual(
      repository.diagnostics.map(({ message }) => message).filter((one) => !one.includes("lock")),
      [],
      text,
    );
    assert.deepEqual(
      audit(repository).map(({ check, message }) => `${check.id}: ${message}`),
      [],
      text,
    );
    const jobs = repository.workflows.flatMap((one) => one.jobs);
    assert.deepEqual(
      jobs.map(({ id }) => id),
      ["train-staging", "stage-1e3-staging", "train-on", "stage-1e3-on", "serve-on"],
    );
  });

test("a job has its environment, its login where it needs one, and no other permission", () => {
  for (const system of ["github", "gitlab"] as const) {
    const { repository } = written(system);
    const jobs = repository.workflows.flatMap((one) => one.jobs);
    assert.deepEqual(
      jobs.map(({ environment }) => environment?.constant),
      ["staging", "staging", "production-on", "on", "on"],
    );
    assert.deepEqual(
      jobs.map(({ identities }) =>
        identities.some(({ kind, usedBy }) => kind === "oidc" && usedBy.length > 0),
      ),
      [true, false, true, false, true],
    );
    // The reference's variable is handed over where the host does not do it by itself.
    const held = jobs.flatMap(({ credentials }) => credentials.flatMap(({ name }) => name ?? []));
    assert.deepEqual(held, system === "github" ? ["CI_BILLING_STAGING", "CI_BILLING_ON"] : []);
  }
});

test("the identities that are declared say environment, audience, branch and file; the others are printed as they must be declared", () => {
  const { path, plan, identities } = written("github");
  assert.equal(path, ".github/workflows/ship.yml");
  assert.equal(plan.branch, "release");
  assert.deepEqual(identities, [
    'serve: { "on": { github: { repository: acme/fraud, workflow: .github/workflows/ship.yml, ref: refs/heads/release, environment: "on" } } }',
  ]);
  const completed = declared(`${INIT_MANIFEST}${identities.map((line) => `  ${line}\n`).join("")}`);
  assert.equal(completed.identities.length, declared(INIT_MANIFEST).identities.length + 1);
  assert.deepEqual(
    identityFindings(completed).map(({ message }) => message),
    [],
    "nobody else gets in by them",
  );
  assert.match(written("gitlab").text, /aud: ours\n/);
});

test("without identities: the production environments, or those that are asked for", () => {
  const text =
    "project: p\nenvironments: { dev: {}, live: { production: true } }\nstages:\n  a: { run: ls }\n  b: { check: ls }\n";
  const { plan } = written("github", {}, { text });
  assert.deepEqual([plan.jobs.map(({ id }) => id), plan.idle, plan.branch], [["a"], ["b"], "main"]);
  const asked = written("github", { environments: ["dev"], branch: "next" }, { text });
  assert.deepEqual(
    asked.plan.jobs.map(({ environment }) => environment),
    ["dev"],
  );
  assert.match(asked.text, /branches: \[next\]/);
});

test("pins: the lock's newest, else those of our own workflows; never an impostor's", () => {
  const { text } = written("github", {}, { lock: LOCK });
  assert.match(text, new RegExp(`uses: acme/bulkhead@${COMMIT.replaceAll("0", "a")} # v1\\.10\\.0\n`));
  assert.match(text, new RegExp(`uses: actions/checkout@${COMMIT.replaceAll("0", "b")} # v9\\.0\\.0\n`));
  assert.doesNotMatch(text, /evil/);
  const own = readFileSync(join(root, ".github", "workflows", "test.yml"), "utf8");
  const pins = [...written("github").text.matchAll(/uses: (\S+ # \S+)/g)].map(([, one = ""]) => one);
  assert.equal(new Set(pins).size, 2);
  for (const pin of pins) assert.ok(own.includes(pin), pin);
});

test("the script is the component's", () => {
  const [, body] = parseAllDocuments(readFileSync(join(root, "templates", "run.yml"), "utf8"));
  const [job] = Object.values(body?.toJS() as Record<string, { script: string[] }>);
  assert.ok(job?.script[0]?.startsWith(`${INSTALL.join("\n")}\n`));
});

test("names that YAML would read as something else stay names", () => {
  const { text } = written("github");
  const flow = parse(text, { version: "1.1" }) as { jobs: Record<string, { environment: unknown }> };
  assert.equal(flow.jobs["serve-on"]?.environment, "on");
  const parsed = repositoryOf({ ".github/workflows/w.yml": text });
  assert.deepEqual(parsed.diagnostics, []);
});
