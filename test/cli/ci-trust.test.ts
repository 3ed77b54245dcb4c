/** `bulkhead ci trust` and its exit codes. */
import assert from "node:assert/strict";
import test from "node:test";
import { sandbox } from "./support.ts";

const WORKFLOW = `on: {push: {branches: [main]}}
permissions: {}
jobs:
  ship: {runs-on: ubuntu-latest, environment: production, permissions: {id-token: write}, steps: [{run: ./ship}]}
`;
const role = (claims: string): string =>
  `name: deploy\nbound_audiences: [vault]\nbound_claims_type: glob\nbound_claims: {${claims}}\n`;

test("ci trust", (t) => {
  const box = sandbox(t);
  box.write(".github/workflows/ship.yml", WORKFLOW);
  assert.match(box.bulkhead(["ci", "trust"]).stderr, /nothing says which repository this is/);
  box.write(".git/config", '[remote "origin"]\n\turl = https://github.com/acme/fraud.git\n');
  assert.match(box.bulkhead(["ci", "trust"]).stdout, /^no trust policy is here/);
  box.write("vault/role.yaml", role("repository: acme/*"));
  const broad = box.bulkhead(["ci", "trust"]);
  assert.equal(broad.code, 3, broad.stderr);
  assert.match(
    broad.stdout,
    /^can +\.github\/workflows\/ship\.yml:ship +push +refs\/heads\/main +production/m,
  );
  assert.match(broad.stdout, /^too broad: .+ \(vault\/role\.yaml:4:\d+\)$/m);
  assert.match(broad.stdout, /"repository": \[\n\s+"acme\/fraud"\n/);
  const workflow = "acme/fraud/.github/workflows/ship.yml@refs/heads/main";
  box.write(
    "vault/role.yaml",
    role(`repository: acme/fraud, ref: refs/heads/main, workflow_ref: ${workflow}`),
  );
  const narrow = box.bulkhead(["ci", "trust"]);
  assert.equal(narrow.code, 0, narrow.stdout);
  assert.doesNotMatch(narrow.stdout, /too broad/);
  box.write(".bulkhead/publishers.yaml", "publishers: [{registry: x}]\n");
  assert.match(box.bulkhead(["ci", "trust"]).stderr, /publishers\.yaml:1:\d+: `registry` is npm or pypi/);
});
