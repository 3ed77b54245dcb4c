/** `bulkhead scan --ci`: the range that a CI system's variables name, and nothing that stood there before. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { gitProject } from "./git-sandbox.ts";
import { type Result, type Sandbox, sandbox } from "./support.ts";

const line = (key: string): string => `token = "${key}"\n`;
const ZERO = "0".repeat(40);

function github(box: Sandbox, name: string, event: unknown, cwd = box.project): Result {
  const path = box.write("../event.json", JSON.stringify(event));
  const env = {
    GITHUB_ACTIONS: "true",
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: path,
    GITHUB_REF: "refs/heads/work",
  };
  return box.bulkhead(["scan", "--ci"], { env, cwd });
}

test("GitHub: pushes, pull requests, new branches, clones that lack the base", (t) => {
  const box = sandbox(t);
  const { commit, git } = gitProject(box);
  const base = commit("Ada", { "old.py": line(fake("hf_", 34)), "x.txt": "x\n" });
  const clean = commit("Ada", { "x.txt": "y\n" });
  const odd = "dir,a:b/%::error::new.py";
  const head = commit("Ada", {
    [odd]: line(fake("hf_", 34)),
    "old.py": `${readFileSync(join(box.project, "old.py"), "utf8")}y\n`,
  });
  const push = (before: string, after: string): Result =>
    github(box, "push", { before, after, repository: { default_branch: "main" } });
  assert.equal(push(base, clean).code, 0);
  const done = push(clean, head);
  assert.equal(done.code, 3, done.stderr);
  assert.match(
    done.stderr,
    new RegExp(`scanning commits ${clean.slice(0, 10)}..${head.slice(0, 10)} of a push to work`),
  );
  const lines = done.stdout.split("\n");
  const token = /^::stop-commands::([0-9a-f]{32})$/.exec(lines[0] ?? "")?.[1];
  assert.ok(token !== undefined, done.stdout);
  const notes = lines.slice(lines.indexOf(`::${token}::`) + 1).filter(Boolean);
  assert.equal(notes.length, 1, "one annotation: the key that stood there before has none");
  assert.ok(
    notes[0]?.startsWith(
      "::error file=dir%2Ca%3Ab/%25%3A%3Aerror%3A%3Anew.py,line=1,endLine=1,title=Hugging Face access token::hf_",
    ),
    notes[0],
  );
  const pull = { number: 7, base: { sha: clean }, head: { sha: head } };
  assert.equal(github(box, "pull_request", { pull_request: pull }).code, 3);
  git("update-ref", "refs/remotes/origin/main", clean);
  const fresh = push(ZERO, head);
  assert.match(fresh.stderr, /commits of a push to work that main does not have/);
  assert.ok(fresh.code === 3 && !fresh.stdout.includes("old.py:"));
  const button = github(box, "workflow_dispatch", {});
  assert.match(button.stderr, /the whole tree/);
  assert.match(button.stdout, /old\.py:/, "a control: the tree has the old key");
  const clone = join(box.root, "shallow");
  git("clone", "-q", "--depth=1", `file://${box.project}`, clone);
  const shallow = github(box, "pull_request", { pull_request: pull }, clone);
  assert.equal(shallow.code, 4);
  assert.match(shallow.stdout, /fetch-depth: 0/);
});

test("GitLab: merge requests and pushes, with the report that its pages read", (t) => {
  const box = sandbox(t);
  const { commit } = gitProject(box);
  const base = commit("Ada", { "old.py": line(fake("hf_", 34)) });
  const head = commit("Ada", { "new.py": line(fake("hf_", 34)) });
  const gitlab = (env: Readonly<Record<string, string>>): Result =>
    box.bulkhead(["scan", "--ci"], {
      env: { GITLAB_CI: "true", CI_COMMIT_SHA: head, CI_DEFAULT_BRANCH: "main", ...env },
    });
  const merge = gitlab({
    CI_PIPELINE_SOURCE: "merge_request_event",
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    CI_COMMIT_BEFORE_SHA: ZERO,
  });
  assert.equal(merge.code, 3, merge.stderr);
  const report = JSON.parse(readFileSync(join(box.project, "gl-secret-detection-report.json"), "utf8")) as {
    vulnerabilities: { location: { file: string; commit: { sha: string } } }[];
  };
  assert.deepEqual(
    report.vulnerabilities.map(({ location }) => [location.file, location.commit.sha]),
    [["new.py", head]],
  );
  assert.equal(
    gitlab({ CI_PIPELINE_SOURCE: "push", CI_COMMIT_BEFORE_SHA: base, CI_COMMIT_BRANCH: "work" }).code,
    3,
  );
  assert.equal(gitlab({ CI_PIPELINE_SOURCE: "push", CI_COMMIT_BEFORE_SHA: head }).code, 0);
  assert.match(gitlab({ CI_PIPELINE_SOURCE: "schedule" }).stderr, /the whole tree/);
});
