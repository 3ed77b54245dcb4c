/** `bulkhead ci model`: one line for each job, everything as JSON, and what could not be read. */
import assert from "node:assert/strict";
import test from "node:test";
import { sandbox } from "./support.ts";

const WORKFLOW = `on: push
permissions: {contents: read}
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: production
    permissions: {id-token: write}
    steps: [{run: kubectl apply -f k8s, env: {SLACK_WEBHOOK_URL: "\${{ secrets.SLACK }}"}}]
`;

test("ci model", (t) => {
  const box = sandbox(t);
  box.write(".github/workflows/ship.yml", WORKFLOW);

  const text = box.bulkhead(["ci", "model"]);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /ship\.yml:4:3 +ship +deploy +deploy +production +OIDC, SLACK\n/);

  const json = box.bulkhead(["ci", "model", "--json"]);
  const model = JSON.parse(json.stdout) as {
    workflows: {
      file: string;
      jobs: { id: string; placement: { reasons: { span: string; text: string }[] } }[];
    }[];
  };
  const [job] = model.workflows[0]?.jobs ?? [];
  assert.equal(model.workflows[0]?.file, ".github/workflows/ship.yml");
  assert.deepEqual(job?.placement.reasons[0], {
    phase: "deploy",
    text: "command kubectl apply deploys to Kubernetes",
    span: ".github/workflows/ship.yml:8:19",
  });

  box.write(".github/workflows/broken.yml", "on: push\njobs: [");
  const broken = box.bulkhead(["ci", "model"]);
  assert.equal(broken.code, 4);
  assert.match(broken.stderr, /warning: \.github\/workflows\/broken\.yml:\d+:\d+: /);
  assert.match(broken.stdout, /ship\.yml:4:3/);

  const nowhere = box.bulkhead(["ci", "model", "nowhere"]);
  assert.equal(nowhere.code, 2);
});
