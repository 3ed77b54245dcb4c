/** What falls: chains of minting, runs of one environment, workflows by names; hostile names act in no picture. */
import assert from "node:assert/strict";
import test from "node:test";
import { mermaid, svg } from "../report/parts/graph.ts";
import { blastGraph, blastOf, credentialsOf, projectFacts } from "./index.ts";
import type { BlastTarget, InventoryFacts, PipelineFacts } from "./index.ts";

const EVIL = '</text><script>alert(1)</script>"];x-->y\u202e';
const project = projectFacts({
  project: "fraud",
  environments: [{ name: "dev" }, { name: "prod", production: true }],
  secrets: [
    { name: "root", owner: EVIL },
    { name: "admin", kind: "model-api", provider: "openai", rotate: { every: "90d", with: "root" } },
    { name: "openai", kind: "model-api", provider: "openai", rotate: { every: "90d", with: "admin" } },
    { name: "hub", kind: "model-registry", provider: "huggingface" },
    { name: "features", kind: "database", dynamic: "database/creds/{env}" },
  ],
  stages: [
    {
      name: "train",
      use: [
        { variable: "HF_TOKEN", secret: "hub" },
        { variable: "PG", secret: "features" },
      ],
    },
    { name: "serve", broker: [{ variable: "OPENAI_API_KEY", secret: "openai" }] },
  ],
});
assert.ok(project);
const row = (credential: string, environments: readonly string[] = []): PipelineFacts => ({
  repository: "r",
  workflow: ".github/workflows/deploy.yml",
  job: EVIL,
  phase: "deploy",
  kind: "secret",
  credential,
  systems: ["openai"],
  environments,
  owner: "",
  place: "",
});
const facts: InventoryFacts = {
  now: Date.UTC(2026, 0, 1),
  projects: [project],
  stored: new Map(),
  usage: null,
  receipts: [],
  findings: [],
  pipelines: [row("HF_TOKEN")],
  pushes: [
    {
      project: "fraud",
      environment: "prod",
      secret: "openai",
      target: "github",
      place: EVIL,
      name: "KEY",
      version: 1,
      time: 0,
    },
  ],
  rights: [],
  leases: new Map(),
};
const credentials = credentialsOf(facts, { idle: Number.POSITIVE_INFINITY, mount: "secret" });
const blast = (target: BlastTarget, environment?: string) =>
  blastOf(target, { facts, credentials, environment });
const ids = (target: BlastTarget, environment?: string): string[] =>
  blast(target, environment)
    .fallen.map(({ credential }) => credential)
    .sort();

test("with a minting key falls what it mints, in its environment", () => {
  assert.deepEqual(ids({ is: "secret", name: "root" }, "prod"), [
    "fraud/prod/admin",
    "fraud/prod/openai",
    "fraud/prod/root",
  ]);
  assert.deepEqual(ids({ is: "secret", name: "fraud/dev/admin" }), ["fraud/dev/admin", "fraud/dev/openai"]);
  assert.deepEqual(ids({ is: "secret", name: "hub" }), ["fraud/dev/hub", "fraud/prod/hub"]);
});

test("a stage, a run and a workflow take what they hold", () => {
  assert.equal(ids({ is: "stage", project: "fraud", stage: "train" }).length, 4);
  const run = { is: "run", run: "r", project: "fraud", stage: "train", environment: "prod" } as const;
  assert.deepEqual(ids(run), ["fraud/prod/features", "fraud/prod/hub"]);
  assert.deepEqual(ids({ ...run, project: "other" }), []);
  const rows = [row("OPENAI_API_KEY", ["prod"]), row("STRANGE"), { ...row("none"), kind: "none" }];
  const workflow = blast({ is: "workflow", name: "deploy.yml", rows });
  assert.deepEqual(
    workflow.fallen.map(({ credential }) => credential),
    ["fraud/prod/openai"],
  );
  assert.equal(workflow.others.length, 1);
  assert.match(workflow.others[0] ?? "", /^STRANGE/);
  assert.deepEqual(
    ids({ is: "workflow", name: "x", rows: [row("KEY", ["dev"])] }),
    [],
    "another environment's name",
  );
});

test("names that are markup act in no picture", () => {
  const graph = blastGraph(blast({ is: "secret", name: "hub" }));
  const all = blastGraph(blast({ is: "secret", name: "openai" }));
  for (const picture of [svg(graph), svg(all), mermaid(graph), mermaid(all)]) {
    assert.ok(!picture.includes("<script") && !picture.includes("\u202e"));
    assert.ok(!/"\];x/.test(picture));
  }
  assert.match(svg(all), /&lt;script/, "it is there, as text");
  assert.equal(new Set(all.nodes.map(({ id }) => id)).size, all.nodes.length);
});
