/** Which value goes where: an environment's to its own place alone, one value a name, and never by a token that a stage holds. */
import assert from "node:assert/strict";
import test from "node:test";
import { isBulkheadError } from "../../core/errors.ts";
import { declaredProject, parseManifest } from "../../manifest/index.ts";
import { pushJobs } from "./jobs.ts";
import { driftOf } from "./status.ts";

function manifest(push: string, more = "", stages = "") {
  const text = `project: fraud
environments: { dev: { people: true }, prod: { production: true } }
secrets:
  openai: { provider: openai, owner: a, purpose: b, push: ${push} }
  pusher: { kind: source-control }
${more}
stages:
  train: { run: x, use: { OPENAI_API_KEY: openai } }
${stages}
`;
  const { manifest: found, problems } = parseManifest(text, "bulkhead.yaml");
  return { found, problems };
}
function jobs(push: string, environment: string, more = ""): string[] | string {
  const { found, problems } = manifest(push, more);
  assert.ok(found !== null && problems.length === 0, JSON.stringify(problems));
  try {
    return pushJobs(declaredProject(found), environment).map(
      ({ secret, target, place, nameOf }) => `${secret} ${target.id} ${place} ${nameOf("value", ["value"])}`,
    );
  } catch (error) {
    return isBulkheadError(error) ? error.code : String(error);
  }
}
const github = (more: string): string => `{ github: { repository: acme/fraud, with: pusher${more} } }`;

test("a value goes to the place of its own environment alone, and nowhere where nothing says which", () => {
  const each = github(', environment: "{env}"');
  assert.deepEqual(jobs(each, "dev"), ["openai github acme/fraud dev OPENAI_API_KEY"]);
  assert.deepEqual(jobs(each, "prod"), ["openai github acme/fraud prod OPENAI_API_KEY"]);
  assert.deepEqual(jobs(github(", environment: prod"), "prod"), [
    "openai github acme/fraud prod OPENAI_API_KEY",
  ]);
  assert.equal(jobs(github(", environment: prod"), "dev"), "push.no-target");
  assert.deepEqual(jobs(github(", environment: live, for: prod"), "prod"), [
    "openai github acme/fraud live OPENAI_API_KEY",
  ]);
  assert.equal(jobs(github(", environment: live, for: prod"), "dev"), "push.no-target");
  for (const unclear of [github(""), github(", environment: live")])
    for (const environment of ["dev", "prod"])
      assert.equal(jobs(unclear, environment), "push.which-environment");
});

test("one place holds one value: not two environments', not two secrets'", () => {
  assert.equal(jobs(github(", for: [dev, prod]"), "dev"), "push.same-place");
  const other = `  other: { provider: openai, push: ${github(", environment: prod, as: OPENAI_API_KEY")} }`;
  assert.equal(jobs(github(", environment: prod"), "prod", other), "push.same-place");
  const named = other.replace("as: OPENAI_API_KEY", "as: SECOND");
  assert.deepEqual(jobs(github(", environment: prod"), "prod", named), [
    "openai github acme/fraud prod OPENAI_API_KEY",
    "other github acme/fraud prod SECOND",
  ]);
});

test("a token is a secret that exists and that no stage uses; the clouds take none", () => {
  assert.equal(jobs('{ github: { repository: acme/fraud, environment: "{env}" } }', "dev"), "push.no-token");
  assert.equal(jobs('{ gcp-sm: { project: "acme-{env}", with: pusher } }', "dev"), "push.bad-place");
  assert.deepEqual(jobs('{ gcp-sm: { project: "acme-{env}" } }', "dev"), [
    "openai gcp-sm acme-dev OPENAI_API_KEY",
  ]);
  const code = (push: string, stages = ""): string | undefined =>
    manifest(push, "", stages).problems[0]?.code;
  assert.equal(code(github("").replace("pusher", "nobody")), "manifest.unknown-secret");
  assert.equal(code(github(""), "  other: { run: x, use: { T: pusher } }"), "manifest.rotation-secret-used");
  assert.equal(code("{ ftp: { path: x } }"), "manifest.bad-value");
  assert.equal(code(github(', environment: "{secret}"')), "manifest.bad-value");
  assert.ok(code(github(", nothing: x")) !== undefined, "a setting that nobody knows");
});

test("drift by mark and version", () => {
  const known = { version: 2, mark: "m" } as Parameters<typeof driftOf>[0];
  const there = (mark: string) => ({ name: "x", mark, updated: null });
  assert.equal(driftOf(undefined, undefined, 2), "never");
  assert.equal(driftOf(known, undefined, 2), "gone");
  assert.equal(driftOf(known, there("n"), 2), "changed");
  assert.equal(driftOf(known, there("m"), 3), "behind");
  assert.equal(driftOf(known, there("m"), 2), "same");
});
