import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { repositoryOf } from "../../../test/support/repository.ts";
import { type Repository, loadRepository } from "../index.ts";
import {
  type Compromise,
  type Reach,
  compromiseOf,
  jobsNamed,
  plainReach,
  reachGraph,
  reachOf,
  reachSvg,
} from "./index.ts";
import { covers } from "./exposures.ts";
import { passesFilter } from "./entries.ts";
import { FLOWS } from "../../../test/support/ci-flows.ts";

const ROOT = join(import.meta.dirname, "../../..");
const SERVICE = join(ROOT, "test/fixtures/ci-service");
const expected = JSON.parse(readFileSync(join(SERVICE, "expected.json"), "utf8")) as {
  reach: Record<string, string[]>;
};

const graphOf = (repository: Repository, target: string | null, text: string) => {
  const jobs = jobsNamed(repository, target);
  const compromise = compromiseOf(text);
  assert.ok(jobs !== null && compromise !== null, `${target} ${text}`);
  return reachGraph(repository, jobs, compromise);
};
const ask = (repository: Repository, target: string | null, text = "job"): Reach =>
  reachOf(graphOf(repository, target, text));
const said = ({ claims }: Reach): string[] =>
  claims.map(({ kind, what, certain }) => `${kind} ${what}${certain ? "" : "?"}`);

test("six minutes in each workflow of a service, as the table says that was written first", () => {
  const repository = loadRepository(SERVICE, { slug: null });
  for (const [target, claims] of Object.entries(expected.reach))
    assert.deepEqual({ target, claims: said(ask(repository, target)) }, { target, claims });
});

const flows = repositoryOf(FLOWS, { slug: null });

test("an attacker goes on through artifacts, outputs, caches, calls, following runs and tokens", () => {
  const has = (target: string | null, how: string, ...wanted: string[]): void => {
    const claims = said(ask(flows, target, how));
    for (const one of wanted)
      assert.equal(
        claims.includes(one.replace(/^not /, "")),
        !one.startsWith("not "),
        `${target} ${how}: ${one}\n${claims.join("\n")}`,
      );
  };
  has("chain:build", "job", "publish to PyPI", "exfiltrate DEEP_TOKEN", "not exfiltrate ALONE");
  has("chain:apart", "job", "not publish to PyPI", "exfiltrate ALONE");
  // Neither a run that only follows, nor a job beside, nor a tag's own cache gives a way on.
  has("reader", "job", "not exfiltrate FOLLOW_TOKEN", "not exfiltrate WARM");
  has("chain:apart", "job", "not exfiltrate DEEP_TOKEN", "not exfiltrate WARM");
  has("called", "job", "exfiltrate INNER_TOKEN", "not exfiltrate CALLER_ONLY");
  has("caller", "job", "exfiltrate INNER", "exfiltrate INNER_TOKEN");
  has(null, "action:evil/step", "exfiltrate INNER");
  has("fork", "fork", "exfiltrate FOLLOW_TOKEN", "not exfiltrate PR_SECRET");
  has("target", "fork", "exfiltrate TARGET_SECRET");
  has("safe-target", "fork", "not exfiltrate SAFE_SECRET");
  has("title", "fork", "exfiltrate TITLE_SECRET");
  has(
    "writer",
    "job",
    "exfiltrate DISPATCHED",
    "start .github/workflows/dispatched.yml",
    "change runs, caches and artifacts",
  );
  has("reader", "job", "not exfiltrate DISPATCHED");
  has("nightly", "job", "exfiltrate WARM");
  has(null, "branch:main", "exfiltrate ON_MAIN", "not exfiltrate ON_RELEASE");
  has(null, "branch:release/1", "exfiltrate ON_RELEASE?", "not exfiltrate ON_MAIN");
  has("content", "job", "deploy to Kubernetes");
});

test("a path names every edge that it stands on, in order", () => {
  const pathOf = (target: string, how: string, wanted: string): string[] => {
    const claim = ask(flows, target, how).claims.find(({ kind, what }) => `${kind} ${what}` === wanted);
    return (claim?.path ?? []).map(({ kind, span }) => `${kind}:${span.file.position(span.start).line}`);
  };
  assert.deepEqual(pathOf("chain:build", "job", "publish to PyPI"), [
    "entry:4",
    "upload:10",
    "needs:18",
    "needs:12",
    "needs:18",
    "download:22",
    "permission:20",
    "login:23",
    "authority:23",
  ]);
  assert.deepEqual(pathOf("fork", "fork", "exfiltrate FOLLOW_TOKEN"), [
    "entry:2",
    "upload:10",
    "follows:1",
    "download:7",
    "secret:8",
    "secret:8",
  ]);
});

test("where each secret appears", () => {
  const { exposures } = ask(flows, "leaky");
  assert.deepEqual(
    [...new Set(exposures.filter(({ secret }) => secret === "LEAK").map(({ where }) => where))].sort(),
    ["argv", "artifact", "cache", "file", "log", "memory", "variable"],
  );
  assert.deepEqual(
    exposures.filter(({ secret }) => secret === "QUIET").map(({ where }) => where),
    ["memory", "variable"],
  );
  assert.ok(
    covers("dist/\n!x", "dist/a") && covers(".", "x") && covers("**", "x") && !covers("dist", "distant"),
  );
});

test("what must be done afterwards, in order", () => {
  const { recovery } = ask(flows, "chain:build");
  const remedies = recovery.map(({ remedy }) => remedy);
  assert.deepEqual(
    [...new Set(remedies)],
    ["disable", "revoke", "rotate", "delete", "review"].filter((one) => remedies.includes(one as never)),
  );
  assert.ok(recovery.some(({ text }) => text === "revoke DEEP_TOKEN and store a new one"));
  assert.ok(recovery.some(({ text }) => text.startsWith("delete the artifact dist")));
  assert.ok(recovery.some(({ text }) => text === "look at what was published to PyPI"));
  const roles = ask(loadRepository(SERVICE, { slug: null }), "deploy-api").recovery.filter(
    ({ remedy }) => remedy === "revoke",
  );
  assert.match(
    roles[0]?.text ?? "",
    /end the sessions of arn:aws:iam::123456789012:role\/prod-deploy-orders-api \(AWS\)/,
  );
});

test("each claim goes with any edge of its path, tried over every edge", () => {
  const goat = join(ROOT, "examples", "ci-goat", "vulnerable");
  const repositories = [flows, ...[SERVICE, goat].map((root) => loadRepository(root, { slug: null }))];
  const tried = new Set<string>();
  let removed = 0;
  for (const repository of repositories)
    for (const how of ["job", "fork", "branch:main"])
      for (const target of how === "job" ? repository.workflows.map(({ file }) => file.path) : [null]) {
        const graph = graphOf(repository, target, how);
        const before = reachOf(graph);
        const used = new Set(before.claims.flatMap(({ path }) => path));
        if (before.claims.length > 0) tried.add(repository.root);
        for (const edge of used) {
          const edges = graph.edges.filter((one) => one !== edge);
          const after = reachOf({ ...graph, edges });
          removed++;
          for (const claim of after.claims)
            assert.ok(!claim.path.includes(edge), `${edge.says} is still used`);
          for (const claim of before.claims) {
            const still = after.claims.find(({ kind, what }) => kind === claim.kind && what === claim.what);
            if (!claim.path.includes(edge))
              assert.ok(still !== undefined, `${claim.what} did not stand on ${edge.says}`);
            // It may stand on another way, never on less.
            else if (still !== undefined) assert.notDeepEqual(still.path, claim.path);
          }
        }
      }
  assert.ok(removed > 250, String(removed));
  assert.ok(tried.has(goat), "the goat has paths");
  assert.equal(tried.size, repositories.length);
});

test("claims go with the line in the file that they stand on", () => {
  const gone = (
    file: string,
    [from, to]: readonly [string, string],
    target: string | null,
    how: string,
    claim: string,
  ): void => {
    const path = `.github/workflows/${file}`;
    const text = FLOWS[path] ?? "";
    assert.ok(text.includes(from), `${file} holds ${from}`);
    assert.ok(said(ask(flows, target, how)).includes(claim), `${claim} is claimed at first`);
    const changed = repositoryOf({ ...FLOWS, [path]: text.replace(from, to) }, { slug: null });
    assert.ok(!said(ask(changed, target, how)).includes(claim), `${claim} stands without ${from}`);
  };
  const pypi = "publish to PyPI";
  gone("chain.yml", ["    needs: [middle]\n", ""], "chain:build", "job", pypi);
  gone("chain.yml", ["    needs: build\n", ""], "chain:build", "job", pypi);
  gone("chain.yml", ["{name: dist, path: dist}", "{name: other, path: dist}"], "chain:build", "job", pypi);
  gone("chain.yml", ["id-token: write", "id-token: none"], "chain:build", "job", pypi);
  gone(
    "chain.yml",
    ["${{ needs.build.outputs.version }}", "1"],
    "chain:build",
    "job",
    "exfiltrate DEEP_TOKEN",
  );
  gone("chain.yml", ["version: ${{", "other: ${{"], "chain:build", "job", "exfiltrate DEEP_TOKEN");
  gone(
    "caller.yml",
    ["./.github/workflows/called.yml", "./.github/workflows/none.yml"],
    "caller",
    "job",
    "exfiltrate INNER_TOKEN",
  );
  gone("follow.yml", ["workflows: [fork]", "workflows: [other]"], "fork", "fork", "exfiltrate FOLLOW_TOKEN");
  gone(
    "follow.yml",
    ['run-id: "${{ github.event.workflow_run.id }}", ', ""],
    "fork",
    "fork",
    "exfiltrate FOLLOW_TOKEN",
  );
  gone("writer.yml", ["actions: write", "actions: read"], "writer", "job", "exfiltrate DISPATCHED");
  gone("writer.yml", ["contents: write", "contents: read"], "writer", "job", "exfiltrate DISPATCHED");
  gone(
    "warm.yml",
    ["uses: actions/cache@v4", "uses: actions/cache/save@v4"],
    "nightly",
    "job",
    "exfiltrate WARM",
  );
  gone(
    "target.yml",
    ["ref: ${{ github.event.pull_request.head.sha }}", "ref: main"],
    "target",
    "fork",
    "exfiltrate TARGET_SECRET",
  );
  gone(
    "title.yml",
    ["${{ github.event.issue.title }}", "$TITLE"],
    "title",
    "fork",
    "exfiltrate TITLE_SECRET",
  );
});

test("names, compromises, filters", () => {
  assert.equal(jobsNamed(flows, "nothing"), null);
  assert.equal(jobsNamed(flows, "chain:nothing"), null);
  assert.equal(jobsNamed(flows, ".github/workflows/chain.yml")?.length, jobsNamed(flows, "chain")?.length);
  const parsed: (Compromise | null)[] = [
    "action:A/B@v1",
    "branch:refs/heads/x",
    "fork",
    "job",
    "x",
    "action:",
  ].map(compromiseOf);
  assert.deepEqual(parsed, [
    { kind: "action", name: "a/b" },
    { kind: "branch", name: "x" },
    { kind: "fork" },
    { kind: "job" },
    null,
    null,
  ]);
  assert.ok(passesFilter(["release/**"], "release/a/b") && !passesFilter(["release/*"], "release/a/b"));
  assert.ok(!passesFilter(["**", "!main"], "main") && passesFilter(["!main", "m*"], "main"));
});

test("plain and as a picture", () => {
  const reach = ask(flows, "chain");
  assert.match(JSON.stringify(plainReach(reach)), /"place":"\.github\/workflows\/chain\.yml:\d+:\d+"/);
  assert.match(reachSvg(reach), /publish to PyPI/);
});

test("hostile input neither stops it nor slows it", () => {
  const jobs = Array.from(
    { length: 1_500 },
    (_, index) =>
      `  j${index}: {runs-on: x${index === 0 ? "" : `, needs: j${index - 1}`}, steps: [{run: make}]}\n`,
  );
  const many = repositoryOf(
    {
      ".github/workflows/many.yml": `on: push\npermissions: {}\njobs:\n${jobs.join("")}`,
      ".github/workflows/round.yml":
        "on: {push: {branches: ['*a*a*a*a*a*a*a*a*a*a*a*b']}}\njobs:\n  a: {needs: b, runs-on: x}\n  b: {needs: a, runs-on: x, steps: [{run: echo $X, env: {X: \"${{ secrets['a(b'] }}\"}}]}\n",
    },
    { slug: null },
  );
  assert.equal(ask(many, "many").jobs.length, 1_500);
  assert.deepEqual(
    said(ask(many, "round:b")).filter((one) => one.startsWith("exfiltrate")),
    ["exfiltrate A(B"],
  );
  ask(many, null, `branch:${"a".repeat(200)}`);
});
