/** `bulkhead ci inventory`: every form, several repositories as one, and the store's record over HTTP. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { sandbox, startServer } from "./support.ts";

const SERVICE = join(import.meta.dirname, "../fixtures/ci-service");
const WORKFLOW = `on: push
permissions: {}
jobs:
  train:
    runs-on: x
    environment: prod
    steps: [{run: python t.py, env: {WANDB_API_KEY: "\${{ secrets.WANDB_API_KEY }}"}}]
`;

test("ci inventory", async (t) => {
  const box = sandbox(t);
  cpSync(SERVICE, join(box.project, "orders"), { recursive: true });
  box.write("search/.github/workflows/w.yml", WORKFLOW);
  box.write("repos.txt", "orders\nsearch\n");

  const text = box.bulkhead(["ci", "inventory", "orders"]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /deploy-api\.yml:19:\d+ +deploy +deploy +OIDC: prod-deploy-orders-api +AWS, /);
  assert.equal(box.bulkhead(["ci", "inventory", "orders"]).stdout, text.stdout);
  const both = box.bulkhead(["ci", "inventory", "--repos", "repos.txt", "--csv"]);
  assert.match(both.stdout, /^orders,[\s\S]*^search,.*,WANDB_API_KEY,/m);
  for (const [format, start] of [
    ["markdown", /^\| workflow \|/],
    ["mermaid", /^flowchart LR/],
    ["svg", /^<svg /],
    ["csv", /^repository,/],
  ] as const)
    assert.match(box.bulkhead(["ci", "inventory", "orders", "--format", format]).stdout, start);

  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  box.write(
    "search/bulkhead.yaml",
    "project: search\nowner: ml\nenvironments: {prod: {people: false}}\nsecrets:\n  wandb: {provider: wandb, purpose: metrics}\nstages:\n  train: {use: [wandb]}\n",
  );
  box.bulkhead(["secret", "put", "secret/data/search/prod/wandb"], { input: fake("", 40), env });
  const unasked = box.json<{ rows: { rotated: string | null }[] }>(["ci", "inventory", "search"], {
    env,
  });
  assert.equal(unasked.rows[0]?.rotated, null);
  const asked = box.json<{ rows: { rotated: string | null }[] }>(
    ["ci", "inventory", "--repos", "repos.txt", "--rotation", "--record"],
    { env },
  );
  assert.match(asked.rows.at(-1)?.rotated ?? "", /^20\d\d-\d\d-\d\dT/);
  const answer = await fetch(`${server.address}/v1/bulkhead/inventory/entries?list=true&owner=ml`, {
    headers: { "x-vault-token": server.token },
  });
  const { data } = (await answer.json()) as {
    data: { keys: string[]; key_info: Record<string, { rows: { credential: string; rotated: string }[] }> };
  };
  assert.deepEqual(data.keys, ["search"]);
  assert.equal(data.key_info.search?.rows[0]?.credential, "WANDB_API_KEY");
  assert.notEqual(data.key_info.search?.rows[0]?.rotated, "");
});
