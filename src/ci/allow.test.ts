/** Comments that silence findings in files that are no workflow. */
import assert from "node:assert/strict";
import test from "node:test";
import { repositoryOf } from "../../test/support/repository.ts";
import { audit } from "./index.ts";

const judged = (files: Readonly<Record<string, string>>): string[] =>
  audit(repositoryOf(files)).map(
    ({ check, span, allowed }) =>
      `${span.file.position(span.start).line} ${check.id}${allowed === undefined ? "" : `: ${allowed.reason}`}`,
  );
const image = (...lines: readonly string[]): string[] =>
  judged({ Dockerfile: `FROM node:24@sha256:${"0".repeat(64)}\n${lines.join("\n")}\n` });

test("a comment above an instruction allows what stands there, with a reason", () => {
  const found = "3 image-secret-variable";
  assert.deepEqual(image("# so", "ARG NPM_TOKEN"), [found]);
  assert.deepEqual(
    image("# bulkhead: allow[image-secret-variable] read by a stage that is thrown away", "ARG NPM_TOKEN"),
    [`${found}: read by a stage that is thrown away`],
  );
  assert.deepEqual(image("# bulkhead:allow[image-secret-variable] thrown away", "ARG NPM_TOKEN"), [
    `${found}: thrown away`,
  ]);
  assert.deepEqual(
    image("# bulkhead: allow[image-secret-variable]", "ARG NPM_TOKEN"),
    [found],
    "without a reason",
  );
  assert.deepEqual(
    image("# bulkhead: allow[image-secret-file] other", "ARG NPM_TOKEN"),
    [found],
    "another check",
  );
  assert.deepEqual(
    image("# bulkhead: allow[image-secret-variable] far", "RUN true", "ARG NPM_TOKEN"),
    ["4 image-secret-variable"],
    "only the line below",
  );
});

test("a `#` inside an instruction is part of it, and allows nothing", () => {
  assert.deepEqual(image("ENV TOKEN=$TOKEN # bulkhead: allow[image-secret-variable] no comment"), [
    "2 image-secret-variable",
  ]);
});

test("compose files and Terraform take them on the line too", () => {
  const compose = (comment: string): string[] =>
    judged({
      "compose.yaml": `services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: vogel-frei-77${comment}\n`,
    });
  assert.equal(compose("").length, 1);
  assert.match(
    compose(" # bulkhead: allow[compose-literal-secret] for tests on this machine")[0] ?? "",
    /: for tests/,
  );
  const infra = (comment: string): string[] =>
    judged({ "main.tf": `resource "aws_db_instance" "a" {\n  password = "vogel-frei-77"${comment}\n}\n` });
  assert.equal(infra("").length, 1);
  assert.match(infra(" # bulkhead: allow[infrastructure-literal-secret] a sandbox")[0] ?? "", /: a sandbox/);
});
