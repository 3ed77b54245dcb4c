/**
 * Which commits each CI system's variables mean, as its documentation describes them: a push, a merge request, a branch's first push, a
 * force push, a tag, a clone that lacks what is asked for, a button. One row a system; what it does not say, nobody can know.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { ciChoice } from "./ci.ts";
import { ciSystems } from "./ci-systems.ts";

const folder = mkdtempSync(join(tmpdir(), "bulkhead-ci-"));
after(() => rmSync(folder, { recursive: true }));
const ZERO = "0".repeat(40);
/** Pushed once, then replaced: no clone has it. */
const GONE = "d".repeat(40);

function git(cwd: string, ...args: string[]): string {
  const name = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.com", GIT_COMMITTER_NAME: "Ada" };
  const env = {
    ...process.env,
    ...name,
    GIT_COMMITTER_EMAIL: "ada@example.com",
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  return execFileSync("git", args, {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

// main: first, base; work: base, middle, head, with the tag v1.
const origin = join(folder, "origin");
git(folder, "init", "-q", "-b", "main", origin);
const commit = (): string => {
  git(origin, "commit", "-q", "--allow-empty", "-m", "x");
  return git(origin, "rev-parse", "HEAD");
};
commit();
const base = commit();
git(origin, "checkout", "-q", "-b", "work");
const middle = commit();
const head = commit();
git(origin, "tag", "v1");
git(origin, "checkout", "-q", "main");
const whole = join(folder, "whole");
git(folder, "clone", "-q", `file://${origin}`, whole);
const shallow = join(folder, "shallow");
git(folder, "clone", "-q", "--depth=1", "--branch=work", `file://${origin}`, shallow);

type Env = Readonly<Record<string, string>>;
interface Row {
  readonly always: Env;
  readonly branch: (name: string) => Env;
  /** Absent: the system does not say where a push began. */
  readonly push?: (before: string) => Env;
  readonly mergeRequest?: Env;
  readonly tag: Env;
  readonly button?: Env;
}

const event = (content: object): string => {
  const path = join(folder, `event-${Math.random()}.json`);
  writeFileSync(path, JSON.stringify({ repository: { default_branch: "main" }, ...content }));
  return path;
};
const githubPush = (before: string, ref: string): Env => ({
  GITHUB_EVENT_NAME: "push",
  GITHUB_REF: ref,
  GITHUB_EVENT_PATH: event({ before, after: head }),
});

const rows: Readonly<Record<string, Row>> = {
  github: {
    always: { GITHUB_ACTIONS: "true", GITHUB_SHA: head },
    branch: (name) => githubPush(ZERO, `refs/heads/${name}`),
    push: (before) => githubPush(before, "refs/heads/work"),
    mergeRequest: {
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_EVENT_PATH: event({ pull_request: { number: 7, base: { sha: base }, head: { sha: head } } }),
    },
    tag: githubPush(ZERO, "refs/tags/v1"),
    button: { GITHUB_EVENT_NAME: "workflow_dispatch", GITHUB_EVENT_PATH: event({}) },
  },
  gitlab: {
    always: { GITLAB_CI: "true", CI_COMMIT_SHA: head, CI_DEFAULT_BRANCH: "main", CI_PIPELINE_SOURCE: "push" },
    branch: (name) => ({ CI_COMMIT_BRANCH: name, CI_COMMIT_BEFORE_SHA: ZERO }),
    push: (before) => ({ CI_COMMIT_BRANCH: "work", CI_COMMIT_BEFORE_SHA: before }),
    mergeRequest: {
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_IID: "7",
      CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
      CI_COMMIT_BEFORE_SHA: ZERO,
    },
    tag: { CI_COMMIT_TAG: "v1", CI_COMMIT_BEFORE_SHA: ZERO },
    button: { CI_PIPELINE_SOURCE: "web", CI_COMMIT_BRANCH: "work", CI_COMMIT_BEFORE_SHA: ZERO },
  },
  bitbucket: {
    always: { BITBUCKET_BUILD_NUMBER: "1", BITBUCKET_COMMIT: head },
    branch: (name) => ({ BITBUCKET_BRANCH: name }),
    mergeRequest: {
      BITBUCKET_BRANCH: "work",
      BITBUCKET_PR_ID: "7",
      BITBUCKET_PR_DESTINATION_BRANCH: "main",
      BITBUCKET_PR_DESTINATION_COMMIT: base.slice(0, 12),
    },
    tag: { BITBUCKET_TAG: "v1" },
  },
  circleci: {
    always: { CIRCLECI: "true", CIRCLE_SHA1: head },
    branch: (name) => ({ CIRCLE_BRANCH: name }),
    tag: { CIRCLE_TAG: "v1" },
  },
  buildkite: {
    always: { BUILDKITE: "true", BUILDKITE_COMMIT: head, BUILDKITE_PIPELINE_DEFAULT_BRANCH: "main" },
    branch: (name) => ({ BUILDKITE_BRANCH: name, BUILDKITE_PULL_REQUEST: "false" }),
    mergeRequest: {
      BUILDKITE_BRANCH: "work",
      BUILDKITE_PULL_REQUEST: "7",
      BUILDKITE_PULL_REQUEST_BASE_BRANCH: "main",
    },
    tag: { BUILDKITE_BRANCH: "v1", BUILDKITE_TAG: "v1" },
  },
  azure: {
    always: { TF_BUILD: "True", BUILD_SOURCEVERSION: head },
    branch: (name) => ({ BUILD_SOURCEBRANCH: `refs/heads/${name}`, BUILD_REASON: "IndividualCI" }),
    mergeRequest: {
      BUILD_REASON: "PullRequest",
      BUILD_SOURCEBRANCH: "refs/pull/7/merge",
      SYSTEM_PULLREQUEST_SOURCECOMMITID: head,
      SYSTEM_PULLREQUEST_TARGETBRANCH: "refs/heads/main",
    },
    tag: { BUILD_SOURCEBRANCH: "refs/tags/v1", BUILD_REASON: "IndividualCI" },
  },
  jenkins: {
    always: { JENKINS_URL: "https://jenkins.invalid/", GIT_COMMIT: head },
    branch: (name) => ({ BRANCH_NAME: name }),
    push: (before) => ({
      BRANCH_NAME: "work",
      GIT_PREVIOUS_SUCCESSFUL_COMMIT: before,
      GIT_PREVIOUS_COMMIT: head,
    }),
    mergeRequest: { BRANCH_NAME: "PR-7", CHANGE_ID: "7", CHANGE_TARGET: "main", CHANGE_BRANCH: "work" },
    tag: { BRANCH_NAME: "v1", TAG_NAME: "v1" },
  },
};

/** `before..after` by their names, or why not. */
async function chosen(clone: string, env: Env): Promise<string> {
  const { system, revisions, missing, says } = await ciChoice(clone, env);
  if (system === null) return "no system";
  if (missing !== undefined) return missing.includes(system.deepen) ? "missing" : missing;
  if (revisions === null) return says.startsWith("the whole tree") ? "tree" : says;
  const names = new Map([
    [head, "head"],
    [`^${base}`, "base"],
    [`^${middle}`, "middle"],
  ]);
  const [to = "", from = ""] = revisions;
  return `${names.get(from) ?? from}..${names.get(to) ?? to}`;
}

test("every system that is known has a row here", () => {
  assert.deepEqual(
    ciSystems.map(({ id }) => id),
    Object.keys(rows),
  );
});

for (const [id, { always, branch, push, mergeRequest, tag, button }] of Object.entries(rows))
  test(`${id}: which commits a job is for`, async () => {
    const what = (env: Env, clone = whole): Promise<string> => chosen(clone, { ...always, ...env });
    assert.equal(await what(branch("work")), "base..head", "a branch's first push: what main does not have");
    assert.equal(await what(tag), "base..head", "a tag");
    assert.equal(await what(branch("main")), "tree", "the default branch itself, without a beginning");
    // Who does not even say how the default branch is called leaves the tree to look at.
    const named =
      "CI_DEFAULT_BRANCH" in always || "BUILDKITE_PIPELINE_DEFAULT_BRANCH" in always || id === "github";
    assert.equal(
      await what(branch("work"), shallow),
      named ? "missing" : "tree",
      "one that lacks that branch",
    );
    if (push !== undefined) {
      assert.equal(await what(push(middle)), "middle..head", "a push");
      assert.equal(await what(push(GONE)), "base..head", "a force push: its former end is gone");
      assert.equal(await what(push(middle), shallow), "missing", "a clone that lacks the beginning");
    }
    if (mergeRequest !== undefined) {
      assert.equal(await what(mergeRequest), "base..head", "a merge request");
      assert.equal(await what(mergeRequest, shallow), "missing", "the same in a clone of one commit");
    }
    if (button !== undefined) assert.equal(await what(button), "tree", "for no change");
    assert.equal(await chosen(whole, branch("work")), "no system", "control: without the system's own mark");
  });
