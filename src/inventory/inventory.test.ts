/** Facts → credentials and what is wrong with them; names that are markup; forms for spreadsheets and pages. */
import assert from "node:assert/strict";
import test from "node:test";
import { credentialFormats, credentialsOf, plainCredential, projectFacts } from "./index.ts";
import type { Credential, InventoryFacts, StoredFacts, UsageFacts } from "./index.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const OPTIONS = { idle: 90 * DAY, mount: "secret" };

const declaration = (more: object = {}) => ({
  project: "fraud",
  environments: [
    { name: "dev", people: true, production: false },
    { name: "prod", people: false, production: true },
  ],
  secrets: [
    {
      name: "openai",
      provider: "openai",
      kind: "model-api",
      owner: "ml@example.com",
      purpose: "explains",
      allow: ["inference"],
      rotate: { every: "90d" },
    },
    { name: "hub", kind: "model-registry", rotate: { every: "180d" }, shared: "same model" },
    { name: "features", kind: "training-data", dynamic: "database/creds/features-{env}", owner: "data" },
    { name: "billing", from: "aws-sm://{env}/billing", owner: "ops" },
    { name: "admin", kind: "model-api", owner: "ml@example.com" },
    { name: "left", kind: "generic", owner: "ml@example.com" },
  ],
  stages: [
    { name: "train", use: [{ variable: "HF_TOKEN", secret: "hub" }], composed: [], broker: [] },
    {
      name: "serve",
      use: [
        { variable: "HF_TOKEN", secret: "hub" },
        { variable: "BILLING", secret: "billing" },
      ],
      composed: [{ variable: "URL", parts: { x: { secret: "features", field: "username" } } }],
      broker: [{ variable: "OPENAI_API_KEY", secret: "openai" }],
    },
  ],
  identities: [],
  ...more,
});
const stored = (age: number, more: Partial<StoredFacts> = {}): StoredFacts => ({
  created: NOW - age * DAY,
  version: 2,
  versions: 2,
  retired: null,
  ...more,
});
const usage = (
  uses: Readonly<Record<string, readonly [string, number]>>,
  covers: UsageFacts["covers"] = { from: NOW - 200 * DAY, to: NOW },
): UsageFacts => ({
  covers,
  paths: new Map(
    Object.entries(uses).map(([path, [who, age]]) => {
      const last = NOW - age * DAY;
      return [path, { last, readers: new Map([[who, { last, count: 1 }]]) }];
    }),
  ),
});

function listed(more: Partial<InventoryFacts> = {}): Map<string, Credential> {
  const project = projectFacts(declaration());
  assert.ok(project);
  const facts: InventoryFacts = {
    now: NOW,
    projects: [project],
    stored: new Map([
      ["secret/fraud/prod/openai", stored(100)],
      ["secret/fraud/dev/openai", stored(10)],
      ["secret/fraud/prod/hub", stored(20)],
      ["secret/fraud/prod/admin", stored(150)],
      ["secret/fraud/prod/left", stored(150)],
      ["secret/team/key", stored(150)],
    ]),
    usage: usage({ "secret/data/fraud/prod/openai": ["fraud/serve in prod", 3] }),
    receipts: [],
    findings: [],
    pipelines: [],
    pushes: [],
    rights: [],
    leases: new Map([["database/creds/features-prod", 2]]),
    ...more,
  };
  return new Map(credentialsOf(facts, OPTIONS).map((one) => [one.id, one]));
}
const flags = (one: Credential | undefined): string[] => (one?.flags ?? []).map(({ id }) => id);

test("each declared secret and environment is a credential, and so is what nobody declares", () => {
  const all = listed();
  assert.equal(all.size, 6 * 2 + 1);
  const openai = all.get("fraud/prod/openai");
  assert.deepEqual(
    [openai?.kind, openai?.owner, openai?.stages, openai?.storage, openai?.version],
    ["model-api", "ml@example.com", ["serve"], "stored", 2],
  );
  assert.deepEqual(openai?.lastUse, {
    state: "used",
    time: NOW - 3 * DAY,
    by: "fraud/serve in prod",
    from: "audit",
  });
  assert.deepEqual(flags(openai), ["overdue"]);
  assert.match(openai?.flags[0]?.why ?? "", /100 days old, to be replaced every 90 days/);
  assert.deepEqual(flags(all.get("fraud/prod/hub")), ["ownerless", "shared"]);
  const features = all.get("fraud/prod/features");
  assert.deepEqual(
    [features?.storage, features?.path, features?.leases, features?.due, features?.every],
    ["dynamic", "database/creds/features-prod", 2, null, null],
  );
  const billing = all.get("fraud/prod/billing");
  assert.deepEqual([billing?.path, billing?.lastUse], ["aws-sm://prod/billing", { state: "unknown" }]);
  assert.deepEqual(billing?.elsewhere, [{ what: "reference", place: "aws-sm://prod/billing" }]);
  assert.deepEqual(flags(all.get("secret/team/key")), ["undeclared", "unused", "ownerless"]);
});

test("unused is said only where the log would have shown a use", () => {
  const why = (more: Partial<InventoryFacts>, id = "fraud/prod/hub"): string | undefined =>
    listed(more)
      .get(id)
      ?.flags.find((flag) => flag.id === "unused")?.why;
  const old = new Map([["secret/fraud/prod/hub", stored(150)]]);
  const path = "secret/data/fraud/prod/hub";
  assert.match(why({ stored: old }) ?? "", /not used once in 150 days/);
  assert.equal(why({ stored: new Map([["secret/fraud/prod/hub", stored(20)]]) }), undefined, "it is new");
  assert.equal(why({ stored: old, usage: null }), undefined, "no log");
  assert.equal(why({ stored: old, usage: usage({}, null) }), undefined, "a log that misses something");
  assert.equal(
    why({ stored: old, usage: usage({}, { from: NOW - 30 * DAY, to: NOW }) }),
    undefined,
    "a log that is younger",
  );
  assert.match(why({ stored: old, usage: usage({ [path]: ["x", 120] }) }) ?? "", /not used for 120 days/);
  assert.equal(why({ stored: old, usage: usage({ [path]: ["x", 20] }) }), undefined);
  const receipt = { project: "fraud", stage: "train", environment: "prod", secret: "hub", run: "r" };
  const proved = { ...receipt, ended: NOW - DAY, used: "yes" as const };
  assert.equal(why({ stored: old, receipts: [proved] }), undefined);
  assert.match(why({ stored: old, receipts: [{ ...proved, used: "unknown" }] }) ?? "", /not used/);
  assert.equal(why({}, "fraud/prod/left"), "no stage uses it");
  assert.equal(why({}, "fraud/dev/left"), undefined, "nothing is stored there");
  const declared = declaration();
  const minting = projectFacts({
    ...declared,
    secrets: declared.secrets.map((one) =>
      one.name === "openai" ? { ...one, rotate: { every: "90d", with: "left" } } : one,
    ),
  });
  assert.ok(minting);
  assert.notEqual(why({ projects: [minting] }, "fraud/prod/left"), "no stage uses it", "it mints another");
});

test("what a provider says is compared with what is declared, for the version it said it of", () => {
  const right = {
    project: "fraud",
    environment: "prod",
    secret: "openai",
    version: 2,
    time: NOW,
    rights: ["inference", "keys"],
    scopes: ["all"],
    person: false,
  };
  const one = (more: object, id = "fraud/prod/openai") => listed({ rights: [{ ...right, ...more }] }).get(id);
  assert.ok(flags(one({})).includes("over-powered"));
  assert.match(
    one({})
      ?.flags.map(({ why }) => why)
      .join() ?? "",
    /it may keys, and inference is declared/,
  );
  for (const more of [{ rights: ["inference"] }, { version: 1 }, { rights: null }])
    assert.ok(!flags(one(more)).includes("over-powered"), JSON.stringify(more));
  assert.ok(flags(one({ person: true })).includes("personal"));
  assert.ok(
    !flags(one({ person: true, environment: "dev" }, "fraud/dev/openai")).includes("personal"),
    "people run there",
  );
});

test("where else a value stands: findings, pushes and jobs of its environment", () => {
  const about = { project: "fraud", environment: "prod", secret: "hub" };
  const job = {
    repository: "github.com/acme/fraud",
    workflow: "train.yml",
    job: "train",
    phase: "deploy",
    kind: "secret",
    credential: "HF_TOKEN",
    systems: ["huggingface"],
    environments: ["prod"],
    owner: "ml",
    place: "train.yml:3",
  };
  const all = listed({
    findings: [{ ...about, id: "f", place: "repo a.ipynb:1", open: true, current: true }],
    pushes: [{ ...about, target: "github", place: "acme/fraud prod", name: "HUB", version: 1, time: NOW }],
    pipelines: [job, { ...job, job: "dev", environments: ["dev"] }, { ...job, credential: "HUB", job: "x" }],
  });
  assert.deepEqual(
    all.get("fraud/prod/hub")?.elsewhere.map(({ what }) => what),
    ["finding", "push", "pipeline", "pipeline"],
  );
  assert.ok(flags(all.get("fraud/prod/hub")).includes("leaked"));
  assert.deepEqual(
    all.get("fraud/dev/hub")?.elsewhere.map(({ place }) => place),
    ["github.com/acme/fraud train.yml dev: HF_TOKEN"],
  );
});

test("names that are markup or formulas act in no form, and times are told", () => {
  const evil = '=cmd|"/c calc"!A1';
  const project = projectFacts({
    ...declaration(),
    secrets: [
      { name: "openai", owner: evil, purpose: "<script>alert(1)</script> | [x](javascript:1)\u202e" },
    ],
    stages: [],
  });
  assert.ok(project);
  const rows = [...listed({ projects: [project] }).values()];
  const csv = credentialFormats.csv(rows, NOW);
  assert.ok(csv.includes(`'=cmd`), "a formula gets an apostrophe");
  assert.ok(!/(?:^|,)"?=/m.test(csv));
  const page = credentialFormats.markdown(rows, NOW);
  assert.ok(!page.includes("<script>") && !page.includes("[x]"));
  for (const text of [csv, page]) assert.ok(!text.includes("\u202e"));
  const lines = page.trimEnd().split("\n");
  assert.equal(new Set(lines.map((line) => line.split(" | ").length)).size, 1, "no name makes a cell");
  const openai = listed().get("fraud/prod/openai");
  assert.ok(openai);
  const plain = plainCredential(openai, NOW) as Record<string, unknown>;
  assert.deepEqual(
    [plain.age_days, plain.rotate_every, plain.due, plain.dynamic],
    [100, "90d", "2026-05-22T00:00:00.000Z", false],
  );
});

test("a declaration that is odd in places loses those places alone", () => {
  assert.equal(projectFacts(null), null);
  assert.equal(projectFacts({ project: 7 }), null);
  const facts = projectFacts({
    project: "x",
    environments: [{ name: "dev" }, null, {}],
    secrets: [{ name: "a", kind: "__proto__", rotate: { every: "soon" }, allow: "all" }, 7],
    stages: [{ name: "s", use: [{ variable: 1, secret: "a" }, { secret: "b" }], broker: "x" }],
    identities: null,
  });
  assert.deepEqual(facts?.environments.length, 1);
  assert.deepEqual([facts?.secrets[0]?.kind, facts?.secrets[0]?.every], ["generic", 180 * DAY]);
  assert.deepEqual(facts?.stages[0]?.uses, ["a", "b"]);
});
